/** What walkers pay, whom the tracker finds, and how lines and CPUs are contended for. */
import { describe, expect, test } from "vitest";
import { judge } from "../../lib/experiments/targets/target.ts";
import { walkerTargets } from "../../lib/experiments/targets/walkers.ts";

/** Known to miss, for the reason that their remarks give. */
const MISSES = ["V8"];

describe("published results about walkers", () => {
  test.for(walkerTargets.map((one) => [one.id, one] as const))("%s", ([id, target]) => {
    const { holds, predicted, reported, remark } = judge(target);
    expect(holds, `predicted ${predicted}, reported ${reported}`).toBe(!MISSES.includes(id));
    if (!holds) expect(remark).toContain("misses");
  });
});

test("V6: the tracker costs between 1 and 6 % of a short GUP-fast", () => {
  const overheadPct = walkerTargets.find(({ id }) => id === "V6")!.predicted();
  expect(overheadPct).toBeGreaterThan(1);
  expect(overheadPct).toBeLessThan(6);
});

test("V7: with 64 walkers the counter costs several times a walk of 680 ns", () => {
  const added = walkerTargets.find(({ id }) => id === "V7-xeon-64")!.predicted();
  expect((680 + added) / 680).toBeGreaterThan(3);
  expect((680 + added) / 680).toBeLessThan(10);
});
