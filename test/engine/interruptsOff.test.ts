import fc from "fast-check";
import { expect, test } from "vitest";
import type { Task } from "../../lib/steps/task.ts";
import {
  call,
  callAndWait,
  counted,
  duration,
  machineOf,
  planOf,
  runBoth,
  task,
  total,
  wait,
} from "./plans.ts";

/** CPU 1 masks interrupts from `from` ns on for `length` ns (and 1 ns, the masking itself). */
function walker(from: number, length: number): Task {
  return task(1, (k) => {
    wait(k, from);
    k.irqOff();
    wait(k, length);
    k.irqOn();
    wait(k, 20_000);
  });
}

const caller = task(0, (k) => callAndWait(k, [1], counted));
/** When the interrupt of a single call that begins at 0 reaches its target. */
const ARRIVES = 1_110;

test("an interrupt waits until the walker unmasks interrupts", () => {
  const result = runBoth(planOf(machineOf(4), [caller, walker(900, 5_000)]));
  expect(duration(result, "irq_off_delay").max).toBe(5_901 - ARRIVES);
  expect(duration(result, "call_function").max).toBe(5_901 + 20 + 5 + 40);
  expect(result.rows.CAL).toEqual([0, 1, 0, 0]);
});

test("it is taken at once before the walk, and after it", () => {
  const delay = (from: number, length: number) =>
    duration(runBoth(planOf(machineOf(4), [caller, walker(from, length)])), "irq_off_delay").max;
  expect(delay(0, 1_000)).toBe(0);
  expect(delay(1_200, 5_000)).toBe(0);
  expect(delay(1_000, 200)).toBe(91);
});

test("one interrupt is held back, however many functions are queued meanwhile", () => {
  const others = [2, 3].map((cpu) =>
    task(cpu, (k) => {
      wait(k, 300 * cpu);
      callAndWait(k, [1], counted);
    }),
  );
  const result = runBoth(planOf(machineOf(4), [caller, walker(0, 9_000), ...others]));
  expect(result.rows.TLB).toEqual([0, 3, 0, 0]);
  expect(result.rows.CAL).toEqual([0, 1, 0, 0]);
});

test("the interrupted program loses the time of the handler, and nothing else", () => {
  const timed = task(1, (k) => {
    k.begin("walk");
    wait(k, 50_000);
    k.end("walk");
  });
  const twice = task(0, (k) => {
    callAndWait(k, [1], counted);
    callAndWait(k, [1], counted);
  });
  const result = runBoth(planOf(machineOf(2), [twice, timed]));
  expect(duration(result, "walk").max).toBe(50_000 + 2 * (20 + 5 + 30));
  expect(result.stolenNs).toEqual([0, 110]);
});

test("an interrupt that arrives while a handler runs is taken when it ends", () => {
  // The second function is queued while the first one runs: its own interrupt, at once afterwards.
  const machine = machineOf(3, { costs: { callEmpty: 4_000 } });
  const second = task(2, (k) => {
    wait(k, 2_000);
    callAndWait(k, [1], counted);
  });
  const result = runBoth(planOf(machine, [caller, second]));
  expect(result.rows.CAL).toEqual([0, 2, 0]);
  const handlerEnds = ARRIVES + 20 + 4_000 + 30;
  expect(result.endNs).toBe(handlerEnds + 20 + 4_000 + 40);
});

test("a handler can be called while its CPU waits for others", () => {
  const both = [0, 1].map((cpu) => task(cpu, (k) => callAndWait(k, [1 - cpu], counted)));
  const result = runBoth(planOf(machineOf(2), both));
  expect(result.rows.CAL).toEqual([1, 1]);
});

test("walkers that come back for ever are the same lazily and event by event", () => {
  const walkers = fc.array(
    fc.record({
      gapNs: fc.integer({ min: 0, max: 2_000 }),
      walkNs: fc.integer({ min: 1, max: 3_000 }),
      isRandom: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  );
  fc.assert(
    fc.property(walkers, fc.nat(), (all, seed) => {
      const background = all.map(({ gapNs, walkNs, isRandom }, i) =>
        task(i + 1, (k) =>
          k.forever(() => {
            k.pause(
              isRandom ? { kind: "exponential", meanNs: gapNs } : { kind: "fixed", ns: gapNs },
            );
            k.irqOff();
            wait(k, walkNs);
            k.irqOn();
            k.tally("walks");
          }),
        ),
      );
      const everybody = [1, 2, 3, 4, 5, 6, 7];
      const calls = task(0, (k) => {
        for (let round = 0; round < 5; round++) {
          wait(k, 700);
          call(k, everybody, counted);
          k.awaitCalls();
        }
      });
      const result = runBoth(planOf(machineOf(8), [calls], { background }), seed);
      expect(result.rows.TLB).toEqual([0, 5, 5, 5, 5, 5, 5, 5]);
      expect(total(result, "CAL")).toBe(35);
      const longest = Math.max(...all.map(({ walkNs }) => walkNs));
      expect(duration(result, "irq_off_delay").max).toBeLessThanOrEqual(longest + 1);
    }),
    { numRuns: 40, seed: 1 },
  );
});
