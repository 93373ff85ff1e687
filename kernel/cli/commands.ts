/** What the commands do. Each returns its exit code. */
import path from "node:path";
import { checkNotebook, type OutputDifference } from "../report/check.ts";
import { formatNotebook, type Notebook } from "../report/notebook.ts";
import { readParameters } from "../report/parameters.ts";
import { readNotebook } from "../report/readNotebook.ts";
import { renderHtml } from "../report/renderHtml.ts";
import { renderMarkdownFile } from "../report/renderMarkdownFile.ts";
import { type RunFailure, type RunOptions, runNotebook } from "../report/run.ts";
import type {
  CheckInvocation,
  OutputChoice,
  RenderInvocation,
  RunInvocation,
} from "./commandLine.ts";
import { exitCode } from "./exitCode.ts";
import { replaceFile } from "./files.ts";
import { packageVersion } from "./packageVersion.ts";
import { showProgress } from "./progress.ts";
import { forTerminal } from "./terminal.ts";

/** Executes a notebook and writes what was asked for, also after a failure. */
export async function run(invocation: RunInvocation): Promise<number> {
  const { notebook: file, out, html } = invocation;
  const { cells } = await readNotebook(file);
  const parameters = readParameters(cells, invocation.parameters);
  const { notebook, completed, failure } = await runNotebook(file, {
    ...watching(invocation),
    parameters,
  });
  if (out !== undefined) await replaceFile(out, formatNotebook(notebook));
  if (html !== undefined) await replaceFile(html, report(notebook, file));
  const ok = failure === undefined;
  tell(invocation, { notebook: file, ok, completed, out, html, failure: plain(failure) });
  return failure === undefined ? exitCode.ok : failed(failure);
}

/** Writes the reports of a notebook as it is. */
export async function render(invocation: RenderInvocation): Promise<number> {
  const { notebook: file, html, md } = invocation;
  const notebook = await readNotebook(file);
  if (html !== undefined) await replaceFile(html, report(notebook, file));
  const pictures = md === undefined ? undefined : await writeMarkdown(notebook, md);
  tell(invocation, { notebook: file, ok: true, html, md, pictures });
  return exitCode.ok;
}

/** Writes the text and its pictures, in a folder `NAME_files` beside it; returns their paths. */
async function writeMarkdown(notebook: Notebook, file: string): Promise<string[]> {
  const { dir, name } = path.parse(file);
  const { text, pictures } = renderMarkdownFile(notebook, `${name}_files`);
  const paths = pictures.map((picture) => path.join(dir, picture.name));
  for (const [index, { bytes }] of pictures.entries()) await replaceFile(paths[index]!, bytes);
  await replaceFile(file, text);
  return paths;
}

/** Executes a notebook again and tells what came out differently. */
export async function check(invocation: CheckInvocation): Promise<number> {
  const file = invocation.notebook;
  const { ok, differences, run } = await checkNotebook(file, watching(invocation));
  tell(invocation, { notebook: file, ok, differences, failure: plain(run.failure) });
  if (!invocation.json) process.stdout.write(forTerminal(differences.map(differenceText).join("")));
  if (run.failure !== undefined) return failed(run.failure);
  return ok ? exitCode.ok : exitCode.failed;
}

/** Progress, and an end of the run on Ctrl-C that keeps what there is. */
function watching({ quiet }: OutputChoice): RunOptions {
  const controller = new AbortController();
  process.once("SIGINT", () => controller.abort());
  process.once("SIGTERM", () => controller.abort());
  const signal = controller.signal;
  return quiet ? { signal } : { signal, onProgress: showProgress(process.stderr) };
}

/** The notebook as one HTML file. */
export function report(notebook: Notebook, file: string): string {
  return renderHtml(notebook, {
    title: path.basename(file, ".ipynb"),
    packageVersion: packageVersion(),
    nodeVersion: process.versions.node,
  });
}

function tell({ json }: OutputChoice, result: object): void {
  if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
}

function plain(failure: RunFailure | undefined): object | undefined {
  if (failure === undefined) return undefined;
  const { kind, cell, id, error } = failure;
  return { kind, cell, id, ...error };
}

function failed({ kind, cell, id, error }: RunFailure): number {
  const text = `\nCell[${cell}] (id ${id}) failed\n\n${error.traceback.join("\n")}\n`;
  process.stderr.write(forTerminal(text));
  return kind === "cancelled" ? exitCode.interrupted : exitCode.failed;
}

/** One difference in words, two lines where it has them. */
export function differenceText({
  cell,
  id,
  output,
  kind,
  stored,
  found,
}: OutputDifference): string {
  const where = `cell ${cell} (id ${id}), output ${output}`;
  if (kind === "picture") return `${where}: same chart, drawn differently (fonts or libraries)\n`;
  const line = (text: string | undefined): string => text ?? "(nothing)";
  return `${where}:\n  stored: ${line(stored)}\n  found:  ${line(found)}\n`;
}
