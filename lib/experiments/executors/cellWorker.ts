/** What a worker thread of the pool does. */
import type { CellTask } from "../sweep/cell.ts";
import { runCell } from "./runCell.ts";

/** What a thread receives. */
export interface CellMessage {
  readonly cells: readonly CellTask[];
  /** One number in shared memory: 1 once the thread, which may have to start first, computes. */
  readonly begun: Int32Array;
}

/** Outcome of each cell and the time it took, ms. */
export type CellTimes = readonly (readonly [text: string, ms: number])[];

/** Computes a few cells, one after the other. */
export default function computeCells({ cells, begun }: CellMessage): CellTimes {
  Atomics.store(begun, 0, 1);
  return cells.map((cell) => {
    const started = performance.now();
    return [runCell(cell), performance.now() - started];
  });
}
