/** What a worker thread of the pool does. */
import type { CellTask } from "../sweep/cell.ts";
import { runCell } from "./runCell.ts";

/** Outcome of each cell and the time it took, ms. */
export type CellTimes = readonly (readonly [text: string, ms: number])[];

/** Computes a few cells, one after the other. */
export default function computeCells(cells: readonly CellTask[]): CellTimes {
  return cells.map((cell) => {
    const started = performance.now();
    return [runCell(cell), performance.now() - started];
  });
}
