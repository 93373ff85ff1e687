import { expect, test } from "vitest";
import type { TargetResult } from "../../lib/experiments/targets/target.ts";
import { targetsText } from "../../lib/experiments/targets/targetsText.ts";

const held: TargetResult = {
  id: "V1",
  what: "20 GiB collapsed",
  unit: "interrupts",
  reported: 646_316,
  predicted: 645_120,
  ratio: 645_120 / 646_316,
  tolerance: "+-0.19 %",
  holds: true,
  source: "one mail",
  remark: "the rest is background",
};
const missed: TargetResult = {
  ...held,
  id: "V8",
  reported: 0,
  predicted: 227.5432,
  ratio: Number.POSITIVE_INFINITY,
  holds: false,
  source: "many words of a source ".repeat(9),
  remark: "",
};

test("what is missed is named first; each result has figures, its remark and its source", () => {
  const [summary, , ...lines] = targetsText([held, missed]).split("\n");
  expect(summary).toBe("Published results: 1 of 2 hold. Missed: V8.");
  expect(lines.slice(0, 5)).toEqual([
    "",
    "V1  20 GiB collapsed",
    "    reported    646,316  model    645,120 interrupts  ratio 1.00  (+-0.19 %)          holds",
    "    remark: the rest is background",
    "    source: one mail",
  ]);
  expect(lines[7]).toBe(
    "    reported          0  model      227.5 interrupts  no ratio    (+-0.19 %)          MISSED",
  );
  expect(lines[8]).toMatch(/^ {4}source: many words/);
  expect(lines[9]).toMatch(/^ {12}\S/);
});

test("nothing is said to be missed when all hold", () => {
  expect(targetsText([held])).toMatch(/^Published results: 1 of 1 hold\.\n/);
});
