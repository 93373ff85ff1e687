import { expect, test } from "vitest";
import { judge } from "../../lib/experiments/targets/target.ts";
import { unshareTargets } from "../../lib/experiments/targets/unshare.ts";

test.for(unshareTargets.map((target) => [target.id, target] as const))("%s holds", ([, target]) => {
  const { holds, predicted, reported, tolerance } = judge(target);
  expect(holds, `${predicted} against ${reported}, ${tolerance}`).toBe(true);
});

test("V18: 96 tables a child, 195 other CPUs", () => {
  expect(judge(unshareTargets[0]!).predicted).toBe(18_720_000);
});

test("V27: what the model says, in us", () => {
  const rows = unshareTargets.slice(1).map((one) => {
    const { id, predicted, reported } = judge(one);
    return `${id} ${Math.round(predicted / 1000)} (${reported / 1000})`;
  });
  expect(rows).toMatchInlineSnapshot(`
    [
      "V27-1 258 (233)",
      "V27-128 350 (376)",
      "V27-256 442 (421)",
      "V27-384 534 (523)",
    ]
  `);
});

test("every target names its source, and what it does not show", () => {
  for (const { source, remark, id } of unshareTargets) {
    expect(source, id).toMatch(/20\d\d/);
    expect(remark, id).toMatch(/\w/);
  }
});
