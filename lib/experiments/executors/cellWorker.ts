/** What a worker thread of the pool does. */
import { problemText, rowText } from "../store/outcome.ts";
import type { CellTask } from "../sweep/cell.ts";
import { measureCell } from "./runCell.ts";
import { SharedColumns } from "./sharedColumns.ts";

/** What a thread receives. */
export interface CellMessage {
  readonly cells: readonly CellTask[];
  /** Where the row of each cell goes. */
  readonly places: readonly number[];
  /** Memory of `SharedColumns`. */
  readonly columns: SharedArrayBuffer;
  /** One number in shared memory: that of the cell, from 1 on, which the thread computes. */
  readonly begun: Int32Array;
}

/** What each cell ended with: null where its row is in the columns; and the time it took, ms. */
export type CellTimes = readonly (readonly [text: string | null, ms: number])[];

/** Computes a few cells, one after the other. */
export default function computeCells({ cells, places, columns, begun }: CellMessage): CellTimes {
  const shared = new SharedColumns(columns);
  return cells.map((cell, i) => {
    Atomics.store(begun, 0, i + 1);
    const started = performance.now();
    const { row, problem } = measureCell(cell);
    const ms = performance.now() - started;
    if (row === undefined) return [problemText(cell.key, problem), ms];
    return [shared.write(places[i]!, row, ms) ? null : rowText(cell.key, row), ms];
  });
}
