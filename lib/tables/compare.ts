/**
 * Comparison with a baseline. Done here in plain loops, because Arquero table expressions cannot
 * close over a caller's variables.
 */
import { checkKeys } from "../base/check.ts";
import { invalid, unknownName } from "../base/messages.ts";
import { type ColumnTable, columnValues, requireColumns, tableOf } from "./frame.ts";
import { groupsOf } from "./groups.ts";

/** Which rows are the baseline, and what else must be equal for two rows to be compared. */
export interface BaselineOptions {
  /** The value of column `by` that marks the baseline rows. */
  readonly baseline: string | number | boolean;
  /** The column that names the competitors (default `linux`). */
  readonly by?: string;
  /** The columns that make two rows the same cell (default: machine, cpus, workload, …). */
  readonly over?: readonly string[];
}

const sameCell: readonly string[] = ["machine", "cpus", "workload", "backend", "seed"];
const measures: readonly string[] = ["ipis", "gup_fast_ns_mean", "duration_ns"];

/**
 * The table with five more columns: baseline, ipis_saved, ipis_saved_pct, gup_fast_overhead_pct and
 * duration_change_pct, as the schema `compare` describes them; with a column stolen_ns also
 * cpu_saved_ns. A value is null when a side is absent or the baseline is zero. Throws SD009 for an
 * absent column, SD002 when no row is the baseline, SD001 when a cell has two baseline rows.
 */
export function withBaseline(table: ColumnTable, options: BaselineOptions): ColumnTable {
  checkKeys("withBaseline", options, ["baseline", "by", "over"]);
  const { baseline, by = "linux", over = sameCell } = options;
  requireColumns(table, [by, ...over, ...measures]);
  const columns = new Map<string, readonly unknown[]>(
    table.columnNames().map((name) => [name, columnValues(table, name)]),
  );
  const added = baselineColumns(columns, { baseline, by, over });
  return tableOf(new Map([...columns, ...added]));
}

/** The columns that {@link withBaseline} adds, for columns that are there. */
export function baselineColumns(
  columns: ReadonlyMap<string, readonly unknown[]>,
  { baseline, by, over }: Required<BaselineOptions>,
): ReadonlyMap<string, readonly unknown[]> {
  const names = columns.get(by) ?? [];
  const { of: cells } = groupsOf(
    over.map((name) => columns.get(name) ?? []),
    names.length,
  );
  const partner = baselineRows(names, cells, baseline);
  const pair = (name: string): Pair => {
    const own = (columns.get(name) ?? []).map(finite);
    return {
      own,
      base: partner.map((row) => (row === undefined ? null : (own[row] ?? null))),
    };
  };
  const [ipis, walk, duration] = [pair("ipis"), pair("gup_fast_ns_mean"), pair("duration_ns")];
  const added: [string, readonly unknown[]][] = [
    ["baseline", names.map(() => baseline)],
    ["ipis_saved", zip(ipis, saved)],
    ["ipis_saved_pct", zip(ipis, savedPct)],
    ["gup_fast_overhead_pct", zip(walk, changePct)],
    ["duration_change_pct", zip(duration, changePct)],
  ];
  if (columns.has("stolen_ns")) {
    const calls = pair("gup_calls").base;
    added.push(["cpu_saved_ns", cpuSaved(pair("stolen_ns"), duration, walk, calls)]);
  }
  return new Map(added);
}

/** A column, and for each row the value of its baseline row. */
interface Pair {
  readonly own: readonly (number | null)[];
  readonly base: readonly (number | null)[];
}

/**
 * CPU time that a row saves: what interrupts no longer steal, and what the operation no longer
 * takes, less what the baseline's walks would take longer.
 */
function cpuSaved(
  stolen: Pair,
  duration: Pair,
  walk: Pair,
  calls: readonly (number | null)[],
): (number | null)[] {
  const [time, walks] = [zip(duration, saved), zip(walk, saved)];
  return zip(stolen, saved).map((ns, row) => {
    const less = time[row] ?? null;
    if (ns === null || less === null) return null;
    return ns + less + (walks[row] ?? 0) * (calls[row] ?? 0);
  });
}

/** For each row, the number of the baseline row of its cell. */
function baselineRows(
  names: readonly unknown[],
  cells: readonly number[],
  baseline: BaselineOptions["baseline"],
): (number | undefined)[] {
  const rowOfCell = new Map<number, number>();
  names.forEach((name, row) => {
    if (name !== baseline) return;
    const cell = cells[row]!;
    const other = rowOfCell.get(cell);
    if (other !== undefined) {
      const expected = `columns that tell the rows of baseline ${baseline} apart`;
      throw invalid("over", `rows ${other} and ${row}`, expected);
    }
    rowOfCell.set(cell, row);
  });
  if (rowOfCell.size === 0 && names.length > 0) {
    throw unknownName("baseline", baseline, [...new Set(names.map(String))]);
  }
  return cells.map((cell) => rowOfCell.get(cell));
}

function finite(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function zip(
  { own, base }: Pair,
  combine: (own: number, base: number) => number | null,
): (number | null)[] {
  return own.map((mine, row) => {
    const theirs = base[row] ?? null;
    return mine === null || theirs === null ? null : combine(mine, theirs);
  });
}

function saved(own: number, base: number): number {
  return base - own;
}

function changePct(own: number, base: number): number | null {
  return base === 0 ? null : (100 * (own - base)) / base;
}

function savedPct(own: number, base: number): number | null {
  return base === 0 ? null : (100 * (base - own)) / base;
}
