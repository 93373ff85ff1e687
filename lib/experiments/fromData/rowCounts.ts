/** Interrupts of one row in a table cpu, irq, count. */
import { invalid } from "../../base/messages.ts";
import { type ColumnTable, columnValues, requireColumns } from "../../tables/frame.ts";

/** One table as counts by row and CPU. */
export interface Sample {
  readonly irqs: ReadonlySet<string>;
  /** row → CPU → count. */
  readonly counts: ReadonlyMap<string, ReadonlyMap<number, number>>;
}

/** The tables checked and read. Throws SD009 for a missing column, SD001 for other values. */
export function checkSamples(what: string, tables: ColumnTable | readonly ColumnTable[]): Sample[] {
  const list = Array.isArray(tables) ? (tables as readonly ColumnTable[]) : [tables as ColumnTable];
  return list.map((table) => {
    if (typeof (table as Partial<ColumnTable> | null)?.columnNames !== "function") {
      throw invalid(what, table, "a table cpu, irq, count, or a list of them");
    }
    return readSample(what, table);
  });
}

function readSample(what: string, table: ColumnTable): Sample {
  requireColumns(table, ["cpu", "irq", "count"]);
  const [cpu, irq, count] = ["cpu", "irq", "count"].map((name) => columnValues(table, name));
  const counts = new Map<string, Map<number, number>>();
  irq!.forEach((name, i) => {
    const value = Number(count![i]);
    if (!Number.isFinite(value)) throw invalid(`${what}, count`, count![i], "a number");
    const row = counts.get(String(name)) ?? new Map<number, number>();
    counts.set(String(name), row);
    row.set(Number(cpu![i]), (row.get(Number(cpu![i])) ?? 0) + value);
  });
  return { irqs: new Set(counts.keys()), counts };
}

/** `CAL-TLB` → both rows; a row as it is. */
export function derivedRow(row: string): readonly string[] {
  const [left = "", right, more] = row.split("-");
  return right === undefined || more !== undefined || right === "" ? [row] : [left, right];
}

/** Interrupts of a row, all CPUs or some; undefined where the row or a CPU was not counted. */
export function rowCount(
  { counts }: Sample,
  { row, cpus }: { readonly row: string; readonly cpus: readonly number[] | undefined },
): number | undefined {
  // A row whose own name has a hyphen comes first: XIVE has IPI-0.
  const parts = counts.has(row) ? [row] : derivedRow(row);
  const totals = parts.map((part) => {
    const own = counts.get(part);
    if (own === undefined) return undefined;
    const wanted = cpus ?? [...own.keys()];
    return wanted.reduce<number | undefined>((sum, cpu) => {
      const value = own.get(cpu);
      return sum === undefined || value === undefined ? undefined : sum + value;
    }, 0);
  });
  const [left, right = 0] = totals;
  return left === undefined || totals.includes(undefined) ? undefined : left - right;
}
