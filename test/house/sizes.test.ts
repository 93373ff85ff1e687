import ts from "typescript";
import { expect, test } from "vitest";
import { allSources, placeOf, type Source, sourceOf, walk } from "./sources.ts";

const MAX_FILE_LINES = 500;
const MAX_MEDIAN_LINES = 120;
const MAX_FUNCTION_LINES = 70;
const MAX_COLUMNS = 100;

/** Tables of constants may be long: they are looked things up in, not read. */
function isDataTable({ path, text }: Source): boolean {
  return /\/(profiles|data)\//.test(path) || text.startsWith("// data table");
}

function linesOf(text: string): string[] {
  return text.replace(/\n$/, "").split("\n");
}

function longFiles(sources: readonly Source[]): string[] {
  return sources
    .filter((source) => !isDataTable(source))
    .filter(({ text }) => linesOf(text).length > MAX_FILE_LINES)
    .map(({ path, text }) => `${path}: ${linesOf(text).length} lines`);
}

function medianLines(sources: readonly Source[]): number {
  const lengths = sources
    .filter((source) => !isDataTable(source))
    .map(({ text }) => linesOf(text).length)
    .sort((left, right) => left - right);
  return lengths[Math.floor(lengths.length / 2)] ?? 0;
}

function wideLines(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, text }) =>
    linesOf(text).flatMap((line, index) =>
      line.length > MAX_COLUMNS ? [`${path}:${index + 1}: ${line.length} columns`] : [],
    ),
  );
}

function longFunctions(sources: readonly Source[]): string[] {
  const found: string[] = [];
  for (const source of sources) {
    walk(source.tree, (node) => {
      if (ts.isFunctionLike(node)) {
        const lines = linesOf(node.getText(source.tree)).length;
        if (lines > MAX_FUNCTION_LINES) found.push(`${placeOf(source, node)}: ${lines} lines`);
      }
      return true;
    });
  }
  return found;
}

test(`files have at most ${MAX_FILE_LINES} lines, half of them at most ${MAX_MEDIAN_LINES}`, () => {
  expect(longFiles(allSources())).toEqual([]);
  expect(medianLines(allSources())).toBeLessThanOrEqual(MAX_MEDIAN_LINES);
});

test(`functions have at most ${MAX_FUNCTION_LINES} lines`, () => {
  expect(longFunctions(allSources())).toEqual([]);
});

test(`lines have at most ${MAX_COLUMNS} columns`, () => {
  expect(wideLines(allSources())).toEqual([]);
});

test("the rules see what is one too long, and let data tables be", () => {
  const file = (lines: number): string => "// line\n".repeat(lines);
  const planted = [
    sourceOf("lib/mm/fits.ts", file(500)),
    sourceOf("lib/mm/long.ts", file(501)),
    sourceOf("lib/machine/profiles/xeon.ts", file(900)),
    sourceOf("lib/mm/table.ts", `// data table: costs\n${file(900)}`),
  ];
  expect(longFiles(planted)).toEqual(["lib/mm/long.ts: 501 lines"]);
  expect(medianLines(planted)).toBe(501);

  const body = (lines: number): string => `${"  x();\n".repeat(lines - 2)}}`;
  const functions = `function f() {\n${body(70)}\nconst g = () => {\n${body(71)};\n`;
  expect(longFunctions([sourceOf("lib/mm/f.ts", functions)])).toEqual(["lib/mm/f.ts:71: 71 lines"]);

  const wide = `${"…".repeat(100)}\n${"x".repeat(101)}\n`;
  expect(wideLines([sourceOf("lib/mm/w.ts", wide)])).toEqual(["lib/mm/w.ts:2: 101 columns"]);
});
