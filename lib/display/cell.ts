/** The running cell, as code in it may use it. */
import { createInterface } from "node:readline/promises";
import { cellHost } from "../base/cellHost.ts";
import { notebookFailed } from "../base/messages.ts";

/** The cell that runs this code. */
export interface RunningCell {
  /**
   * Aborted when the cell is interrupted; pass it to whatever takes one. Its `aborted` is right
   * also in a loop that never waits. Without this kernel, a signal that never aborts.
   */
  readonly signal: AbortSignal;
}

const never = new AbortController().signal;

/** The cell that runs this code. */
export const cell: RunningCell = {
  get signal() {
    return cellHost()?.signal ?? never;
  },
};

/**
 * Asks the user for a line of text: in the notebook, or on the terminal of a plain process. With
 * `password` the notebook does not show it. Throws SD013 where nobody can be asked, as in a report.
 */
export async function input(
  prompt: string = "",
  options: { readonly password?: boolean } = {},
): Promise<string> {
  const host = cellHost();
  if (host !== undefined) return await host.input(prompt, options.password === true);
  if (process.stdin.isTTY !== true) throw notebookFailed("input", "nobody can be asked here");
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await terminal.question(prompt);
  } finally {
    terminal.close();
  }
}
