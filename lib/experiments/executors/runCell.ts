/** Computing one cell: the same few lines in a thread, a process, or on another machine. */
import { throwIfInterrupted } from "../../base/cellHost.ts";
import { ShootdownError } from "../../base/messages.ts";
import { simulate } from "../simulate.ts";
import type { Outcome, Problem } from "../store/outcome.ts";
import { problemText, rowText } from "../store/outcome.ts";
import { type CellTask, keyOfParts, SceneReader } from "../sweep/cell.ts";
import { measuredRow } from "../sweep/measures.ts";

const reader = new SceneReader();

/** The text of the outcome of a cell; see {@link measureCell}. */
export function runCell(task: CellTask): string {
  const { row, problem } = measureCell(task);
  return row === undefined ? problemText(task.key, problem) : rowText(task.key, row);
}

/**
 * The outcome of a cell. What the simulation throws is an outcome as well, because it throws the
 * same again. Throws only when the key is not that of the texts: the task is damaged.
 */
export function measureCell(task: CellTask): Outcome {
  if (keyOfParts(task.parts, task.seed) !== task.key) {
    throw new Error(`cell ${task.key.slice(0, 16)}: the task does not fit its key`);
  }
  try {
    return { key: task.key, row: measuredRow(simulate(reader.scene(task))) };
  } catch (error) {
    throwIfInterrupted(); // says nothing about the cell
    return { key: task.key, problem: problemOf(error) };
  }
}

/** Only a lack of memory depends on where the cell is computed. */
function problemOf(error: unknown): Problem {
  if (error instanceof ShootdownError) return { kind: "threw", message: error.message };
  if (error instanceof RangeError) return { kind: "memory", message: error.message };
  return { kind: "threw", message: String(error) };
}
