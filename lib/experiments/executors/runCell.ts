/** Computing one cell: the same few lines in a thread, a process, or on another machine. */
import { throwIfInterrupted } from "../../base/cellHost.ts";
import { ShootdownError } from "../../base/messages.ts";
import { simulate } from "../simulate.ts";
import type { Problem } from "../store/outcome.ts";
import { problemText, rowText } from "../store/outcome.ts";
import { type CellTask, keyOfParts, SceneReader } from "../sweep/cell.ts";
import { measuredRow } from "../sweep/measures.ts";

const reader = new SceneReader();

/**
 * The text of the outcome of a cell. What the simulation throws is an outcome as well, because it
 * throws the same again. Throws only when the key is not that of the texts: the task is damaged.
 */
export function runCell(task: CellTask): string {
  if (keyOfParts(task.parts, task.seed) !== task.key) {
    throw new Error(`cell ${task.key.slice(0, 16)}: the task does not fit its key`);
  }
  try {
    return rowText(task.key, measuredRow(simulate(reader.scene(task))));
  } catch (error) {
    throwIfInterrupted(); // says nothing about the cell
    return problemText(task.key, problemOf(error));
  }
}

/** Only a lack of memory depends on where the cell is computed. */
function problemOf(error: unknown): Problem {
  if (error instanceof ShootdownError) return { kind: "threw", message: error.message };
  if (error instanceof RangeError) return { kind: "memory", message: error.message };
  return { kind: "threw", message: String(error) };
}
