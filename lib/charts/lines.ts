/** How a quantity grows with another: one line a series. */
import type { ColumnTable } from "../tables/frame.ts";
import { type AxisPlan, checkScale, planAxis, type ScaleName } from "./axisPlan.ts";
import type { Chart } from "./chart.ts";
import { endFields, maxEndLabels, withEndLabels } from "./endLabels.ts";
import {
  chartOf,
  checkOptions,
  notesOf,
  type PageOptions,
  panelSize,
  positionChannel,
} from "./page.ts";
import { capitalised } from "./quantity.ts";
import { type ChartRow, type Role, readColumns } from "./reading.ts";
import {
  averaged,
  colorChannel,
  distinct,
  mostRepeats,
  rangeFields,
  seriesOf,
  shapeChannel,
} from "./series.ts";
import { inks, palette } from "./theme.ts";
import { tooltipChannel } from "./tooltip.ts";

/** Columns and scales of a line chart. */
export interface LinesOptions extends PageOptions {
  /** The horizontal axis: numbers, or names in order of appearance. */
  readonly x: string;
  /** The vertical axis: numbers. Rows with equal x, color and facet are averaged. */
  readonly y: string;
  /** One line a value; at most 8 values. */
  readonly color?: string;
  /** One panel a value; at most 12 values. */
  readonly facet?: string;
  /** The scale of x; by default logarithmic when the values span two decades or are powers of 2. */
  readonly xScale?: ScaleName;
  /** The scale of y; chosen in the same way. With zeros, `log` becomes symlog. */
  readonly yScale?: ScaleName;
}

/** Up to this number of distinct x, each gets its own tick. */
const maxOwnTicks = 12;

interface LineChart {
  readonly x: Role;
  readonly y: Role;
  readonly color: Role | undefined;
  readonly facet: Role | undefined;
  readonly rows: readonly ChartRow[];
  readonly series: readonly (string | number)[];
}

/**
 * Lines through the mean of repeated rows, with a band from the lowest to the highest of them. Up
 * to six lines are named at their ends. Throws SD009 for an absent column, SD001 or SD002 for
 * invalid options, SD010 for too many rows.
 */
export function lines(table: ColumnTable, options: LinesOptions): Chart {
  checkOptions("lines", options, {
    required: ["x", "y"],
    optional: ["color", "facet"],
    settings: ["xScale", "yScale"],
  });
  const reading = readColumns(
    table,
    { x: options.x, y: options.y, color: options.color, facet: options.facet },
    { x: "either", y: "number", color: "label", facet: "label" },
  );
  const { x, y, color, facet } = reading.roles;
  const keys = [x, color, facet].flatMap((role) => (role === undefined ? [] : [role.field]));
  const rows = averaged(reading.rows, keys, y.field);
  const drawing = { x, y, color, facet, rows, series: seriesOf(rows, color) };
  const yPlan = planAxis(
    reading.rows.map((row) => Number(row[y.field])),
    {
      scale: checkScale("yScale", options.yScale),
    },
  );
  const repeats = mostRepeats(rows);
  const range = repeats > 1 ? [`Mean of up to ${repeats} runs; the band spans all of them`] : [];
  return chartOf({
    title: options.title ?? capitalised(`${y.name} by ${x.name}`),
    notes: notesOf(options, reading, range),
    facet,
    ...drawn(drawing, xChannel(drawing, checkScale("xScale", options.xScale)), yPlan),
  });
}

function drawn(
  chart: LineChart,
  x: Record<string, unknown>,
  yPlan: AxisPlan,
): {
  rows: readonly ChartRow[];
  layers: Record<string, unknown>[];
  resolve?: Record<string, unknown>;
} {
  const named = chart.facet === undefined && isNamedAtEnds(chart);
  const y = positionChannel(chart.y, yPlan);
  const hue = hueOf(chart, !named);
  const layers: Record<string, unknown>[] = [
    { mark: { type: "line", strokeWidth: 2 }, encoding: { x, y, ...hue.line } },
    {
      mark: { type: "point", filled: true, size: 45, opacity: 1 },
      encoding: { x, y, ...hue.point, tooltip: tooltipChannel(rolesOf(chart), chart.rows) },
    },
  ];
  if (mostRepeats(chart.rows) > 1) layers.unshift(bandLayer(x, y, hue.line));
  if (!named) return { rows: chart.rows, layers };
  const [, height] = panelSize(chart.rows, chart.facet);
  const rows = withEndLabels(chart.rows, lastRows(chart), chart.y.field, yPlan, height);
  layers.push(nameLayer(chart, x, y, hue.text));
  return { rows, layers, resolve: { scale: { color: "independent" } } };
}

function rolesOf({ x, y, color, facet }: LineChart): Record<string, Role | undefined> {
  return { facet, color, x, y };
}

function isNamedAtEnds(chart: LineChart): boolean {
  return chart.series.length > 0 && chart.series.length <= maxEndLabels;
}

interface Hues {
  readonly line: Record<string, unknown>;
  readonly point: Record<string, unknown>;
  readonly text: Record<string, unknown>;
}

function hueOf(chart: LineChart, legend: boolean): Hues {
  const { color, series } = chart;
  if (color === undefined) {
    const plain = { color: { value: palette[4] } };
    return { line: plain, point: plain, text: { color: { value: inks[4] } } };
  }
  const line = { color: colorChannel(color, series, { legend }) };
  return {
    line,
    point: { ...line, shape: shapeChannel(color, series, legend) },
    text: { color: colorChannel(color, series, { legend: false, ink: true }) },
  };
}

function bandLayer(
  x: Record<string, unknown>,
  y: Record<string, unknown>,
  hue: Record<string, unknown>,
): Record<string, unknown> {
  return {
    mark: { type: "area", opacity: 0.18 },
    encoding: { x, y: { ...y, field: rangeFields.low }, y2: { field: rangeFields.high }, ...hue },
  };
}

function nameLayer(
  chart: LineChart,
  x: Record<string, unknown>,
  y: Record<string, unknown>,
  hue: Record<string, unknown>,
): Record<string, unknown> {
  return {
    transform: [{ filter: { field: endFields.last, equal: true } }],
    mark: { type: "text", align: "left", baseline: "middle", dx: 9 },
    encoding: {
      x,
      y: { ...y, field: endFields.height },
      text: { field: chart.color?.field },
      ...hue,
    },
  };
}

/** The row with the rightmost x of each series. */
function lastRows(chart: LineChart): ChartRow[] {
  const order = distinct(chart.rows, chart.x.field);
  const rank = (row: ChartRow) => order.indexOf(row[chart.x.field] as string | number);
  return chart.series.flatMap((name) => {
    const own = chart.rows.filter((row) => row[chart.color?.field ?? ""] === name);
    const last = own.reduce<ChartRow | undefined>(
      (best, row) => (best === undefined || rank(row) > rank(best) ? row : best),
      undefined,
    );
    return last === undefined ? [] : [last];
  });
}

function xChannel(chart: LineChart, scale: ScaleName | undefined): Record<string, unknown> {
  const { field, title, numeric } = chart.x;
  const values = distinct(chart.rows, field);
  if (!numeric) {
    const axis = { labelAngle: 0, grid: false };
    const scale = { domain: values, padding: 0.05 };
    return { field, type: "ordinal", title, sort: null, scale, axis };
  }
  const plan = planAxis(values.map(Number), { scale, zero: false });
  // Measured points make better ticks than round numbers, as long as they are few.
  if (values.length < 2 || values.length > maxOwnTicks) return positionChannel(chart.x, plan);
  const ticks = values.map(Number);
  const domain = [Math.min(...ticks), Math.max(...ticks)] as const;
  return positionChannel(chart.x, { ...plan, domain, ticks });
}
