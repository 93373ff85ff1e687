import { expect, test } from "vitest";
import { grouped, markdownTable } from "../../lib/tables/markdown.ts";

test("a table has a heading, a rule with alignments, and rows", () => {
  const table = markdownTable(["step", "ns"], [["load", "1"]], ["left", "right"]);
  expect(table).toBe("| step | ns |\n|---|---:|\n| load | 1 |");
});

test("bars and line breaks do not break a row", () => {
  expect(markdownTable(["a"], [["|A| and\nB"]])).toBe("| a |\n|---|\n| \\|A\\| and B |");
});

test("digits stand in groups of three", () => {
  expect([0, 999, 1000, 22_900_000].map(grouped)).toEqual(["0", "999", "1,000", "22,900,000"]);
});
