/** Where a policy begins to pay: crossings of zero along an axis. */
import { checkKeys, checkString } from "../../base/check.ts";
import { invalid } from "../../base/messages.ts";
import { type MeanInterval, meanInterval } from "../../base/studentT.ts";
import {
  type ColumnTable,
  columnValues,
  requireColumns,
  tableOf,
  toTable,
} from "../../tables/frame.ts";
import { groupsOf } from "../../tables/groups.ts";

/** What is asked of a table. */
export interface FrontierOptions {
  /** The column with the values along which the sign changes: numbers, such as `walk_gap_ns`. */
  readonly along: string;
  /** The columns that tell lines apart: `["linux", "cpus"]`. */
  readonly by: readonly string[];
  /** What pays where it is above zero. Default `cpu_saved_ns`. */
  readonly of?: string;
}

/** Where on the axis a line is above zero. */
export type Pays = "always" | "never" | "above" | "below" | "mixed" | "unknown";

/** One line: what is known of its sign. */
export interface Line {
  /** A row of the table that belongs to it. */
  readonly row: number;
  readonly pays: Pays;
  /** The first crossing, between its neighbours on the axis. */
  readonly crossing: Crossing | undefined;
}

/** A change of sign between two neighbouring values of the axis. */
export interface Crossing {
  readonly lo: number;
  readonly hi: number;
  /** By a straight line between the two means. */
  readonly at: number;
  /** Whether the 95 % intervals of both neighbours leave out zero. */
  readonly sure: boolean;
}

/**
 * One row for each combination of `by`: on which side of which value of `along` the mean over the
 * other columns (seeds) is above zero; see the schema `frontier`. Throws SD009 for an absent
 * column, SD001 where `along` holds something else than numbers.
 */
export function frontier(table: ColumnTable, options: FrontierOptions): ColumnTable {
  const lines = linesOf(table, options);
  const { along, by } = options;
  const columns = new Map<string, readonly unknown[]>();
  for (const name of by) {
    const values = columnValues(table, name);
    columns.set(
      name,
      lines.map(({ row }) => values[row]),
    );
  }
  const found = toTable("frontier", {
    along: lines.map(() => along),
    pays: lines.map(({ pays }) => pays),
    at: lines.map(({ crossing }) => crossing?.at ?? null),
    at_lo: lines.map(({ crossing }) => crossing?.lo ?? null),
    at_hi: lines.map(({ crossing }) => crossing?.hi ?? null),
    sure: lines.map(({ crossing }) => crossing?.sure ?? null),
  });
  for (const name of found.columnNames()) columns.set(name, columnValues(found, name));
  return tableOf(columns);
}

/** The lines of a table in order of first appearance. */
export function linesOf(table: ColumnTable, options: FrontierOptions): readonly Line[] {
  checkKeys("frontier", options, ["along", "by", "of"]);
  const { along, by, of = "cpu_saved_ns" } = options;
  requireColumns(table, [checkString("along", along), ...by, of]);
  const places = columnValues(table, along);
  const values = columnValues(table, of);
  const groups = groupsOf(
    by.map((name) => columnValues(table, name)),
    table.numRows(),
  );
  const points: Map<number, number[]>[] = Array.from({ length: groups.count }, () => new Map());
  const rows = new Array<number>(groups.count).fill(-1);
  groups.of.forEach((group, row) => {
    if (rows[group] === -1) rows[group] = row;
    const place = places[row];
    if (typeof place !== "number") throw invalid(along, place, "numbers");
    const value = values[row];
    if (typeof value !== "number") return;
    const samples = points[group]!.get(place) ?? [];
    points[group]!.set(place, [...samples, value]);
  });
  return points.map((line, group) => ({ row: rows[group]!, ...signsOf(line) }));
}

function signsOf(points: ReadonlyMap<number, readonly number[]>): Omit<Line, "row"> {
  const line = [...points]
    .map(([place, samples]) => ({ place, ...meanInterval(samples) }))
    .sort((a, b) => a.place - b.place);
  if (line.length === 0) return { pays: "unknown", crossing: undefined };
  const signs = line.map(({ mean }) => mean! > 0);
  const changes = signs.flatMap((sign, i) => (i > 0 && sign !== signs[i - 1] ? [i] : []));
  const [first] = changes;
  if (first === undefined) return { pays: signs[0] ? "always" : "never", crossing: undefined };
  const side = signs[0] ? "below" : "above";
  const crossing = crossingBetween(line[first - 1]!, line[first]!);
  return { pays: changes.length === 1 ? side : "mixed", crossing };
}

type PlacedMean = MeanInterval & { readonly place: number };

function crossingBetween(before: PlacedMean, after: PlacedMean): Crossing {
  const [lo, hi] = [before.place, after.place];
  const [from, to] = [before.mean!, after.mean!];
  return {
    lo,
    hi,
    at: lo + ((hi - lo) * from) / (from - to),
    sure: isSure(before) && isSure(after),
  };
}

/** One run says nothing about how well its mean is known. */
function isSure({ mean, half }: MeanInterval): boolean {
  return mean !== null && half !== null && Math.abs(mean) > half;
}
