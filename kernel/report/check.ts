/** Does a notebook still say what it says? Its outputs against those of a new execution. */
import { comparableOutputs } from "./normalize.ts";
import type { Cell, Notebook } from "./notebook.ts";
import { readNotebook } from "./readNotebook.ts";
import { type NotebookRun, type RunOptions, runNotebook } from "./run.ts";

/** An output that came out differently. */
export interface OutputDifference {
  /** Place of the cell in the notebook, from 1, and its id. */
  readonly cell: number;
  readonly id: string;
  /** Place among the outputs of the cell, from 1. */
  readonly output: number;
  /** `picture`: same chart, drawn differently, which does not fail a check. */
  readonly kind: "content" | "picture";
  /** The first line that differs; undefined where an output has none. */
  readonly stored: string | undefined;
  readonly found: string | undefined;
}

/** A notebook compared with its new execution. */
export interface NotebookCheck {
  /** The new execution ran to its end and no content differs. */
  readonly ok: boolean;
  readonly differences: readonly OutputDifference[];
  readonly run: NotebookRun;
}

/** Executes the notebook again and compares. Rejects as `runNotebook` does. */
export async function checkNotebook(
  file: string,
  options: Omit<RunOptions, "parameters"> = {},
): Promise<NotebookCheck> {
  const stored = await readNotebook(file);
  const run = await runNotebook(file, options);
  const differences = compareNotebooks(stored, run.notebook);
  const same = !differences.some(({ kind }) => kind === "content");
  return { ok: same && run.failure === undefined, differences, run };
}

/** The outputs that differ, cell by cell. Both notebooks have the same cells. */
export function compareNotebooks(stored: Notebook, found: Notebook): OutputDifference[] {
  return stored.cells.flatMap((cell, index) => compareCells(cell, found.cells[index]!, index + 1));
}

function compareCells(stored: Cell, found: Cell, cell: number): OutputDifference[] {
  const before = comparableOutputs(stored);
  const after = comparableOutputs(found);
  const differences: OutputDifference[] = [];
  for (let index = 0; index < Math.max(before.length, after.length); index++) {
    const place = { cell, id: stored.id, output: index + 1 };
    const [left, right] = [before[index], after[index]];
    if (left?.content !== right?.content) {
      const lines = firstDifference(left?.content, right?.content);
      differences.push({ ...place, kind: "content", ...lines });
    } else if (left?.pictures !== right?.pictures) {
      differences.push({ ...place, kind: "picture", stored: undefined, found: undefined });
    }
  }
  return differences;
}

/** The first lines that differ, cut to the part around the difference. */
function firstDifference(
  stored: string | undefined,
  found: string | undefined,
): Pick<OutputDifference, "stored" | "found"> {
  const [before, after] = [stored?.split("\n") ?? [], found?.split("\n") ?? []];
  let line = 0;
  while (before[line] === after[line]) line += 1;
  const [left, right] = [before[line], after[line]];
  let column = 0;
  while (left !== undefined && left[column] === right?.[column]) column += 1;
  const start = Math.max(0, column - 40);
  return { stored: left?.slice(start, column + 40), found: right?.slice(start, column + 40) };
}
