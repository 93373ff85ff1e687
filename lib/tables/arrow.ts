/** Tables as Arrow IPC files. */
import { toArrowIPC } from "arquero";
import { type ColumnTable, columnValues, tableOf } from "./frame.ts";

/**
 * The table as the bytes of an Arrow IPC file, which pyarrow, R and DuckDB read. Columns of more
 * than one type become text, as in Parquet.
 */
export function arrowBytes(table: ColumnTable): Uint8Array {
  const columns = table.columnNames().map((name) => [name, columnValues(table, name)] as const);
  if (!columns.some(([, values]) => isMixed(values))) return toArrowIPC(table, { format: "file" });
  const plain = columns.map(([name, values]) => [name, isMixed(values) ? texts(values) : values]);
  return toArrowIPC(tableOf(new Map(plain as [string, unknown[]][])), { format: "file" });
}

function isMixed(values: readonly unknown[]): boolean {
  const there = values.filter((value) => value !== null && value !== undefined);
  return new Set(there.map((value) => typeof value)).size > 1;
}

function texts(values: readonly unknown[]): (string | null)[] {
  return values.map((value) => (value === null || value === undefined ? null : String(value)));
}
