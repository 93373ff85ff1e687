import fc from "fast-check";
import { expect, test } from "vitest";
import { native } from "../../lib/backends/backend.ts";
import { MiB } from "../../lib/base/units.ts";
import { simulate } from "../../lib/experiments/simulate.ts";
import { machines } from "../../lib/machine/presets.ts";
import { linux } from "../../lib/policies/linux.ts";
import { own } from "../../lib/steps/builder.ts";
import type { Task } from "../../lib/steps/task.ts";
import { collapse } from "../../lib/workloads/collapse.ts";
import { together } from "../../lib/workloads/together.ts";
import {
  call,
  callAndWait,
  counted,
  duration,
  empty,
  machineOf,
  planOf,
  runBoth,
  shared,
  task,
  total,
  wait,
  written,
} from "./plans.ts";

/** CPU 0 calls some CPUs and waits. */
function oneCall(cpus: number, targets: readonly number[]) {
  return planOf(machineOf(cpus), [task(0, (k) => callAndWait(k, targets, counted))]);
}

test("a single target: one queue, one send, one interrupt, one acknowledgement", () => {
  const result = runBoth(oneCall(4, [2]));
  expect(result.rows.CAL).toEqual([0, 0, 1, 0]);
  expect(result.rows.TLB).toEqual([0, 0, 1, 0]);
  // 10 queue, 100 send, 1,000 under way, 20 entry, 5 body, 40 acknowledgement.
  expect(duration(result, "call_function").min).toBe(1_175);
  expect(result.endNs).toBe(1_175);
  // 20 entry, 5 body, 30 exit.
  expect(result.stolenNs).toEqual([0, 0, 55, 0]);
});

test("a mask is sent with one write a cluster of 16, all but self with one write", () => {
  const latest = (cpus: number, targets: readonly number[]) => {
    const result = runBoth(oneCall(cpus, targets));
    expect(total(result, "CAL")).toBe(targets.length);
    return duration(result, "call_function").max - 1_065 - 10 * targets.length;
  };
  expect(latest(40, [1, 2, 15])).toBe(100);
  expect(latest(40, [1, 16])).toBe(200);
  expect(latest(40, [1, 16, 39])).toBe(300);
  const everybody = Array.from({ length: 39 }, (_, i) => i + 1);
  expect(latest(40, everybody)).toBe(150);
});

test("the sender is never its own target, and an empty mask costs nothing", () => {
  expect(total(runBoth(oneCall(4, [0])), "CAL")).toBe(0);
  expect(runBoth(oneCall(4, [])).endNs).toBe(0);
  expect(runBoth(oneCall(4, [0, 1])).rows.CAL).toEqual([0, 1, 0, 0]);
});

/** CPUs 0 and 1 call CPU 2, the second one later. */
function twoCalls(laterNs: number) {
  const first = task(0, (k) => callAndWait(k, [2], counted));
  const second = task(1, (k) => {
    wait(k, laterNs);
    callAndWait(k, [2], counted);
  });
  return runBoth(planOf(machineOf(3), [first, second]));
}

test("a function on a queue that is not empty sends no interrupt", () => {
  for (const laterNs of [0, 1, 500, 1_109]) {
    const result = twoCalls(laterNs);
    expect(result.rows.TLB).toEqual([0, 0, 2]);
    expect(result.rows.CAL).toEqual([0, 0, 1]);
  }
});

test("once the interrupt is taken the queue is empty, and the next function sends its own", () => {
  for (const laterNs of [1_111, 1_130, 5_000]) {
    const result = twoCalls(laterNs);
    expect(result.rows.TLB).toEqual([0, 0, 2]);
    expect(result.rows.CAL).toEqual([0, 0, 2]);
  }
});

test("functions run in the order in which they were queued", () => {
  const order = shared("order");
  const append = written(
    "append",
    (k) => {
      k.load("before", own(order));
      k.compute("shifted", "before", "*", 10);
      k.compute("after", "shifted", "+", "digit");
      k.store(own(order), "after");
    },
    ["digit"],
  );
  const caller = (cpu: number, laterNs: number): Task =>
    task(cpu, (k) => {
      wait(k, laterNs);
      call(k, [3], append, { digit: cpu });
      call(k, [3], append, { digit: cpu + 4 });
      k.awaitCalls();
    });
  const reader = task(4, (k) => {
    wait(k, 1_000_000);
    k.load("found", own(order));
    k.tally("found", "found");
  });
  const callers = [caller(0, 40), caller(1, 0), caller(2, 80), reader];
  const result = runBoth(planOf(machineOf(5), callers, { variables: [order] }));
  // CPU 1 fills the queue first and spends 110 ns on the interrupt; the others need none.
  expect(result.tallies.found).toBe(104_265);
  expect(result.rows.CAL).toEqual([0, 0, 0, 1, 0]);
});

test("a handler gets the values that its parameters had when the call was queued", () => {
  const tallied = written("tallied", (k) => k.tally("sum", "value"), ["value"]);
  const caller = task(0, (k) => {
    k.emptyMask("targets");
    k.addCpu("targets", 1);
    k.set("x", 3);
    k.crossCall("targets", tallied, { value: "x" });
    k.set("x", 1_000);
    k.awaitCalls();
  });
  expect(runBoth(planOf(machineOf(2), [caller])).tallies.sum).toBe(3);
});

test("whoever calls goes on at once, and waits only where the program says so", () => {
  const caller = task(0, (k) => {
    k.begin("call");
    call(k, [1, 2, 3], empty);
    k.end("call");
    k.begin("wait");
    k.awaitCalls();
    k.end("wait");
  });
  const result = runBoth(planOf(machineOf(8), [caller]));
  expect(duration(result, "call").max).toBe(130);
  expect(duration(result, "wait").max).toBe(1_065);
});

test("any number of callers: every function runs, and interrupts are fewer at most", () => {
  const caller = fc.record({
    calls: fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { maxLength: 5 }), {
      minLength: 1,
      maxLength: 4,
    }),
    pauseNs: fc.integer({ min: 0, max: 3_000 }),
  });
  fc.assert(
    fc.property(fc.array(caller, { minLength: 1, maxLength: 5 }), (callers) => {
      const tasks = callers.map(({ calls, pauseNs }, cpu) =>
        task(cpu, (k) => {
          for (const targets of calls) {
            wait(k, pauseNs);
            callAndWait(k, targets, counted);
          }
        }),
      );
      const result = runBoth(planOf(machineOf(10), tasks));
      const expected = new Array<number>(10).fill(0);
      callers.forEach(({ calls }, self) => {
        for (const target of calls.flat()) if (target !== self) expected[target]! += 1;
      });
      expect(result.rows.TLB).toEqual(expected);
      result.rows.CAL!.forEach((count, cpu) => {
        expect(count).toBeLessThanOrEqual(expected[cpu]!);
        expect(count > 0).toBe(expected[cpu]! > 0);
      });
      expect(duration(result, "call_function").count).toBe(total(result, "TLB"));
    }),
    { numRuns: 60, seed: 1 },
  );
});

test("two collapsing processes: CAL is lower than the sum, TLB is the sum", () => {
  const one = collapse({ bytes: MiB(80), threads: 3, siblings: "spin" });
  const run = simulate({
    machine: machines.qemu.withCpus(16),
    linux: linux(),
    backend: native(),
    workload: together(one, one),
  });
  expect(run.total("TLB")).toBe(2 * 40 * 2);
  expect(run.total("CAL")).toBeLessThan(2 * (40 * 15 + 40 * 2));
  expect(run.total("CAL")).toBeGreaterThan(40 * 15);
});
