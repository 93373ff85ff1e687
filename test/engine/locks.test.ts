import fc from "fast-check";
import { expect, test } from "vitest";
import { own } from "../../lib/steps/builder.ts";
import { callAndWait, counted, machineOf, planOf, runBoth, shared, task, wait } from "./plans.ts";

const mutex = shared("mutex");
const sum = shared("sum");

test("a free lock costs one atomic, a held one is given to whoever has waited longest", () => {
  const machine = machineOf(4, { costs: { atomic: 10 } });
  const order = [0, 300, 200, 100].map((arrivesNs, cpu) =>
    task(cpu, (k) => {
      wait(k, arrivesNs);
      k.lock(own(mutex));
      k.load("before", own(sum));
      k.compute("shifted", "before", "*", 10);
      k.compute("after", "shifted", "+", cpu);
      k.store(own(sum), "after");
      wait(k, 1_000);
      k.unlock(own(mutex));
      if (cpu === 1) k.tally("order", "after");
    }),
  );
  const result = runBoth(planOf(machine, order, { variables: [mutex, sum] }));
  // CPU 0 holds it when 3, 2 and 1 come, in this order.
  expect(result.tallies.order).toBe(321);
  // 10 to take it, then four times 1,000 with three transfers of 40 between, 10 to give it back.
  expect(result.endNs).toBe(10 + 4 * 1_000 + 3 * 40 + 10);
});

test("no increment is lost under a lock; without one some are", () => {
  const increments = (isLocked: boolean) => {
    const tasks = [0, 1, 2, 3].map((cpu) =>
      task(cpu, (k) => {
        k.set("left", 20);
        k.while("left", ">", 0, () => {
          if (isLocked) k.lock(own(mutex));
          k.load("before", own(sum));
          wait(k, 50 + cpu);
          k.compute("after", "before", "+", 1);
          k.store(own(sum), "after");
          if (isLocked) k.unlock(own(mutex));
          k.compute("left", "left", "-", 1);
        });
        wait(k, 1_000_000);
        if (cpu === 0) {
          k.load("found", own(sum));
          k.tally("found", "found");
        }
      }),
    );
    return runBoth(planOf(machineOf(4), tasks, { variables: [mutex, sum] })).tallies.found;
  };
  expect(increments(true)).toBe(80);
  expect(increments(false)).toBeLessThan(80);
});

test("whoever waits for a lock takes interrupts", () => {
  const holder = task(0, (k) => {
    k.lock(own(mutex));
    wait(k, 10_000);
    k.unlock(own(mutex));
  });
  const waiter = task(1, (k) => {
    wait(k, 10);
    k.lock(own(mutex));
    k.unlock(own(mutex));
  });
  const caller = task(2, (k) => {
    k.begin("called");
    callAndWait(k, [1], counted);
    k.end("called");
  });
  const plan = planOf(machineOf(3), [holder, waiter, caller], { variables: [mutex] });
  const result = runBoth(plan);
  expect(result.rows.CAL).toEqual([0, 1, 0]);
  expect(result.durations.called?.max).toBe(1_175);
});

test("any number of CPUs hold a lock one after the other", () => {
  const holders = fc.array(
    fc.record({ arrivesNs: fc.integer({ min: 0, max: 500 }), holdNs: fc.nat({ max: 300 }) }),
    { minLength: 1, maxLength: 8 },
  );
  fc.assert(
    fc.property(holders, (all) => {
      const tasks = all.map(({ arrivesNs, holdNs }, cpu) =>
        task(cpu, (k) => {
          wait(k, arrivesNs);
          k.lock(own(mutex));
          k.add(own(sum), 1, "inside");
          k.tally("too_many", 0);
          k.if("inside", "!=", 1, () => k.tally("too_many"));
          wait(k, holdNs);
          k.add(own(sum), -1);
          k.unlock(own(mutex));
        }),
      );
      const result = runBoth(planOf(machineOf(8), tasks, { variables: [mutex, sum] }));
      expect(result.tallies.too_many).toBe(0);
      const held = all.reduce((total, { holdNs }) => total + holdNs, 0);
      expect(result.endNs).toBeGreaterThanOrEqual(held);
    }),
    { numRuns: 60, seed: 1 },
  );
});
