/** `shootdown pair`: a notebook and its twin, a TypeScript file for review and for editors. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { invalid, missing, refused } from "../../../lib/base/messages.ts";
import { formatNotebook, type Notebook } from "../../report/notebook.ts";
import { emptyNotebook, isSameText, notebookOf } from "../../report/pair.ts";
import { formatPercent } from "../../report/percent.ts";
import { readNotebook } from "../../report/readNotebook.ts";
import { type PercentFile, parsePercent } from "../../report/readPercent.ts";
import { type Command, tellResult } from "../command.ts";
import { exitCode } from "../exitCode.ts";
import { replaceFile } from "../files.ts";
import type { ReadOptions } from "../readOptions.ts";

/** Writes the other one of the two. */
export const pairCommand: Command = {
  help: `shootdown pair FILE [options]

Writes the twin of a notebook: of NAME.ipynb the text NAME.ts, of NAME.ts the
notebook NAME.ipynb. The text is in the percent format of jupytext ("// %%"):
code, prose and tags. A notebook that is there already keeps its ids, and its
outputs where the code is the same.

  shootdown pair notebooks/tradeoff.ipynb

  --out FILE          another name for the twin
  --check             write nothing; exit 1 where the two do not say the same
  --json              print the result as one JSON object on stdout

Exit codes: 0 ok, 1 --check has found a difference, 2 wrong usage, 3 a file cannot
be read or written.
`,
  options: { out: { type: "string" }, check: { type: "boolean" } },
  perform: pair,
};

async function pair(read: ReadOptions): Promise<number> {
  const { values, positionals } = read;
  const [file, second] = positionals;
  if (file === undefined) throw missing("file", "NAME.ipynb or NAME.ts");
  if (second !== undefined) throw invalid("argument", second, "one file");
  if (!/\.(?:ipynb|ts)$/.test(file)) throw invalid("file", file, "NAME.ipynb or NAME.ts");
  const fromNotebook = file.endsWith(".ipynb");
  const twin = (values.out as string | undefined) ?? twinOf(file);
  if (values.check === true) {
    const same = await areSame(fromNotebook ? file : twin, fromNotebook ? twin : file);
    const text = `${file} and ${twin} ${same ? "say the same" : "differ"}\n`;
    tellResult(read, { ok: same, file, twin }, text);
    return same ? exitCode.ok : exitCode.failed;
  }
  if (fromNotebook) {
    await replaceFile(twin, formatPercent(await readNotebook(file)));
  } else {
    await replaceFile(twin, formatNotebook(notebookOf(await readPercent(file), await old(twin))));
  }
  tellResult(read, { ok: true, file, twin }, `wrote ${twin}\n`);
  return exitCode.ok;
}

function twinOf(file: string): string {
  return file.endsWith(".ipynb") ? file.replace(/ipynb$/, "ts") : file.replace(/ts$/, "ipynb");
}

async function old(file: string): Promise<Notebook> {
  return existsSync(file) ? await readNotebook(file) : emptyNotebook;
}

async function areSame(notebook: string, text: string): Promise<boolean> {
  return isSameText((await readPercent(text)).cells, await readNotebook(notebook));
}

async function readPercent(file: string): Promise<PercentFile> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw refused("file", file, (error as Error).message);
  }
  return parsePercent(text, file);
}
