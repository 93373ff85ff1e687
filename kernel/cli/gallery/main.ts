/** `shootdown gallery`: the reports of a folder of notebooks, with a front page. */
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { invalid, missing, refused } from "../../../lib/base/messages.ts";
import { abstractOf } from "../../report/abstract.ts";
import { checkNotebook, type NotebookCheck } from "../../report/check.ts";
import { mapLimited } from "../../report/mapLimited.ts";
import { type Notebook, notebookDigest } from "../../report/notebook.ts";
import { readNotebook } from "../../report/readNotebook.ts";
import { type GalleryEntry, type GalleryState, renderGallery } from "../../report/renderGallery.ts";
import { type Command, tellResult } from "../command.ts";
import { differenceText, report } from "../commands.ts";
import { exitCode } from "../exitCode.ts";
import { replaceFile } from "../files.ts";
import { packageVersion } from "../packageVersion.ts";
import type { ReadOptions } from "../readOptions.ts";

/** Makes one HTML file of each notebook and an index.html of all. */
export const galleryCommand: Command = {
  help: `shootdown gallery NOTEBOOK.ipynb|FOLDER... --out FOLDER [options]

Writes one self-contained HTML file of each notebook, and an index.html with the
title of each, its first chart, and what its cell tagged "finding" has printed.

  shootdown gallery notebooks --out reports --check

  --out FOLDER        where the files go
  --check             execute every notebook first and compare its outputs with
                      what is stored; the reports are of the new execution
  --jobs N            notebooks that are executed at a time, 1 to 64 (default 2)
  --quiet             no progress on stderr
  --json              print the result as one JSON object on stdout

Exit codes: 0 ok, 1 a cell failed or an output differs, 2 wrong usage, 3 a file
cannot be read or written, 130 interrupted.
`,
  options: {
    out: { type: "string" },
    check: { type: "boolean" },
    jobs: { type: "string" },
    quiet: { type: "boolean" },
  },
  perform: gallery,
};

/** A finished report of the list, and why it is not as stored. */
interface Finished {
  readonly entry: GalleryEntry;
  readonly trouble: string;
}

async function gallery(read: ReadOptions): Promise<number> {
  const { values, positionals } = read;
  const out = values.out as string | undefined;
  if (out === undefined) throw missing("--out", "the folder for the reports");
  const files = await notebooksIn(positionals);
  const jobs = jobsOf(values.jobs);
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => controller.abort());
  }
  const work = new Gallery(files, out, values.check === true, controller.signal);
  work.tell = values.quiet === true ? () => {} : (line) => process.stderr.write(line);
  const finished = await mapLimited(files, jobs, (file) => work.make(file));
  const entries = finished.map(({ entry }) => entry);
  const versions = { packageVersion: packageVersion(), nodeVersion: process.versions.node };
  const index = path.join(out, "index.html");
  await replaceFile(index, renderGallery(entries, versions));
  const ok = entries.every(({ state }) => state === "stored" || state === "reproduces");
  const reports = entries.map(({ name, state, digest }) => ({ name, state, digest }));
  const troubles = finished.map(({ trouble }) => trouble).join("");
  tellResult(read, { ok, index, reports }, `${troubles}${index}\n`);
  if (controller.signal.aborted) return exitCode.interrupted;
  return ok ? exitCode.ok : exitCode.failed;
}

/** Makes the reports and says when each is done. */
class Gallery {
  tell: (line: string) => void = () => {};
  private done = 0;
  private readonly files: readonly string[];
  private readonly out: string;
  private readonly isCheck: boolean;
  private readonly signal: AbortSignal;

  constructor(files: readonly string[], out: string, isCheck: boolean, signal: AbortSignal) {
    this.files = files;
    this.out = out;
    this.isCheck = isCheck;
    this.signal = signal;
  }

  async make(file: string): Promise<Finished> {
    const startedMs = performance.now();
    const found = this.isCheck ? await checkNotebook(file, { signal: this.signal }) : undefined;
    const notebook: Notebook = found === undefined ? await readNotebook(file) : found.run.notebook;
    const name = path.basename(file, ".ipynb");
    await replaceFile(path.join(this.out, `${name}.html`), report(notebook, file));
    const state = stateOf(found);
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
    this.done += 1;
    this.tell(`[${this.done}/${this.files.length}] ${state.padEnd(10)} ${seconds} s  ${file}\n`);
    const digest = notebookDigest(notebook);
    const entry = { name, abstract: abstractOf(notebook), digest, state };
    return { entry, trouble: troubleOf(file, found) };
  }
}

function stateOf(found: NotebookCheck | undefined): GalleryState {
  if (found === undefined) return "stored";
  if (found.run.failure !== undefined) return "failed";
  return found.ok ? "reproduces" : "differs";
}

function troubleOf(file: string, found: NotebookCheck | undefined): string {
  if (found === undefined || found.ok) return "";
  const { failure } = found.run;
  const texts = found.differences.map(differenceText);
  if (failure !== undefined) texts.unshift(`Cell[${failure.cell}]: ${failure.error.evalue}\n`);
  return `${file}\n${texts.join("")}\n`;
}

/** The notebooks that are named, and those in folders that are; no two may have one name. */
async function notebooksIn(places: readonly string[]): Promise<string[]> {
  if (places.length === 0) throw missing("notebook", "one or more .ipynb files, or folders");
  const files = (await Promise.all(places.map(notebooksAt))).flat();
  if (files.length === 0) throw refused("notebooks", places.join(", "), "no .ipynb file in it");
  const names = files.map((file) => path.basename(file));
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw invalid("notebook", twice, "names that differ");
  return files;
}

async function notebooksAt(place: string): Promise<string[]> {
  try {
    if (!(await stat(place)).isDirectory()) return [place];
    const names = (await readdir(place)).filter((name) => name.endsWith(".ipynb"));
    return names.sort().map((name) => path.join(place, name));
  } catch (error) {
    throw refused("notebook", place, (error as Error).message);
  }
}

function jobsOf(text: unknown): number {
  if (text === undefined) return 2;
  const jobs = Number(text);
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > 64) throw invalid("--jobs", text, "1…64");
  return jobs;
}
