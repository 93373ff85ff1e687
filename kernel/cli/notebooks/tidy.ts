/** `shootdown strip` and `shootdown normalize`: notebooks as version control likes them. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { text as textOf } from "node:stream/consumers";
import { invalid, missing, refused } from "../../../lib/base/messages.ts";
import { formatNotebook, type Notebook } from "../../report/notebook.ts";
import { parseNotebook } from "../../report/parse.ts";
import { normalNotebook, strippedNotebook } from "../../report/tidy.ts";
import { type Command, tellResult } from "../command.ts";
import { exitCode } from "../exitCode.ts";
import { replaceFile } from "../files.ts";
import type { ReadOptions } from "../readOptions.ts";

const ending = `  --check             write nothing; exit 1 where a file would change
  --json              print the result as one JSON object on stdout

"-" reads a notebook from stdin and writes it to stdout, as a filter of git does.

Exit codes: 0 ok, 1 --check has found a file that would change, 2 wrong usage, 3 a
file cannot be read or written, or is no notebook.
`;

/** Removes outputs and counts. */
export const stripCommand: Command = {
  help: `shootdown strip NOTEBOOK.ipynb... [options]

Removes outputs, execution counts and metadata of the moment, and writes the rest
in the normal form (see normalize).

  shootdown strip notebooks/draft.ipynb

${ending}`,
  options: { check: { type: "boolean" } },
  perform: (read) => tidy(read, strippedNotebook),
};

/** Writes notebooks in the one form that keeps differences small. */
export const normalizeCommand: Command = {
  help: `shootdown normalize NOTEBOOK.ipynb... [options]

Writes notebooks in one form: nbformat 4.5, cell ids that stay, sorted keys, one
space of indent, text split into lines, counts from 1, streams in one piece, no
times and no versions of the language.

  shootdown normalize notebooks/*.ipynb

${ending}`,
  options: { check: { type: "boolean" } },
  perform: (read) => tidy(read, normalNotebook),
};

async function tidy(read: ReadOptions, change: (notebook: Notebook) => Notebook): Promise<number> {
  const { values, positionals } = read;
  if (positionals.length === 0) throw missing("notebook", "one or more .ipynb files, or -");
  const isCheck = values.check === true;
  if (positionals.includes("-")) {
    if (positionals.length > 1) throw invalid("argument", "-", "no other file beside stdin");
    const before = await textOf(process.stdin);
    const after = formatNotebook(change(parseNotebook(before, "stdin")));
    if (!isCheck) process.stdout.write(after);
    return isCheck && after !== before ? exitCode.failed : exitCode.ok;
  }
  const files: { notebook: string; changed: boolean }[] = [];
  for (const file of positionals) {
    const before = await readText(file);
    const after = formatNotebook(change(parseNotebook(before, path.basename(file))));
    const changed = after !== before;
    if (changed && !isCheck) await replaceFile(file, after);
    files.push({ notebook: file, changed });
  }
  const ok = !isCheck || files.every(({ changed }) => !changed);
  const changedFiles = files.filter(({ changed }) => changed);
  const word = isCheck ? "would change" : "changed";
  const lines = changedFiles.map(({ notebook }) => `${word} ${notebook}\n`);
  tellResult(read, { ok, files }, lines.join(""));
  return ok ? exitCode.ok : exitCode.failed;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw refused("notebook", file, (error as Error).message);
  }
}
