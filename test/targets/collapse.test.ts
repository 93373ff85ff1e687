/** "20 GiB collapsed on 64 CPUs: CAL 646,316 to 785", and what one send event stands for. */
import { describe, expect, test } from "vitest";
import { collapseTargets } from "../../lib/experiments/targets/collapse.ts";
import { judge } from "../../lib/experiments/targets/target.ts";

describe("published results about collapses", () => {
  test.for(collapseTargets.map((one) => [one.id, one] as const))("%s", ([, target]) => {
    const { holds, predicted, reported } = judge(target);
    expect(holds, `predicted ${predicted}, reported ${reported}`).toBe(true);
  });
});

test("the counts behind them are exact", () => {
  const predicted = Object.fromEntries(collapseTargets.map((one) => [one.id, one.predicted()]));
  expect(predicted).toMatchObject({ V1: 645_120, V2: 645_120, V4: 63, "V5-256": 256 });
});
