/** What a mark says when the pointer is on it: the columns asked for, and no helper fields. */
import type { ChartRow, Role } from "./reading.ts";
import { mostRepeats, rangeFields } from "./series.ts";

/**
 * The tooltip channel of a chart: its columns in the order of `roles`, and of repeated rows their
 * range and number. Only field names go into it, which are letters, digits and underscores: its
 * titles become text of a Vega expression.
 */
export function tooltipChannel(
  roles: Readonly<Record<string, Role | undefined>>,
  rows: readonly ChartRow[] = [],
): Record<string, unknown>[] {
  const used = Object.values(roles).filter((role) => role !== undefined);
  const fields = new Map(used.map((role) => [role.field, role]));
  const shown = [...fields.values()].map((role) => shownAs(role.field, role.field, role.numeric));
  if (mostRepeats(rows) < 2) return shown;
  const { low, high, repeats } = rangeFields;
  const range = [shownAs(low, "lowest", true), shownAs(high, "highest", true)];
  return [...shown, ...range, shownAs(repeats, "runs", true)];
}

function shownAs(field: string, title: string, numeric: boolean): Record<string, unknown> {
  return { field, title, type: numeric ? "quantitative" : "nominal" };
}
