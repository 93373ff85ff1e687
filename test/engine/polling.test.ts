import { expect, test } from "vitest";
import type { EnginePlan } from "../../lib/engine/engine.ts";
import type { Task } from "../../lib/steps/task.ts";
import { callAndWait, counted, duration, machineOf, planOf, runBoth, task, wait } from "./plans.ts";

function called(targets: readonly number[], change: Partial<EnginePlan> = {}, others: Task[] = []) {
  const caller = task(0, (k) => callAndWait(k, targets, counted));
  return runBoth(planOf(machineOf(4, { idle: "polling" }), [caller, ...others], change));
}

test("a lone polling target runs the function without an interrupt", () => {
  const result = called([1]);
  expect(result.rows.CAL).toEqual([0, 0, 0, 0]);
  expect(result.rows.TLB).toEqual([0, 1, 0, 0]);
  // 10 queue, 300 until need-resched is seen, 5 body, 40 acknowledgement: no send, no entry.
  expect(duration(result, "call_function").min).toBe(355);
});

test("two polling targets are interrupted", () => {
  const result = called([1, 2]);
  expect(result.rows.CAL).toEqual([0, 1, 1, 0]);
  expect(result.rows.TLB).toEqual([0, 1, 1, 0]);
});

test("a CPU that runs user code, or a program, is interrupted", () => {
  expect(called([1], { busyCpus: [1] }).rows.CAL).toEqual([0, 1, 0, 0]);
  const running = task(1, (k) => wait(k, 100_000));
  expect(called([1], {}, [running]).rows.CAL).toEqual([0, 1, 0, 0]);
});

test("a CPU whose thread sleeps polls", () => {
  const sleeping = task(1, (k) => k.sleep());
  expect(called([1], { setup: [[sleeping]] }).rows.CAL).toEqual([0, 0, 0, 0]);
});

test("a second function on a polling CPU's queue needs neither", () => {
  const second = task(2, (k) => {
    wait(k, 100);
    callAndWait(k, [1], counted);
  });
  const result = called([1], {}, [second]);
  expect(result.rows.TLB).toEqual([0, 2, 0, 0]);
  expect(result.rows.CAL).toEqual([0, 0, 0, 0]);
});

test("a halting target must wake first, a busy one not", () => {
  const machine = machineOf(2, { costs: { idleExit: 700 } });
  const caller = task(0, (k) => callAndWait(k, [1], counted));
  const latency = (busyCpus: number[]) =>
    duration(runBoth(planOf(machine, [caller], { busyCpus })), "call_function").max;
  expect(latency([])).toBe(1_875);
  expect(latency([1])).toBe(1_175);
});
