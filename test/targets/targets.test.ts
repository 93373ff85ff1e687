import { expect, test } from "vitest";
import { flushCostTargets } from "../../lib/experiments/targets/flushCosts.ts";
import { judge } from "../../lib/experiments/targets/target.ts";
import { published, targetTable } from "../../lib/experiments/targets/targets.ts";

test("every published result from V1 to V28 is there, each id once", () => {
  const ids = published.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const numbers = new Set(ids.map((id) => /^V\d+/.exec(id)?.[0]));
  const missing = Array.from({ length: 28 }, (_, i) => `V${i + 1}`).filter(
    (id) => !numbers.has(id),
  );
  expect(missing).toEqual([]);
});

test.for(flushCostTargets.map((one) => [one.id, one] as const))("%s holds", ([, target]) => {
  const { holds, predicted, reported } = judge(target);
  expect(holds, `predicted ${predicted}, reported ${reported}`).toBe(true);
});

test("the table names source and remark, and says which do not hold", () => {
  const [first] = published;
  const table = targetTable([judge(first!)]);
  expect(table.columnNames()).toContain("remark");
  expect(table.get("holds", 0)).toMatch(/^(yes|no)$/);
  for (const { source, what } of published) {
    expect(source.length, what).toBeGreaterThan(5);
  }
});
