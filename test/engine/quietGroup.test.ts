import fc from "fast-check";
import { expect, test } from "vitest";
import { runPlan } from "../../lib/engine/engine.ts";
import type { Builder } from "../../lib/steps/builder.ts";
import { duration, empty, machineOf, planOf, runBoth, task, total, wait } from "./plans.ts";

/** A sync: everybody else runs the empty function. */
function broadcast(k: Builder, times: number): void {
  k.set("left", times);
  k.while("left", ">", 0, () => {
    k.crossCall("online", empty);
    k.awaitCalls();
    k.compute("left", "left", "-", 1);
  });
}

test("every CPU without a program gets each broadcast", () => {
  const result = runBoth(planOf(machineOf(9), [task(4, (k) => broadcast(k, 7))]));
  expect(result.rows.CAL).toEqual([7, 7, 7, 7, 0, 7, 7, 7, 7]);
  expect(result.stolenNs).toEqual([385, 385, 385, 385, 0, 385, 385, 385, 385]);
  expect(duration(result, "call_function").count).toBe(56);
  expect(duration(result, "irq_off_delay").count).toBe(56);
  expect(duration(result, "irq_off_delay").max).toBe(0);
});

test("a round takes as long on the last socket as its interrupts take to get there", () => {
  const machine = machineOf(4, {
    sockets: 2,
    coresPerSocket: 2,
    costs: { ipiDeliverSocket: 500, ackSocket: 60 },
  });
  const result = runBoth(planOf(machine, [task(0, (k) => broadcast(k, 3))]));
  expect(
    duration(result, "call_function")
      .buckets()
      .map(({ count }) => count),
  ).toEqual([3, 6]);
  expect(duration(result, "call_function").min).toBe(30 + 150 + 1_000 + 25 + 40);
  expect(duration(result, "call_function").max).toBe(30 + 150 + 1_500 + 25 + 100);
});

test("CPUs that run a program are reached one by one, with the same counts", () => {
  const running = [1, 5].map((cpu) => task(cpu, (k) => wait(k, 1_000_000)));
  const result = runBoth(planOf(machineOf(8), [task(0, (k) => broadcast(k, 20)), ...running]));
  expect(result.rows.CAL).toEqual([0, 20, 20, 20, 20, 20, 20, 20]);
});

test("a CPU whose program has ended is in the group of the next phase", () => {
  const setup = [[task(1, (k) => wait(k, 10)), task(0, (k) => broadcast(k, 3))]];
  const result = runBoth(planOf(machineOf(4), [task(0, (k) => broadcast(k, 5))], { setup }));
  expect(result.rows.CAL).toEqual([0, 5, 5, 5]);
  expect(result.stolenNs).toEqual([0, 275, 275, 275]);
});

test("4,096 CPUs and 1,000 rounds", () => {
  const plan = planOf(machineOf(4_096), [task(0, (k) => broadcast(k, 1_000))]);
  const result = runPlan(plan, { seed: 1 });
  expect(total(result, "CAL")).toBe(4_095_000);
  expect(new Set(result.rows.CAL!.slice(1))).toEqual(new Set([1_000]));
  expect(duration(result, "call_function").count).toBe(4_095_000);
});

test("any mixture of broadcasters, running, busy and idle CPUs is the same event by event", () => {
  const scene = fc.record({
    cpus: fc.integer({ min: 3, max: 24 }),
    sockets: fc.integer({ min: 1, max: 2 }),
    idle: fc.constantFrom("halt" as const, "polling" as const),
    rounds: fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 3 }),
    pauseNs: fc.integer({ min: 0, max: 2_500 }),
    running: fc.integer({ min: 0, max: 3 }),
    busy: fc.integer({ min: 0, max: 3 }),
    callEmpty: fc.constantFrom(0, 5, 3_000),
    irqExit: fc.constantFrom(0, 30, 5_000),
  });
  fc.assert(
    fc.property(scene, ({ cpus, sockets, idle, callEmpty, irqExit, ...parts }) => {
      const machine = machineOf(cpus, {
        sockets,
        coresPerSocket: cpus,
        idle,
        costs: { callEmpty, irqExit, ipiDeliverSocket: 400, ackSocket: 30, idleExit: 800 },
      });
      const senders = parts.rounds.map((rounds, cpu) =>
        task(cpu, (k) => {
          wait(k, cpu * parts.pauseNs);
          broadcast(k, rounds);
        }),
      );
      const last = machine.cpus - 1;
      const running = Array.from({ length: Math.min(parts.running, last - 2) }, (_, i) =>
        task(last - i, (k) => wait(k, 4_000)),
      );
      const busyCpus = Array.from({ length: parts.busy }, (_, i) => i + 3).filter((i) => i < last);
      const tasks = [...senders.slice(0, 3), ...running];
      const result = runBoth(planOf(machine, tasks, { busyCpus }));
      const sent = parts.rounds.reduce((sum, rounds) => sum + rounds);
      expect(duration(result, "call_function").count).toBe(sent * last);
      expect(total(result, "CAL")).toBeLessThanOrEqual(sent * last);
    }),
    { numRuns: 60, seed: 1 },
  );
});
