import { expect, test } from "vitest";
import { armAndPowerTargets } from "../../lib/experiments/targets/armAndPower.ts";
import { judge } from "../../lib/experiments/targets/target.ts";

test.for(armAndPowerTargets.map((target) => [target.id, target] as const))(
  "%s holds",
  ([, target]) => {
    const { holds, predicted, reported, tolerance } = judge(target);
    expect(holds, `${predicted} against ${reported}, ${tolerance}`).toBe(true);
  },
);

test("what the model says, to three places", () => {
  const rows = armAndPowerTargets.map((one) => {
    const { id, predicted, reported } = judge(one);
    return `${id} ${predicted.toFixed(3)} (${reported.toFixed(3)})`;
  });
  expect(rows).toMatchInlineSnapshot(`
    [
      "V15 19.600 (19.145)",
      "V19-work 1.707 (1.770)",
      "V19-stall 2.215 (2.643)",
      "V20 14.682 (15.563)",
    ]
  `);
});

test("every target names its source, and what it does not show", () => {
  for (const { source, remark, id } of armAndPowerTargets) {
    expect(source, id).toMatch(/20\d\d/);
    expect(remark, id).toMatch(/\w/);
  }
});
