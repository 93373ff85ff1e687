/** Cells that travel together: few enough messages, each with about the same predicted cost. */
import type { CellTask } from "../sweep/cell.ts";

/** At most about `most` chunks, in the order of the cells. */
export function chunksOf(cells: readonly CellTask[], most: number): readonly CellTask[][] {
  const total = cells.reduce((sum, { cost }) => sum + cost, 0);
  const enough = total / most;
  const chunks: CellTask[][] = [];
  let cost = 0;
  for (const cell of cells) {
    if (chunks.length === 0 || cost >= enough) {
      chunks.push([]);
      cost = 0;
    }
    chunks.at(-1)!.push(cell);
    cost += cell.cost;
  }
  return chunks;
}
