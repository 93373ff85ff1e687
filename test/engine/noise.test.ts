import fc from "fast-check";
import { expect, test } from "vitest";
import { LogHistogram } from "../../lib/base/histogram.ts";
import type { EnginePlan, EngineResult } from "../../lib/engine/engine.ts";
import { runPlan } from "../../lib/engine/engine.ts";
import type { Builder } from "../../lib/steps/builder.ts";
import type { Task } from "../../lib/steps/task.ts";
import {
  call,
  callAndWait,
  counted,
  empty,
  machineOf,
  planOf,
  runBoth,
  shared,
  task,
  wait,
  written,
} from "./plans.ts";

/** `cause@sender: count × ns` of a CPU; where times differ, shortest to longest. */
function causesOf(result: EngineResult, cpu: number): string[] {
  const { causes } = result.noise!.find((one) => one.cpu === cpu)!;
  return causes.map(({ cause, sender, ns }) => {
    const { count, min, max } = LogHistogram.fromData(ns);
    return `${cause}@${sender}: ${count} × ${min === max ? min : `${min}…${max}`}`;
  });
}

function interruptions(result: EngineResult, cpu: number): LogHistogram {
  return LogHistogram.fromData(result.noise!.find((one) => one.cpu === cpu)!.interruptions);
}

function broadcast(k: Builder, times: number): void {
  k.set("left", times);
  k.while("left", ">", 0, () => {
    k.crossCall("online", empty);
    k.awaitCalls();
    k.compute("left", "left", "-", 1);
  });
}

test("a function that one CPU sends: who, how often, how long", () => {
  const observeNoise = [3, 1];
  const result = runBoth(planOf(machineOf(5), [task(0, (k) => broadcast(k, 7))], { observeNoise }));
  expect(result.noise!.map(({ cpu }) => cpu)).toEqual([1, 3]);
  expect(causesOf(result, 1)).toEqual(["empty@0: 7 × 55"]);
  expect(causesOf(result, 3)).toEqual(["empty@0: 7 × 55"]);
  expect(interruptions(result, 3).count).toBe(7);
  expect(result.rows.CAL).toEqual([0, 7, 7, 7, 7]);
});

test("without observed CPUs there is no record", () => {
  expect(runBoth(planOf(machineOf(2), [task(0, (k) => broadcast(k, 1))]))).not.toHaveProperty(
    "noise",
  );
});

test("functions that share an interrupt: the first bears the entry, the last the exit", () => {
  const slow = written("slow", (k) => wait(k, 400));
  const walker = task(1, (k) => {
    k.irqOff();
    wait(k, 9_000);
    k.irqOn();
    wait(k, 9_000);
  });
  const senders = [
    task(0, (k) => callAndWait(k, [1], slow)),
    task(2, (k) => {
      wait(k, 500);
      callAndWait(k, [1], counted);
    }),
  ];
  const result = runBoth(planOf(machineOf(3), [walker, ...senders], { observeNoise: [1] }));
  expect(causesOf(result, 1)).toEqual([`counted@2: 1 × ${5 + 30}`, `slow@0: 1 × ${20 + 400}`]);
  expect(interruptions(result, 1).max).toBe(20 + 400 + 5 + 30);
});

test("wake-ups, reschedule interrupts, and interrupts that find nothing to do", () => {
  const sleeper = task(1, (k) => {
    k.sleep();
    wait(k, 5);
  });
  const wakes = task(0, (k) => {
    k.awaitSleep(1);
    k.wake(1);
    wait(k, 20_000);
  });
  const observed = { observeNoise: [1] };
  const cal = runBoth(planOf(machineOf(2), [wakes], { ...observed, background: [sleeper] }));
  expect(causesOf(cal, 1)).toEqual(["sched_ttwu_pending@0: 1 × 50"]);
  const plan = { ...observed, background: [sleeper], wakesReschedule: true };
  expect(causesOf(runBoth(planOf(machineOf(2), [wakes], plan)), 1)).toEqual([
    "reschedule@-1: 1 × 50",
  ]);
});

test("NMIs and stops of the vCPU are causes too; a handler's time is without them", () => {
  const machine = machineOf(3, { costs: { callEmpty: 30_000 } });
  const change: Partial<EnginePlan> = {
    observeNoise: [1],
    variables: [shared("preempted", "cpu")],
    preemption: { meanRunNs: 9_000, meanStopNs: 4_000, flag: "preempted", cpus: [1] },
    nmi: {
      every: { kind: "fixed", ns: 3_000 },
      cpus: [1],
      program: written("sample", (k) => wait(k, 100)),
      args: {},
    },
  };
  const caller = task(0, (k) => {
    for (let i = 0; i < 5; i++) callAndWait(k, [1], empty);
  });
  const result = runBoth(planOf(machine, [caller], change));
  const [handlers, samples, stops] = result.noise![0]!.causes;
  expect(handlers).toMatchObject({ cause: "empty", sender: 0, ns: { min: 30_050, max: 30_050 } });
  expect(samples).toMatchObject({ cause: "sample", sender: -1, ns: { min: 150, max: 150 } });
  expect(LogHistogram.fromData(samples!.ns).count).toBe(result.rows.NMI![1]);
  expect(stops!.cause).toBe("vcpu_stopped");
  const stopped = Number(LogHistogram.fromData(stops!.ns).sum);
  expect(stopped).toBeGreaterThan(0);
  expect(stopped).toBeLessThanOrEqual(result.stoppedNs![1]!);
});

test("what was before the window is not recorded", () => {
  const setup = [[task(0, (k) => broadcast(k, 3))]];
  const plan = { setup, observeNoise: [1], startNs: 1_000_000 };
  const result = runBoth(planOf(machineOf(3), [task(0, (k) => broadcast(k, 2))], plan));
  expect(causesOf(result, 1)).toEqual(["empty@0: 2 × 55"]);
});

test("an interruption under way when the window opens counts as a whole", () => {
  const machine = machineOf(3, { costs: { callEmpty: 3_000 } });
  const calls = task(0, (k) => {
    call(k, [1], empty);
    wait(k, 2_000);
  });
  const operation = [task(0, (k) => wait(k, 9_000))];
  const result = runBoth(planOf(machine, operation, { setup: [[calls]], observeNoise: [1] }));
  expect(result.rows.CAL).toEqual([0, 0, 0]);
  expect(causesOf(result, 1)).toEqual(["empty@0: 1 × 3050"]);
});

test("a CPU that the machine lacks is refused", () => {
  const plan = planOf(machineOf(2), [task(0, (k) => broadcast(k, 1))], { observeNoise: [2] });
  expect(() => runPlan(plan, { seed: 1 })).toThrow("SD005");
});

test("observing changes nothing; the record adds up to what handlers took", () => {
  const scene = fc.record({
    cpus: fc.integer({ min: 3, max: 20 }),
    sockets: fc.integer({ min: 1, max: 2 }),
    idle: fc.constantFrom("halt" as const, "polling" as const),
    rounds: fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 3 }),
    pauseNs: fc.integer({ min: 0, max: 2_500 }),
    isPartial: fc.boolean(),
    walks: fc.boolean(),
    observed: fc.uniqueArray(fc.nat(19)),
    busyCpus: fc.uniqueArray(fc.nat(2)),
  });
  const run = fc.property(scene, (parts) => {
    const { sockets, idle, rounds, pauseNs, isPartial, walks } = parts;
    const machine = machineOf(parts.cpus, { sockets, idle, costs: { ipiDeliverSocket: 400 } });
    const observeNoise = parts.observed.filter((cpu) => cpu < machine.cpus);
    const senders: Task[] = rounds.map((times, cpu) =>
      task(cpu, (k) => {
        wait(k, cpu * pauseNs);
        if (isPartial) for (let i = 0; i < times; i++) partialCall(k, machine.cpus);
        else broadcast(k, times);
      }),
    );
    const walker = task(machine.cpus - 1, (k) =>
      k.forever(() => {
        k.irqOff();
        k.pause({ kind: "exponential", meanNs: 900 });
        k.irqOn();
      }),
    );
    const background = walks && rounds.length < machine.cpus ? [walker] : [];
    const busyCpus = background.length > 0 ? [] : parts.busyCpus.map((i) => machine.cpus - 1 - i);
    const plan = planOf(machine, senders.slice(0, machine.cpus), {
      background,
      busyCpus: busyCpus.filter((cpu) => cpu >= rounds.length),
    });
    const { noise = [], ...rest } = runBoth({ ...plan, observeNoise });
    expect(runPlan(plan, { seed: 1 })).toEqual(rest);
    for (const { cpu, interruptions: all, causes } of noise) {
      const total = causes.reduce((sum, { ns }) => sum + Number(ns.sum), 0);
      expect(total).toBe(rest.stolenNs[cpu]);
      expect(Number(all.sum)).toBe(rest.stolenNs[cpu]);
    }
  });
  fc.assert(run, { numRuns: 80, seed: 1 });
});

/** Every third CPU, with a function that others do not use. */
function partialCall(k: Builder, cpus: number): void {
  const targets = Array.from({ length: cpus }, (_, cpu) => cpu).filter((cpu) => cpu % 3 !== 1);
  call(k, targets, empty);
  k.awaitCalls();
}
