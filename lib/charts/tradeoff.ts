/** What a policy saves against what it costs: one point a run. */
import type { ColumnTable } from "../tables/frame.ts";
import { planAxis, scaleSpec } from "./axisPlan.ts";
import type { Chart } from "./chart.ts";
import { chartOf, checkOptions, notesOf, type PageOptions, positionChannel } from "./page.ts";
import { capitalised, tickExpression } from "./quantity.ts";
import { type ChartRow, type Role, readColumns } from "./reading.ts";
import { colorChannel, distinct, seriesOf, shapeChannel } from "./series.ts";
import { tooltipChannel } from "./tooltip.ts";

/** Columns of a trade-off chart. */
export interface TradeoffOptions extends PageOptions {
  /** What is saved, usually `ipis_saved`. */
  readonly x: string;
  /** What it costs, usually `gup_fast_overhead_pct`. */
  readonly y: string;
  /** What tells the points apart, usually `linux`; at most 8 values. */
  readonly color: string;
  /** One panel a value; at most 12 values. */
  readonly facet?: string;
  /** The area of the points. */
  readonly size?: string;
}

/**
 * Points of cost against saving. Logarithmic axes are chosen when a column spans two decades.
 * Throws SD009 for an absent column, SD001 or SD002 for invalid options, SD010 for too many rows.
 */
export function tradeoff(table: ColumnTable, options: TradeoffOptions): Chart {
  checkOptions("tradeoff", options, {
    required: ["x", "y", "color"],
    optional: ["facet", "size"],
  });
  const { x, y, color, facet, size } = options;
  const reading = readColumns(
    table,
    { x, y, color, facet, size },
    { x: "number", y: "number", color: "label", facet: "label", size: "number" },
  );
  const { rows, roles } = reading;
  const series = seriesOf(rows, roles.color);
  const numbers = (field: string) => rows.map((row) => Number(row[field]));
  const xPlan = planAxis(numbers(roles.x.field), { pad: true });
  const yScale = roles.y.unit === "percent" ? "linear" : undefined;
  const yPlan = planAxis(numbers(roles.y.field), { pad: true, scale: yScale });
  const encoding = {
    x: positionChannel(roles.x, xPlan),
    y: positionChannel(roles.y, yPlan),
    color: colorChannel(roles.color, series, { legend: true }),
    shape: shapeChannel(roles.color, series, true),
    ...(roles.size === undefined ? {} : { size: sizeChannel(roles.size, rows) }),
    tooltip: tooltipChannel(roles),
  };
  return chartOf({
    title: options.title ?? capitalised(`${roles.y.name} against ${roles.x.name}`),
    notes: notesOf(options, reading),
    rows,
    facet: roles.facet,
    layers: [
      {
        mark: { type: "point", filled: true, size: 70, opacity: 0.85 },
        encoding,
      },
    ],
  });
}

function sizeChannel(role: Role, rows: readonly ChartRow[]): Record<string, unknown> {
  const values = distinct(rows, role.field).map(Number);
  const plan = planAxis(values, { zero: false });
  const ticks = values.length <= 6 ? values : plan.ticks;
  return {
    field: role.field,
    type: "quantitative",
    title: role.title,
    scale: { ...scaleSpec(plan), range: [25, 260] },
    legend: { values: ticks, labelExpr: tickExpression(role.unit) },
  };
}
