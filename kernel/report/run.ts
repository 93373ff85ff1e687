/** The headless runner: a notebook, executed from its first cell in a fresh kernel. */
import path from "node:path";
import { notebookFailed, ShootdownError } from "../../lib/base/messages.ts";
import type { CellError } from "../exec/messages.ts";
import { type LaunchedKernel, launchKernel } from "../wire/launch.ts";
import type { Message } from "../wire/message.ts";
import { outputOf } from "../wire/outputs.ts";
import { type Cell, type CodeCell, type Notebook, type Output, tagsOf } from "./notebook.ts";
import { DisplayPlaces } from "./outputs.ts";
import { type Parameters, withParameters } from "./parameters.ts";
import { readNotebook } from "./readNotebook.ts";

/** What a run can be told. */
export interface RunOptions {
  /** Values for variables of the cell tagged `parameters`. */
  readonly parameters?: Parameters;
  /** Is told when the cells start and end. */
  readonly onProgress?: (progress: RunProgress) => void;
  /** Ends the run at once; what cells have put out so far is kept. */
  readonly signal?: AbortSignal;
}

/** One step of a run. `index` counts code cells from 1 to `total`. */
export interface RunProgress {
  readonly kind: "started" | "ok" | "error";
  readonly index: number;
  readonly total: number;
  readonly source: string;
}

/** A run that has ended, well or not. */
export interface NotebookRun {
  /** With the outputs of every cell that has run, the failed one included. */
  readonly notebook: Notebook;
  /** Code cells that ran to their end. */
  readonly completed: number;
  /** Why the run stopped before the last cell; absent when all is well. */
  readonly failure?: RunFailure;
}

/** The cell that stopped a run. */
export interface RunFailure {
  readonly kind: "error" | "died" | "cancelled";
  /** Execution count of the cell, as in `Cell[3]`. */
  readonly cell: number;
  readonly id: string;
  readonly error: CellError;
}

/**
 * Executes the notebook in the file, which is left as it is. Rejects as `readNotebook` does, and
 * with SD001…SD003 for parameters that do not fit; what goes wrong in cells is in the result.
 */
export async function runNotebook(file: string, options: RunOptions = {}): Promise<NotebookRun> {
  const notebook = withParameters(await readNotebook(file), options.parameters ?? {});
  const kernel = await launchKernel(path.dirname(path.resolve(file)));
  const cancel = (): void => kernel.kill();
  options.signal?.addEventListener("abort", cancel, { once: true });
  if (options.signal?.aborted) cancel();
  try {
    return await runCells(notebook, kernel, options);
  } finally {
    options.signal?.removeEventListener("abort", cancel);
    await kernel.close();
  }
}

async function runCells(
  notebook: Notebook,
  kernel: LaunchedKernel,
  { onProgress, signal }: RunOptions,
): Promise<NotebookRun> {
  const cells = notebook.cells.map(withoutOutputs);
  const executed = {
    metadata: { language_info: languageInfo, ...notebook.metadata },
    cells,
  };
  const places = new DisplayPlaces();
  const total = cells.filter(isToRun).length;
  let count = 0;
  for (const [place, cell] of cells.entries()) {
    if (!isToRun(cell)) continue;
    count += 1;
    const step = { index: count, total, source: cell.source };
    onProgress?.({ kind: "started", ...step });
    const outputs: Output[] = [];
    cells[place] = { ...cell, executionCount: count, outputs };
    const trouble = await runCell(kernel, cell, outputs, places, signal);
    const stops = trouble !== undefined && !(trouble.kind === "error" && mayFail(cell));
    onProgress?.({ kind: stops ? "error" : "ok", ...step });
    if (stops) {
      const failure = { cell: count, id: cell.id, ...trouble };
      return { notebook: executed, completed: count - 1, failure };
    }
  }
  return { notebook: executed, completed: count };
}

type Trouble = Pick<RunFailure, "kind" | "error">;

/** Runs one cell; its outputs go where `places` remembers them for later updates. */
async function runCell(
  { client, ready, ended }: LaunchedKernel,
  cell: CodeCell,
  outputs: Output[],
  places: DisplayPlaces,
  signal: AbortSignal | undefined,
): Promise<Trouble | undefined> {
  const executed = ready
    .then(() =>
      client.execute(cell.source, { stop_on_error: false }, (message) => {
        const output = outputOf(message);
        if (output !== undefined) places.add(outputs, output);
      }),
    )
    .then(troubleIn);
  const end = await Promise.race([executed, ended]);
  if (!(end instanceof ShootdownError)) return end;
  const cancelled = signal?.aborted === true;
  const { name: ename, message: evalue } = cancelled ? notebookFailed("run", "cancelled") : end;
  const error = { ename, evalue, traceback: [`${ename}: ${evalue}`] };
  // A kernel that is gone could not say so: the notebook says it for it.
  outputs.push({ kind: "error", ...error });
  return { kind: cancelled ? "cancelled" : "died", error };
}

/** What a reply tells of the cell. */
function troubleIn({ content, metadata }: Message): Trouble | undefined {
  if (content.status === "ok") return undefined;
  const { ename, evalue, traceback } = content as unknown as CellError;
  const kind = metadata.cell_process === "died" ? "died" : "error";
  return { kind, error: { ename, evalue, traceback } };
}

/** Old outputs do not outlive the execution that replaces them. */
function withoutOutputs(cell: Cell): Cell {
  return cell.kind === "code" ? { ...cell, executionCount: null, outputs: [] } : cell;
}

function isToRun(cell: Cell): cell is CodeCell {
  return cell.kind === "code" && cell.source.trim() !== "";
}

/** nbconvert's and nbclient's tag for a cell that shows an error on purpose. */
function mayFail(cell: Cell): boolean {
  return tagsOf(cell).includes("raises-exception");
}

/** What front ends need to know to colour the cells. */
const languageInfo = { file_extension: ".ts", mimetype: "text/typescript", name: "typescript" };
