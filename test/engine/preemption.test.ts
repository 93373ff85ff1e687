import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EnginePlan } from "../../lib/engine/engine.ts";
import { runPlan } from "../../lib/engine/engine.ts";
import type { PreemptionPlan } from "../../lib/engine/vcpus.ts";
import type { Builder } from "../../lib/steps/builder.ts";
import { of, own } from "../../lib/steps/builder.ts";
import type { Program, Variable } from "../../lib/steps/instructions.ts";
import type { Task } from "../../lib/steps/task.ts";
import {
  callAndWait,
  counted,
  duration,
  machineOf,
  planOf,
  runBoth,
  shared,
  task,
  total,
  wait,
  written,
} from "./plans.ts";

const flag: Variable = shared("preempted", "cpu");
const variables = [flag];

/** vCPUs that stop about every 20 µs for about 5 µs. */
function preemption(change: Partial<PreemptionPlan> = {}): Partial<EnginePlan> {
  const plan = { meanRunNs: 20_000, meanStopNs: 5_000, flag: "preempted", ...change };
  return { variables, preemption: plan };
}

function repeat(k: Builder, times: number, body: () => void): void {
  k.set("left", times);
  k.while("left", ">", 0, () => {
    body();
    k.compute("left", "left", "-", 1);
  });
}

/** 100 walks of 1 µs with interrupts off on CPU 1. */
const walks = task(1, (k) => {
  k.begin("all");
  repeat(k, 100, () => {
    k.begin("walk");
    k.irqOff();
    wait(k, 1_000);
    k.irqOn();
    k.end("walk");
  });
  k.end("all");
});

test("a stopped vCPU goes on where it was, and loses exactly the time it was stopped", () => {
  const result = runBoth(planOf(machineOf(2), [walks], preemption({ cpus: [1] })));
  const stopped = result.stoppedNs![1]!;
  expect(stopped).toBeGreaterThan(0);
  expect(result.stoppedNs![0]).toBe(0);
  expect(duration(result, "all").max).toBe(100 * 1_001 + stopped);
  expect(duration(result, "walk").min).toBe(1_001);
  expect(duration(result, "walk").max).toBeGreaterThan(2_000);
  expect(result.stolenNs).toEqual([0, 0]);
});

test("times do not depend on which other vCPUs there are", () => {
  const stopped = (cpus: readonly number[] | undefined): number =>
    runPlan(planOf(machineOf(4), [walks], preemption(cpus === undefined ? {} : { cpus })), {
      seed: 7,
    }).stoppedNs![1]!;
  expect(stopped([1])).toBe(stopped(undefined));
});

test("over a long run a vCPU is stopped for its share of the time", () => {
  const long = task(0, (k) => wait(k, 200_000_000));
  const { stoppedNs, endNs } = runBoth(planOf(machineOf(4), [long], preemption()));
  for (const stopped of stoppedNs!) {
    expect(stopped / endNs).toBeGreaterThan(0.185);
    expect(stopped / endNs).toBeLessThan(0.215);
  }
});

describe("an interrupt for a stopped vCPU", () => {
  const rounds = 200;
  const calls = task(0, (k) =>
    repeat(k, rounds, () => {
      wait(k, 2_000);
      callAndWait(k, [1, 2, 3], counted);
    }),
  );
  const change = preemption({ cpus: [1, 2, 3], meanRunNs: 3_000, meanStopNs: 9_000 });

  test("is taken when it runs again, once, and counted then", () => {
    const result = runBoth(planOf(machineOf(4), [calls], change));
    expect(result.rows.CAL).toEqual([0, rounds, rounds, rounds]);
    expect(result.rows.TLB).toEqual([0, rounds, rounds, rounds]);
    expect(duration(result, "call_function").max).toBeGreaterThan(20_000);
    expect(duration(result, "irq_off_delay").max).toBe(0);
    // A stop in the middle of a handler is no time that the handler took.
    expect(result.stolenNs).toEqual([0, 55 * rounds, 55 * rounds, 55 * rounds]);
  });

  test("waits for the end of a walk that the stop has cut in two", () => {
    const walker = task(1, (k) => {
      k.forever(() => {
        k.irqOff();
        wait(k, 4_000);
        k.irqOn();
        wait(k, 100);
      });
    });
    const result = runBoth(planOf(machineOf(4), [calls], { ...change, background: [walker] }));
    expect(result.rows.CAL).toEqual([0, rounds, rounds, rounds]);
    expect(duration(result, "irq_off_delay").max).toBeGreaterThan(4_000);
  });

  test("that polls while idle needs none, however long it is stopped", () => {
    const single = task(0, (k) => repeat(k, 50, () => callAndWait(k, [1], counted)));
    const machine = machineOf(4, { idle: "polling" });
    const result = runBoth(planOf(machine, [single], change));
    expect(result.rows.TLB).toEqual([0, 50, 0, 0]);
    expect(total(result, "CAL")).toBe(0);
  });
});

test("others see the flag: set from the stop until the vCPU runs", () => {
  const looks = task(0, (k) =>
    repeat(k, 1_000, () => {
      wait(k, 500);
      k.load("stopped", of(flag, 1));
      k.tally("looks");
      k.if("stopped", "==", 1, () => k.tally("stopped"));
    }),
  );
  const result = runBoth(planOf(machineOf(2), [looks], preemption({ cpus: [1] })));
  const seen = result.tallies.stopped! / result.tallies.looks!;
  expect(Math.abs(seen - result.stoppedNs![1]! / result.endNs)).toBeLessThan(0.02);
});

test("the vCPU itself never sees the flag set", () => {
  const looks = task(1, (k) =>
    repeat(k, 5_000, () => {
      wait(k, 100);
      k.load("stopped", own(flag));
      k.if("stopped", "!=", 0, () => k.tally("stopped"));
    }),
  );
  const result = runBoth(planOf(machineOf(2), [looks], preemption()));
  expect(result.tallies).toEqual({ stopped: 0 });
  expect(result.stoppedNs![1]).toBeGreaterThan(0);
});

describe("work of the host before it enters a vCPU", () => {
  /** As `record_steal_time()`: takes what the guest has asked for out of the flag. */
  const onRun: Program = written("record_steal_time", (k) => {
    k.tally("entries");
    k.exchange(own(flag), 0, "was");
    k.if("was", "==", 3, () => {
      k.tally("flushed");
      wait(k, 700);
    });
  });
  const asks: Task = task(0, (k) =>
    repeat(k, 300, () => {
      wait(k, 3_000);
      k.compareExchange(of(flag, 1), { from: 1, to: 3 }, "was");
      k.if("was", "==", 1, () => k.tally("asked"));
      k.if("was", "!=", 1, () => k.tally("not_stopped"));
    }),
  );

  test("finds what others asked for while it was stopped, once each", () => {
    const result = runBoth(planOf(machineOf(3), [asks], preemption({ cpus: [1], onRun })));
    const { asked, flushed, not_stopped: rest } = result.tallies;
    expect(asked! + rest!).toBe(300);
    expect(asked).toBeGreaterThan(20);
    expect(asked! - flushed!).toBeLessThanOrEqual(1);
    expect(total(result, "CAL")).toBe(0);
  });

  test("runs before an interrupt that has come meanwhile", () => {
    const calls = task(0, (k) => repeat(k, 100, () => callAndWait(k, [1], counted)));
    const slow: Program = written("slow_entry", (k) => wait(k, 50_000));
    const change = preemption({ cpus: [1], onRun: slow });
    const result = runBoth(planOf(machineOf(2), [calls], change));
    expect(duration(result, "call_function").max).toBeGreaterThan(50_000);
    expect(result.rows.CAL).toEqual([0, 100]);
    expect(result.stolenNs).toEqual([0, 5_500]);
  });

  test("may not wait", () => {
    const waits: Program = written("waits", (k) => callAndWait(k, [0], counted));
    const plan = planOf(machineOf(2), [walks], preemption({ onRun: waits }));
    expect(() => runPlan(plan, { seed: 1 })).toThrow("program waits: must not wait");
  });
});

test("a CPU that the machine lacks is refused", () => {
  const plan = planOf(machineOf(2), [walks], preemption({ cpus: [2] }));
  expect(() => runPlan(plan, { seed: 1 })).toThrow(/SD005.*CPU 2/);
});

test("a run that hangs is found, however often its vCPUs stop", () => {
  const sleeps = task(0, (k) => {
    k.awaitSleep(1);
    k.tally("never");
  });
  const plan = planOf(machineOf(2), [sleeps], preemption());
  expect(() => runPlan(plan, { seed: 1 })).toThrow("SD008");
});

test("vCPUs that stop and run are the same lazily and event by event", () => {
  const scene = fc.record({
    meanRunNs: fc.constantFrom(1, 50, 3_000, 40_000),
    meanStopNs: fc.constantFrom(1, 60, 4_000),
    idle: fc.constantFrom("halt" as const, "polling" as const),
    onRunNs: fc.constantFrom(undefined, 0, 5, 900),
    walkNs: fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 1, maxLength: 3 }),
    gapNs: fc.integer({ min: 0, max: 500 }),
    senders: fc.integer({ min: 1, max: 2 }),
    cpus: fc.constantFrom(undefined, [0], [2, 3], [0, 1, 5]),
  });
  fc.assert(
    fc.property(scene, fc.nat(), (parts, seed) => {
      const { meanRunNs, meanStopNs, idle, onRunNs, walkNs, gapNs, senders, cpus } = parts;
      const background = walkNs.map((ns, i) =>
        task(i + 2, (k) =>
          k.forever(() => {
            k.pause({ kind: "exponential", meanNs: gapNs });
            k.begin("walk");
            k.irqOff();
            wait(k, ns);
            k.irqOn();
            k.end("walk");
          }),
        ),
      );
      const everybody = [0, 1, 2, 3, 4, 5];
      const calls = everybody.slice(0, senders).map((cpu) =>
        task(cpu, (k) =>
          repeat(k, 8, () => {
            wait(k, 700);
            callAndWait(
              k,
              everybody.filter((other) => other !== cpu),
              counted,
            );
          }),
        ),
      );
      const onRun =
        onRunNs === undefined ? {} : { onRun: written("entry", (k) => wait(k, onRunNs)) };
      const only = cpus === undefined ? {} : { cpus };
      const change = preemption({ meanRunNs, meanStopNs, ...onRun, ...only });
      const plan = planOf(machineOf(6, { idle }), calls, { ...change, background });
      const result = runBoth(plan, seed);
      expect(total(result, "TLB")).toBe(8 * senders * 5);
    }),
    { numRuns: 120, seed: 1 },
  );
});
