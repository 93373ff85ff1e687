/** How well means over repetitions are known: 95 % intervals (Student's t). */
import { checkKeys } from "../base/check.ts";
import { meanInterval } from "../base/studentT.ts";
import { type ColumnTable, columnValues, requireColumns, tableOf } from "./frame.ts";
import { type Groups, groupsOf } from "./groups.ts";

/** Which rows are repetitions of one another, and what is averaged. */
export interface RepetitionOptions {
  /** The columns that repetitions have in common. */
  readonly by: readonly string[];
  /** The columns to average; those that the table does not have are left out. */
  readonly columns?: readonly string[];
}

/** Columns that differ between seeds, and whose means are of interest. */
const MEASURED: readonly string[] = [
  "ipis",
  "duration_ns",
  "gup_fast_ns_mean",
  "stolen_ns",
  "ipis_saved",
  "ipis_saved_pct",
  "gup_fast_overhead_pct",
  "duration_change_pct",
  "cpu_saved_ns",
];

/**
 * The table with, for each measured column, `<column>_ci95`: half the width of the 95 % interval of
 * the mean over the repetitions of a row; null where there are fewer than two. Throws SD009.
 */
export function withIntervals(table: ColumnTable, options: RepetitionOptions): ColumnTable {
  checkKeys("withIntervals", options, ["by", "columns"]);
  requireColumns(table, options.by);
  const columns = columnsOf(table);
  return tableOf(new Map([...columns, ...intervalColumns(columns, options)]));
}

/** The columns that {@link withIntervals} adds, for columns that are there. */
export function intervalColumns(
  columns: ReadonlyMap<string, readonly unknown[]>,
  options: RepetitionOptions,
): ReadonlyMap<string, readonly unknown[]> {
  const groups = repetitions(columns, options);
  const added = new Map<string, readonly unknown[]>();
  for (const name of measuredIn(columns, options)) {
    const samples = samplesOf(groups, columns.get(name)!);
    const halves = samples.map((values) => meanInterval(values).half);
    added.set(
      `${name}_ci95`,
      groups.of.map((group) => halves[group] ?? null),
    );
  }
  return added;
}

/**
 * One row for each group of repetitions: the columns `by`, `seeds` (how many), and of each measured
 * column its mean under its own name and the 95 % interval as `<column>_lo` and `<column>_hi`.
 * Throws SD009 for an absent column.
 */
export function overSeeds(table: ColumnTable, options: RepetitionOptions): ColumnTable {
  checkKeys("overSeeds", options, ["by", "columns"]);
  requireColumns(table, options.by);
  const columns = columnsOf(table);
  const groups = repetitions(columns, options);
  const first = new Array<number>(groups.count).fill(-1);
  const rows = new Array<number>(groups.count).fill(0);
  groups.of.forEach((group, row) => {
    if (first[group] === -1) first[group] = row;
    rows[group] = rows[group]! + 1;
  });
  const made = new Map<string, readonly unknown[]>();
  for (const name of options.by) {
    made.set(
      name,
      first.map((row) => columns.get(name)![row]),
    );
  }
  made.set("seeds", rows);
  for (const name of measuredIn(columns, options)) {
    const means = samplesOf(groups, columns.get(name)!).map(meanInterval);
    const bound = (sign: number): (number | null)[] =>
      means.map(({ mean, half }) => (mean === null || half === null ? null : mean + sign * half));
    made.set(
      name,
      means.map(({ mean }) => mean),
    );
    made.set(`${name}_lo`, bound(-1));
    made.set(`${name}_hi`, bound(1));
  }
  return tableOf(made);
}

type Columns = ReadonlyMap<string, readonly unknown[]>;

function columnsOf(table: ColumnTable): Columns {
  return new Map(table.columnNames().map((name) => [name, columnValues(table, name)]));
}

function repetitions(columns: Columns, { by }: RepetitionOptions): Groups {
  const rows = columns.values().next().value?.length ?? 0;
  return groupsOf(
    by.map((name) => columns.get(name) ?? []),
    rows,
  );
}

function measuredIn(columns: Columns, options: RepetitionOptions): readonly string[] {
  return (options.columns ?? MEASURED).filter((name) => columns.has(name));
}

function samplesOf({ of, count }: Groups, values: readonly unknown[]): number[][] {
  const samples: number[][] = Array.from({ length: count }, () => []);
  of.forEach((group, row) => {
    const value = values[row];
    if (typeof value === "number" && Number.isFinite(value)) samples[group]!.push(value);
  });
  return samples;
}
