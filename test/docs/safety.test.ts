/** docs/safety.md is what scripts/safetyPage.mjs would write: all of its rows, measured for some. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FAMILIES } from "../../lib/experiments/mutantTable/families.ts";
import type { JudgedRow } from "../../lib/experiments/mutantTable/judge.ts";
import { judgeRow } from "../../lib/experiments/mutantTable/judge.ts";
import { questionText, rowCells, safetyPage } from "../../lib/experiments/safetyPage.ts";
import { PROPERTY_TEXTS } from "../../lib/experiments/safetyTexts.ts";
import { markdownTable } from "../../lib/tables/markdown.ts";

const page = readFileSync(new URL("../../docs/safety.md", import.meta.url), "utf8");
const rows = Object.values(FAMILIES).flat();

/** Lines that do not depend on what is found: `| A1 | what | expected |`, and the question. */
function unmeasured(judged: JudgedRow): string[] {
  return [lineOf(judged, 3), questionText({ ...judged, found: [] })];
}

function lineOf(judged: JudgedRow, cells = 20): string {
  const line = markdownTable([""], [rowCells(judged).slice(0, cells)])
    .split("\n")
    .at(-1)!;
  return cells === 20 ? line : line.replace(/ \|$/, "");
}

test("every row is on the page, with its question, and no other is", () => {
  for (const row of rows) {
    for (const text of unmeasured({ row, found: [], repaired: {} })) expect(page).toContain(text);
  }
  const listed = [...page.matchAll(/^- \*\*(.+)\*\*: `/gm)].map(([, id]) => id);
  expect(listed).toEqual(rows.map(({ id }) => id));
});

test("every answer on it is the expected one, and there is one to every question", () => {
  const [, count, asked, agree] = /^(\d+) rows, (\d+) questions .*; (\d+) answers/m.exec(page)!;
  const questions = rows.map(
    ({ expected, fixed }) => expected.replaceAll("-", "").length * (1 + Object.keys(fixed).length),
  );
  expect(Number(count)).toBe(rows.length);
  expect(Number(asked)).toBe(questions.reduce((sum, one) => sum + one, 0));
  expect(agree).toBe(asked);
  expect(page).not.toContain("undecided");
});

test.each(["A1", "A9", "B10", "C6", "F1", "E6", "G3"])("what it says of %s is so", async (id) => {
  const judged = await judgeRow(rows.find((row) => row.id === id)!);
  expect(page).toContain(`${lineOf(judged)}\n`);
  expect(page).toContain(`${questionText(judged)}\n`);
});

test("a finding is refuted as soon as its row holds", async () => {
  const judged = await judgeRow(rows.find(({ id }) => id === "A1")!, ["sc"]);
  const line = (text: string): string | undefined =>
    text.split("\n").find((one) => one.startsWith("| v4: a read barrier"));
  expect(line(safetyPage([judged]))).toContain("| refuted | A1 |");
  expect(line(page)).toContain("| confirmed | A1 |");
});

test("every property that a row violates is explained", () => {
  for (const { property } of rows) {
    if (property !== undefined)
      expect(page).toContain(`| ${property} | ${PROPERTY_TEXTS[property]} |`);
  }
});
