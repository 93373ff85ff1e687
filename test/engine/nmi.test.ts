import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EnginePlan } from "../../lib/engine/engine.ts";
import { runPlan } from "../../lib/engine/engine.ts";
import type { NmiPlan } from "../../lib/engine/nmiSource.ts";
import type { Builder } from "../../lib/steps/builder.ts";
import type { Duration, Program } from "../../lib/steps/instructions.ts";
import {
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

/** A handler that masks and unmasks interrupts, as perf_get_page_size() does; 101 ns. */
const sample: Program = written("sample", (k) => {
  k.irqOff();
  wait(k, 100);
  k.irqOn();
  k.tally("samples");
});
/** Entry, handler, exit. */
const NMI_NS = 20 + 101 + 30;

function nmis(every: Duration | number, change: Partial<NmiPlan> = {}): Partial<EnginePlan> {
  const duration = typeof every === "number" ? ({ kind: "fixed", ns: every } as const) : every;
  return { nmi: { every: duration, cpus: [1], program: sample, args: {}, ...change } };
}

/** One walk of the given length with interrupts off on CPU 1. */
function walk(ns: number) {
  return task(1, (k) => {
    k.begin("walk");
    k.irqOff();
    wait(k, ns);
    k.irqOn();
    k.end("walk");
  });
}

test("it comes in a section with interrupts off, which loses its time", () => {
  const result = runBoth(planOf(machineOf(2), [walk(100_000)], nmis(1_000)));
  const taken = total(result, "NMI");
  expect(taken).toBeGreaterThan(99);
  expect(result.rows.NMI![1]).toBe(taken);
  expect(duration(result, "walk").max).toBe(100_001 + taken * NMI_NS);
  expect(result.stolenNs).toEqual([0, taken * NMI_NS]);
  expect(result.tallies.samples).toBe(taken);
});

test("what it unmasks at its end stays masked below", () => {
  const caller = task(0, (k) => callAndWait(k, [1], counted));
  const result = runBoth(planOf(machineOf(2), [caller, walk(50_000)], nmis(500)));
  // The walk's measure ends after the handler, 55 ns; an arrival in an NMI counts from its end on.
  const waited = duration(result, "walk").max - 55 - 1_110;
  expect(duration(result, "irq_off_delay").max).toBeGreaterThanOrEqual(waited - NMI_NS);
  expect(duration(result, "irq_off_delay").max).toBeLessThanOrEqual(waited);
  expect(result.rows.CAL).toEqual([0, 1]);
});

test("an interrupt that arrives while it is handled is taken afterwards, at once", () => {
  const busy = task(1, (k) => wait(k, 60_000));
  const calls = task(0, (k) => {
    for (let i = 0; i < 40; i++) callAndWait(k, [1], empty);
  });
  const result = runBoth(planOf(machineOf(2), [calls, busy], nmis(1_000)));
  expect(result.rows.CAL).toEqual([0, 40]);
  expect(duration(result, "call_function").max).toBeGreaterThan(1_175);
  expect(duration(result, "call_function").max).toBeLessThanOrEqual(1_175 + 2 * NMI_NS);
  expect(duration(result, "irq_off_delay").max).toBe(0);
});

test("it comes in a handler, whose own time is counted without it", () => {
  const machine = machineOf(2, { costs: { callEmpty: 30_000 } });
  const caller = task(0, (k) => callAndWait(k, [1], empty));
  const result = runBoth(planOf(machine, [caller], nmis(1_000)));
  const taken = total(result, "NMI");
  expect(taken).toBeGreaterThan(29);
  expect(result.stolenNs[1]).toBe(30_050 + taken * NMI_NS);
  expect(duration(result, "call_function").max).toBe(1_110 + 30_020 + taken * NMI_NS + 40);
});

test("a CPU that idles takes none, one that runs user code does", () => {
  const long = task(0, (k) => wait(k, 100_000));
  const idle = runBoth(planOf(machineOf(3), [long], nmis(1_000, { cpus: [1, 2] })));
  expect(idle.rows.NMI).toEqual([0, 0, 0]);
  const change = { ...nmis(1_000, { cpus: [1, 2] }), busyCpus: [2] };
  const busy = runBoth(planOf(machineOf(3), [long], change));
  expect(busy.rows.NMI![1]).toBe(0);
  expect(busy.rows.NMI![2]).toBeGreaterThanOrEqual(99);
});

test("one that comes while another is handled is taken at its end, further ones are lost", () => {
  const slow: Program = written("slow", (k) => wait(k, 2_450));
  const change = { ...nmis(1_000, { program: slow }), busyCpus: [1] };
  const result = runBoth(planOf(machineOf(2), [task(0, (k) => wait(k, 10_000))], change));
  // 2,500 ns each, back to back: the kernel lowers the rate when the first one is over.
  expect(result.rows.NMI).toEqual([0, 3]);
  expect(result.stolenNs).toEqual([0, 7_500]);
});

test("one that comes on the way out of an interrupt makes the way longer", () => {
  const machine = machineOf(3, { costs: { irqExit: 10_000 } });
  const second = task(2, (k) => {
    wait(k, 2_000);
    callAndWait(k, [1], counted);
  });
  const first = task(0, (k) => callAndWait(k, [1], counted));
  const program: Program = written("long", (k) => wait(k, 2_000));
  const change = { ...nmis(60_000, { program }), busyCpus: [1] };
  const hit = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]
    .map((seed) => runBoth(planOf(machine, [first, second], change), seed))
    .find((result) => total(result, "NMI") === 1 && duration(result, "call_function").max > 9_200);
  // The second function is taken when both exits are over.
  expect(duration(hit!, "call_function").max).toBe(9_200 + 20 + 2_000 + 10_000);
});

test("a CPU that polls does not poll while one interrupts its handler", () => {
  const machine = machineOf(3, { idle: "polling", costs: { callEmpty: 3_000 } });
  const calls = [0, 2].map((cpu) =>
    task(cpu, (k) => {
      for (let i = 0; i < 60; i++) {
        wait(k, 170 * i);
        callAndWait(k, [1], counted);
      }
    }),
  );
  const program: Program = written("long", (k) => wait(k, 900));
  const result = runBoth(planOf(machine, calls, nmis(4_000, { program })));
  expect(total(result, "NMI")).toBeGreaterThan(30);
  expect(result.rows.TLB).toEqual([0, 120, 0]);
});

test("the counter of a stopped vCPU stands still", () => {
  const result = runBoth(
    planOf(machineOf(2), [task(0, (k) => wait(k, 10_000_000))], {
      ...nmis(10_000),
      busyCpus: [1],
      variables: [shared("preempted", "cpu")],
      preemption: { meanRunNs: 10_000, meanStopNs: 90_000, cpus: [1], flag: "preempted" },
    }),
  );
  const ran = 10_000_000 - result.stoppedNs![1]!;
  expect(total(result, "NMI")).toBeGreaterThan(0.5 * (ran / 10_000));
  expect(total(result, "NMI")).toBeLessThan(1.5 * (ran / 10_000));
});

test("they never take more than a quarter of the time for long", () => {
  const long = task(0, (k) => wait(k, 1_000_000));
  const slow: Program = written("slow", (k) => wait(k, 2_450));
  const change = { ...nmis(1_000, { program: slow }), busyCpus: [1] };
  const result = runBoth(planOf(machineOf(2), [long], change));
  expect(result.stolenNs[1]).toBeGreaterThan(125_000);
  expect(result.stolenNs[1]).toBeLessThan(250_000);
});

describe("the handler's program", () => {
  test("gets its arguments", () => {
    const program = written("adds", (k) => k.tally("sum", "value"), ["value"]);
    const args = { value: 7 };
    const result = runBoth(planOf(machineOf(2), [walk(10_000)], nmis(1_000, { program, args })));
    expect(result.tallies.sum).toBe(7 * total(result, "NMI"));
  });

  test("may not wait", () => {
    const program = written("waits", (k) => k.sleep());
    const plan = planOf(machineOf(2), [walk(10)], nmis(10, { program }));
    expect(() => runPlan(plan, { seed: 1 })).toThrow("SD007");
  });

  test("needs CPUs that the machine has", () => {
    const plan = planOf(machineOf(2), [walk(10)], nmis(10, { cpus: [5] }));
    expect(() => runPlan(plan, { seed: 1 })).toThrow("SD005");
  });
});

test("without a plan there is no row", () => {
  expect(runBoth(planOf(machineOf(2), [walk(10)])).rows).not.toHaveProperty("NMI");
});

test("the mean period is what was asked for", () => {
  const every = { kind: "exponential", meanNs: 10_000 } as const;
  const result = runBoth(planOf(machineOf(2), [walk(20_000_000)], nmis(every)));
  expect(total(result, "NMI") / (result.endNs / 10_000)).toBeCloseTo(1, 1);
});

const every: fc.Arbitrary<Duration> = fc.oneof(
  fc.record({ kind: fc.constant("fixed" as const), ns: fc.constantFrom(1, 400, 2_500) }),
  fc.record({ kind: fc.constant("exponential" as const), meanNs: fc.constantFrom(1, 900) }),
  fc.record({
    kind: fc.constant("uniform" as const),
    fromNs: fc.constant(0),
    toNs: fc.constantFrom(3, 1_000),
  }),
);

test("NMIs, stopped vCPUs and observed CPUs are the same lazily and event by event", () => {
  const scene = fc.record({
    every,
    nmiCpus: fc.uniqueArray(fc.nat(5), { minLength: 1 }),
    nmiNs: fc.constantFrom(0, 1, 300),
    stops: fc.boolean(),
    observed: fc.uniqueArray(fc.nat(5)),
    busyCpus: fc.constantFrom([], [4], [4, 5]),
    idle: fc.constantFrom("halt" as const, "polling" as const),
    walkNs: fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 0, maxLength: 2 }),
    callEmpty: fc.constantFrom(0, 5, 2_000),
    targets: fc.constantFrom([2], [2, 3, 4, 5], [0, 1, 2, 3, 4, 5]),
  });
  const run = fc.property(scene, fc.nat(), (parts, seed) => {
    const { nmiCpus, nmiNs, stops, observed, busyCpus, idle, walkNs, callEmpty } = parts;
    const program = written("nmi", (k) => {
      k.irqOff();
      wait(k, nmiNs);
      k.irqOn();
    });
    const background = walkNs.map((ns, i) =>
      task(i + 2, (k) =>
        k.forever(() => {
          k.pause({ kind: "exponential", meanNs: 300 });
          k.begin("walk");
          k.irqOff();
          wait(k, ns);
          k.irqOn();
          k.end("walk");
        }),
      ),
    );
    const rounds = (k: Builder): void => {
      for (let round = 0; round < 6; round++) {
        wait(k, 900);
        callAndWait(k, parts.targets, counted);
      }
    };
    const variables = [shared("preempted", "cpu")];
    const preemption = { meanRunNs: 5_000, meanStopNs: 2_000, flag: "preempted" };
    const plan = planOf(machineOf(6, { idle, costs: { callEmpty } }), [task(0, rounds)], {
      nmi: { every: parts.every, cpus: nmiCpus, program, args: {} },
      variables,
      ...(stops ? { preemption } : {}),
      background,
      busyCpus,
      observeNoise: observed,
    });
    const result = runBoth(plan, seed);
    const { noise: _, ...rest } = result;
    expect(runPlan({ ...plan, observeNoise: [] }, { seed })).toEqual(rest);
  });
  fc.assert(run, { numRuns: 120, seed: 1 });
});
