/** What all charts share: title, notes under it, panels, and the assembly of the specification. */
import { checkKeys, checkString } from "../base/check.ts";
import { grouped } from "../tables/cells.ts";
import { visible } from "../tables/visible.ts";
import { type AxisPlan, scaleSpec } from "./axisPlan.ts";
import { Chart } from "./chart.ts";
import { wrapText } from "./fontMetrics.ts";
import { panelGap, panels } from "./panels.ts";
import { tickExpression } from "./quantity.ts";
import type { ChartRow, Role, RowsRead } from "./reading.ts";
import { panelsOf } from "./series.ts";
import { sizes, themeConfig } from "./theme.ts";

/** Options of every chart. */
export interface PageOptions {
  /** Heading; the default names the axes. */
  readonly title?: string;
  /** A line under the heading. */
  readonly subtitle?: string;
  /** Where the numbers come from, shown as "Source: …". */
  readonly source?: string;
}

/** The layers of a chart over its rows. */
export interface Page {
  readonly title: string;
  readonly notes: readonly string[];
  readonly rows: readonly ChartRow[];
  readonly layers: readonly Record<string, unknown>[];
  readonly facet?: Role | undefined;
  readonly facetColumns?: number;
  readonly width?: number;
  readonly height?: number;
  /** Width to which the heading is wrapped, where labels make the page wider than its view. */
  readonly headingWidth?: number;
  readonly resolve?: Record<string, unknown>;
}

const schemaUrl = "https://vega.github.io/schema/vega-lite/v5.json";

/** The options of one chart: columns it needs, columns it can do without, and other settings. */
export interface OptionNames {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly settings?: readonly string[];
}

const pageOptions: readonly string[] = ["title", "subtitle", "source"];

/** Throws SD002 for an unknown option, SD003 for a missing column, SD001 for what is no text. */
export function checkOptions(chart: string, options: object, names: OptionNames): void {
  const { required, optional, settings = [] } = names;
  checkKeys(`chart.${chart}`, options, [...required, ...optional, ...settings, ...pageOptions]);
  const given = options as Readonly<Record<string, unknown>>;
  for (const name of required) checkString(name, given[name]);
  for (const name of [...optional, ...pageOptions]) {
    if (given[name] !== undefined) checkString(name, given[name]);
  }
}

/** The lines under the heading: the caller's, what was left out, assumptions, the source. */
export function notesOf(
  options: PageOptions,
  reading: RowsRead,
  extra: readonly string[] = [],
): string[] {
  const notes = options.subtitle === undefined ? [] : [options.subtitle];
  notes.push(...extra);
  if (reading.dropped > 0) notes.push(droppedNote(reading.dropped));
  if (reading.assumed) notes.push("Built on assumed costs");
  if (options.source !== undefined) notes.push(`Source: ${options.source}`);
  return notes;
}

function droppedNote(rows: number): string {
  return rows === 1
    ? "1 row without a value is not drawn"
    : `${grouped(String(rows))} rows without a value are not drawn`;
}

/** Width and height of one panel: smaller when there are several. */
export function panelSize(rows: readonly ChartRow[], facet: Role | undefined): [number, number] {
  return panelsOf(rows, facet).length > 1
    ? [sizes.facetWidth, sizes.facetHeight]
    : [sizes.width, sizes.height];
}

/** A quantitative position channel with the planned scale and ticks. */
export function positionChannel(role: Role, plan: AxisPlan): Record<string, unknown> {
  return {
    field: role.field,
    type: "quantitative",
    title: role.title,
    scale: scaleSpec(plan),
    axis: { values: plan.ticks, labelExpr: tickExpression(role.unit) },
  };
}

/** The chart of a page. Throws SD010 when it would carry too many marks. */
export function chartOf(page: Page): Chart {
  const [panelWidth, panelHeight] = panelSize(page.rows, page.facet);
  const width = page.width ?? panelWidth;
  const frame = { width, height: page.height ?? panelHeight };
  const columns = Math.min(panelsOf(page.rows, page.facet).length, page.facetColumns ?? 3);
  const pageWidth = page.facet === undefined ? width : columns * (width + panelGap);
  const view = { data: { values: page.rows }, ...frame, layer: page.layers };
  return new Chart({
    $schema: schemaUrl,
    title: heading(page, page.headingWidth ?? pageWidth),
    ...(page.facet === undefined
      ? view
      : panels(page.facet, page.rows, page.layers, columns, frame)),
    ...(page.resolve === undefined ? {} : { resolve: page.resolve }),
    config: themeConfig(),
  });
}

function heading(page: Page, width: number): Record<string, unknown> {
  const lines = wrapText(visible(page.title, false), sizes.title, true, width);
  const notes = page.notes.flatMap((note) =>
    wrapText(visible(note, false), sizes.subtitle, false, width),
  );
  return notes.length === 0 ? { text: lines } : { text: lines, subtitle: notes };
}
