/** Amounts side by side: one bar a name, or a group of bars. */
import type { ColumnTable } from "../tables/frame.ts";
import { planAxis } from "./axisPlan.ts";
import type { Chart } from "./chart.ts";
import { textWidth } from "./fontMetrics.ts";
import {
  chartOf,
  checkOptions,
  notesOf,
  type PageOptions,
  panelSize,
  positionChannel,
} from "./page.ts";
import { panelGap } from "./panels.ts";
import { capitalised, quantityText } from "./quantity.ts";
import { type ChartRow, type Role, readColumns } from "./reading.ts";
import { averaged, colorChannel, distinct, mostRepeats, rangeFields, seriesOf } from "./series.ts";
import { palette, sizes } from "./theme.ts";
import { tooltipChannel } from "./tooltip.ts";

/** Columns of a bar chart. */
export interface BarsOptions extends PageOptions {
  /** The names, in order of appearance; numbers count as names. */
  readonly x: string;
  /** The amount. Rows with equal x, color and facet are averaged. */
  readonly y: string;
  /** One bar a value within each group; at most 8 values. */
  readonly color?: string;
  /** One panel a value; at most 12 values. */
  readonly facet?: string;
}

/** Width of a name, in CSS pixels, from which on the axis of names has no title. */
const longName = 180;

/** Up to this many bars carry their amount as text. */
const maxAmounts = 24;
const amountFields = { text: "_amount", place: "_amount_at" } as const;

interface BarChart {
  readonly x: Role;
  readonly y: Role;
  readonly color: Role | undefined;
  readonly facet: Role | undefined;
  readonly rows: readonly ChartRow[];
  readonly names: readonly (string | number)[];
  readonly series: readonly (string | number)[];
}

/**
 * Bars from zero on a linear scale, lying down where the names are long; a thin line spans repeated
 * rows. Throws SD009 for an absent column, SD001 or SD002 for invalid options, SD010 for too many
 * rows.
 */
export function bars(table: ColumnTable, options: BarsOptions): Chart {
  checkOptions("bars", options, { required: ["x", "y"], optional: ["color", "facet"] });
  const reading = readColumns(
    table,
    { x: options.x, y: options.y, color: options.color, facet: options.facet },
    { x: "label", y: "number", color: "label", facet: "label" },
  );
  const { x, y, color, facet } = reading.roles;
  const keys = [x, color, facet].flatMap((role) => (role === undefined ? [] : [role.field]));
  const rows = withAmounts(averaged(reading.rows, keys, y.field), y);
  const names = distinct(rows, x.field);
  const chart = { x, y, color, facet, rows, names, series: seriesOf(rows, color) };
  const repeats = mostRepeats(rows);
  const range = repeats > 1 ? [`Mean of up to ${repeats} runs; the line spans all of them`] : [];
  const [width, height] = panelSize(rows, facet);
  const lying = !namesFit(names, width);
  return chartOf({
    title: options.title ?? capitalised(`${y.name} by ${x.name}`),
    notes: notesOf(options, reading, range),
    rows,
    facet,
    height: lying ? lyingHeight(chart) : height,
    layers: barLayers(
      chart,
      reading.rows.map((row) => Number(row[y.field])),
      lying,
    ),
  });
}

function barLayers(
  chart: BarChart,
  amounts: readonly number[],
  lying: boolean,
): Record<string, unknown>[] {
  const plan = planAxis(amounts, { scale: "linear" });
  const [main, cross] = lying ? (["x", "y"] as const) : (["y", "x"] as const);
  const amount = positionChannel(chart.y, plan);
  const grouping = isGrouped(chart)
    ? { [`${cross}Offset`]: { field: chart.color?.field, scale: { domain: chart.series } } }
    : {};
  const place = { [cross]: nameChannel(chart), ...grouping };
  const hue = hueOf(chart);
  const layers: Record<string, unknown>[] = [
    {
      mark: { type: "bar" },
      encoding: { ...place, [main]: amount, ...hue, tooltip: tooltipOf(chart) },
    },
  ];
  if (mostRepeats(chart.rows) > 1) {
    const span = {
      [main]: { ...amount, field: rangeFields.low },
      [`${main}2`]: { field: rangeFields.high },
    };
    layers.push({ mark: { type: "rule", color: "#555555" }, encoding: { ...place, ...span } });
  }
  if (amountsFit(chart, lying)) {
    const end = { ...amount, field: amountFields.place };
    layers.push(amountLayer({ ...place, [main]: end }, lying));
  }
  return layers;
}

function tooltipOf({ facet, x, color, y, rows }: BarChart): Record<string, unknown>[] {
  return tooltipChannel({ facet, x, color, y }, rows);
}

function amountLayer(place: Record<string, unknown>, lying: boolean): Record<string, unknown> {
  const beside = lying
    ? { align: "left", baseline: "middle", dx: 4 }
    : { align: "center", baseline: "bottom", dy: -3 };
  return {
    mark: { type: "text", ...beside },
    encoding: { ...place, text: { field: amountFields.text } },
  };
}

function nameChannel(chart: BarChart): Record<string, unknown> {
  return {
    field: chart.x.field,
    type: "nominal",
    // Beside names that fill their room the title would lie over them; they speak for themselves.
    title: chart.names.some((name) => textWidth(String(name), sizes.label, false) > longName)
      ? null
      : chart.x.title,
    sort: null,
    scale: { domain: chart.names },
    axis: { labelAngle: 0, labelLimit: 240 },
  };
}

function hueOf(chart: BarChart): Record<string, unknown> {
  if (chart.color === undefined) return { color: { value: palette[4] } };
  const legend = isGrouped(chart);
  return { color: colorChannel(chart.color, chart.series, { legend }) };
}

/** Bars coloured by their own name need neither groups nor a legend. */
function isGrouped(chart: BarChart): boolean {
  return chart.color !== undefined && chart.color.field !== chart.x.field;
}

function namesFit(names: readonly (string | number)[], width: number): boolean {
  const room = width / Math.max(1, names.length) - 8;
  return names.every((name) => textWidth(String(name), sizes.label, false) <= room);
}

/**
 * Amounts stand beside lying bars, in the gap between panels where there are any; above standing
 * ones they need the width of the bar.
 */
function amountsFit(chart: BarChart, lying: boolean): boolean {
  if (chart.rows.length > maxAmounts) return false;
  const perName = isGrouped(chart) ? chart.series.length : 1;
  const [width] = panelSize(chart.rows, chart.facet);
  const beside = chart.facet === undefined ? Infinity : panelGap - 8;
  const room = lying ? beside : width / chart.names.length / perName;
  return chart.rows.every(
    (row) => textWidth(String(row[amountFields.text]), sizes.label, false) < room,
  );
}

function lyingHeight(chart: BarChart): number {
  const barsPerName = isGrouped(chart) ? chart.series.length : 1;
  return Math.max(60, chart.names.length * (barsPerName * 16 + 10));
}

/** The rows with their amount as text, to be placed beyond the bar and its range. */
function withAmounts(rows: readonly ChartRow[], role: Role): ChartRow[] {
  return rows.map((row) => {
    const value = Number(row[role.field]);
    return {
      ...row,
      [amountFields.text]: quantityText(value, role.unit),
      [amountFields.place]: Math.max(0, value, Number(row[rangeFields.high] ?? value)),
    };
  });
}
