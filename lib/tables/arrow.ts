/** Tables as Arrow IPC files. */
import { toArrowIPC } from "arquero";
import type { ColumnTable } from "./frame.ts";

/** The table as the bytes of an Arrow IPC file, which pyarrow, R and DuckDB read. */
export function arrowBytes(table: ColumnTable): Uint8Array {
  return toArrowIPC(table, { format: "file" });
}
