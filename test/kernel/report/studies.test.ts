/** What every notebook of the repository must say of itself. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { abstractOf } from "../../../kernel/report/abstract.ts";
import {
  type CodeCell,
  type Notebook,
  type Output,
  tagsOf,
} from "../../../kernel/report/notebook.ts";
import { parseNotebook } from "../../../kernel/report/parse.ts";

const folder = join(import.meta.dirname, "../../../notebooks");
const names = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));
const read = (name: string): Notebook =>
  parseNotebook(readFileSync(join(folder, name), "utf8"), name);

interface Titled {
  readonly title?: { readonly subtitle?: readonly string[] };
}

/** The specifications of all charts that cells have put out. */
function charts({ cells }: Notebook): Titled[] {
  const outputs = cells.flatMap((cell): readonly Output[] =>
    cell.kind === "code" ? cell.outputs : [],
  );
  return outputs.flatMap((output) => {
    if (output.kind !== "display_data" && output.kind !== "execute_result") return [];
    const chart = output.data["application/vnd.vegalite.v5+json" as keyof typeof output.data];
    return chart === undefined ? [] : [chart as Titled];
  });
}

/** What a cell has put out, as text. */
function textOf({ outputs }: CodeCell): string {
  const texts = outputs.map((output) => {
    if (output.kind === "stream") return output.text;
    return output.kind === "error" ? "" : String(output.data["text/plain"] ?? "");
  });
  return texts.join("\n");
}

function prose({ cells }: Notebook): string {
  return cells.flatMap((cell) => (cell.kind === "markdown" ? [cell.source] : [])).join("\n");
}

describe.each(names)("%s", (name) => {
  const notebook = read(name);

  it("has found something, says so in a sentence or two, and has drawn something", () => {
    const { finding = "", picture } = abstractOf(notebook);
    expect(finding).toMatch(/^\S.{40,500}\.$/);
    expect(finding).not.toMatch(/undefined|NaN|-0 |Infinity/);
    expect(picture).toBeDefined();
  });

  it("says under each chart where its numbers come from", () => {
    for (const { title } of charts(notebook)) {
      expect(title?.subtitle?.join("\n"), JSON.stringify(title)).toMatch(/^Source: /m);
    }
  });

  it("says what it shows and what it does not, and what its conclusion rests on", () => {
    expect(prose(notebook)).toContain("## What this shows, and what it does not");
    expect(prose(notebook)).toMatch(/\brests? on\b/);
  });
});

/** Numbers of dates, commits, releases, versions of a series, headings and code are no results. */
const labels: readonly RegExp[] = [
  /\b\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\w*/g,
  /\b(?:[0-9a-f]{12,13}|(?:19|20)\d\d|v\d+(?:-v?\d+)?|[67]\.\d{1,2})\b/g,
  /^#+ \d+\.|\bsections? \d+|\b95 % interval/gm,
  /`[^`]*`/g,
];

const numbersOf = (text: string): number[] =>
  (text.match(/(?<![\w.-])\d[\d,_]*(?:\.\d+)?/g) ?? []).map((one) =>
    Number(one.replace(/[,_]/g, "")),
  );

test.each(names)("every number in the prose of %s is one of its cells", (name) => {
  const notebook = read(name);
  const code = notebook.cells.filter((cell) => cell.kind === "code");
  const known = new Set(numbersOf(code.flatMap((cell) => [cell.source, textOf(cell)]).join("\n")));
  const plain = labels.reduce((text, label) => text.replace(label, ""), prose(notebook));
  expect(numbersOf(plain).filter((number) => !known.has(number))).toEqual([]);
});

test("parameters of all notebooks are declared in one cell", () => {
  for (const name of names) {
    const tagged = read(name).cells.filter((cell) => tagsOf(cell).includes("parameters"));
    expect(tagged.length, name).toBeLessThan(2);
  }
});
