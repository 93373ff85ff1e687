/** Every notebook of the repository has a twin in text, and both say the same. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isSameText } from "../../../kernel/report/pair.ts";
import { parseNotebook } from "../../../kernel/report/parse.ts";
import { parsePercent } from "../../../kernel/report/readPercent.ts";

const folder = join(import.meta.dirname, "../../../notebooks");
const names = readdirSync(folder)
  .filter((name) => name.endsWith(".ipynb"))
  .map((name) => name.slice(0, -".ipynb".length));
const read = (file: string): string => readFileSync(join(folder, file), "utf8");

test("there are notebooks", () => {
  expect(names.length).toBeGreaterThan(10);
});

test.each(names)("%s", (name) => {
  const { cells } = parsePercent(read(`${name}.ts`), `${name}.ts`);
  expect(isSameText(cells, parseNotebook(read(`${name}.ipynb`), name))).toBe(true);
});

test.each(names)("%s is executed from its first cell on, without an error", (name) => {
  const code = parseNotebook(read(`${name}.ipynb`), name).cells.filter((cell) => {
    return cell.kind === "code" && cell.source.trim() !== "";
  });
  const counts = code.map((cell) => (cell.kind === "code" ? cell.executionCount : null));
  expect(counts).toEqual(code.map((_, i) => i + 1));
  for (const cell of code) {
    if (cell.kind !== "code") continue;
    expect(cell.outputs.filter((output) => output.kind === "error")).toEqual([]);
  }
});
