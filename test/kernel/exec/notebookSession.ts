/** A session in this process, for tests that run cells one after the other. */
import path from "node:path";
import type { CellOutput } from "../../../kernel/exec/messages.ts";
import { CellSession } from "../../../kernel/exec/session.ts";

const projectRoot = path.resolve(import.meta.dirname, "../../..");
const outputs: CellOutput[] = [];
let session: CellSession | undefined;
let cells = 0;

/** Runs cells in the order given and returns what the last one put out. */
export async function outputsOf(...codes: string[]): Promise<CellOutput[]> {
  session ??= new CellSession(
    { projectRoot, notebookDir: path.join(projectRoot, "notebooks") },
    { sink: (event) => event.kind !== "declared" && outputs.push(event as CellOutput) },
  );
  for (const code of codes) {
    outputs.length = 0;
    cells += 1;
    await session.execute({ cell: cells, code });
  }
  return [...outputs];
}

/** The text of the last value of the last cell; the headline of the error if there was one. */
export async function shown(...codes: string[]): Promise<unknown> {
  const output = (await outputsOf(...codes)).at(-1);
  if (output?.kind === "error") return `${output.ename}: ${output.evalue}`;
  return output?.kind === "result" ? output.data["text/plain"] : undefined;
}

/** The traceback of the last cell, with cell numbers counted from the first of the given cells. */
export async function traceback(...codes: string[]): Promise<string> {
  const before = cells;
  const output = (await outputsOf(...codes)).at(-1);
  if (output?.kind !== "error") throw new Error(`no error but ${JSON.stringify(output)}`);
  return output.traceback
    .filter((line) => !/\.\.\/test\/|@vitest/.test(line))
    .join("\n")
    .replace(/Cell\[(\d+)\]/g, (_, cell) => `Cell[${Number(cell) - before}]`);
}
