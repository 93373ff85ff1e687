/**
 * Rows into series: the distinct values of a column, and repeated measurements as mean and range.
 */
import { invalid } from "../base/messages.ts";
import type { ChartRow, Role } from "./reading.ts";
import { inks, palette, shapes } from "./theme.ts";

/** Most series of one chart: more hues cannot be told apart. */
export const maxSeries: number = palette.length;

/** Most panels of one chart. */
export const maxPanels = 12;

/** Fields that the mean, the lowest and the highest of repeated values, and their number get. */
export const rangeFields = { low: "_low", high: "_high", repeats: "_repeats" } as const;

/** Distinct values: names in order of appearance, numbers ascending. */
export function distinct(rows: readonly ChartRow[], field: string): (string | number)[] {
  const values = new Set<string | number>();
  for (const row of rows) {
    const value = row[field];
    if (typeof value === "string" || typeof value === "number") values.add(value);
  }
  const list = [...values];
  const numeric = list.every((value) => typeof value === "number");
  return numeric ? list.sort((a, b) => Number(a) - Number(b)) : list;
}

/** The series of a chart. Throws SD001 when there are more than {@link maxSeries}. */
export function seriesOf(rows: readonly ChartRow[], role: Role | undefined): (string | number)[] {
  return role === undefined ? [] : limited("color", rows, role, maxSeries);
}

/** The panels of a chart. Throws SD001 when there are more than {@link maxPanels}. */
export function panelsOf(rows: readonly ChartRow[], role: Role | undefined): (string | number)[] {
  return role === undefined ? [] : limited("facet", rows, role, maxPanels);
}

/** Rows that share the key fields become one with the mean of `field`, and its range. */
export function averaged(
  rows: readonly ChartRow[],
  keys: readonly string[],
  field: string,
): ChartRow[] {
  const groups = new Map<string, ChartRow[]>();
  for (const row of rows) {
    const key = JSON.stringify(keys.map((name) => row[name]));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()].map((group) => meanRow(group, keys, field));
}

/** How many rows went into the largest mean, 1 when nothing was repeated. */
export function mostRepeats(rows: readonly ChartRow[]): number {
  return rows.reduce((most, row) => Math.max(most, Number(row[rangeFields.repeats] ?? 1)), 1);
}

/** The colour channel of a series column; `ink` gives the darker hues for text. */
export function colorChannel(
  role: Role,
  series: readonly (string | number)[],
  options: { readonly legend: boolean; readonly ink?: boolean },
): Record<string, unknown> {
  return {
    field: role.field,
    type: role.numeric ? "ordinal" : "nominal",
    title: role.title,
    scale: { domain: series, range: (options.ink ? inks : palette).slice(0, series.length) },
    legend: options.legend ? { symbolType: "square", orient: "right" } : null,
  };
}

/** The shape channel that repeats the colour for readers without colour. */
export function shapeChannel(
  role: Role,
  series: readonly (string | number)[],
  legend: boolean,
): Record<string, unknown> {
  return {
    field: role.field,
    type: role.numeric ? "ordinal" : "nominal",
    title: role.title,
    scale: { domain: series, range: shapes.slice(0, series.length) },
    legend: legend ? {} : null,
  };
}

function limited(
  option: string,
  rows: readonly ChartRow[],
  role: Role,
  most: number,
): (string | number)[] {
  const values = distinct(rows, role.field);
  if (values.length > most) {
    throw invalid(option, role.column, `a column of at most ${most} values, not ${values.length}`);
  }
  return values;
}

function meanRow(group: readonly ChartRow[], keys: readonly string[], field: string): ChartRow {
  const [first] = group;
  const values = group.map((row) => Number(row[field]));
  const row: Record<string, number | string | boolean> = {};
  for (const key of keys) row[key] = first?.[key] ?? "";
  row[field] = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (group.length > 1) {
    row[rangeFields.low] = Math.min(...values);
    row[rangeFields.high] = Math.max(...values);
    row[rangeFields.repeats] = group.length;
  }
  return row;
}
