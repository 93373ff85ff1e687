import { describe, expect, test } from "vitest";
import * as sd from "../../lib/index.ts";
import { cpusOf, namesOf, planOf } from "./contexts.ts";

const { contextSwitchIdle, contextSwitchPingPong, together } = sd.workload;
const native = sd.backend.native();

function run(workload: sd.Workload, cpus: number, lazyTlb: sd.Policy, eager = false): sd.Run {
  const machine = sd.machine({ arch: sd.powerpc(), cpus });
  return sd.simulate({ machine, linux: sd.linux({ lazyTlb }), backend: native, workload, eager });
}

describe("contextSwitchIdle", () => {
  test("one thread a CPU of one process", () => {
    const plan = planOf(contextSwitchIdle({ threads: 3 }), { firstCpu: 2, firstMm: 9 });
    expect(plan.setup.flatMap(namesOf)).toEqual([2, 3, 4].map((cpu) => `${cpu} thread_starts`));
    expect(plan.operation.map(({ args }) => args.mm)).toEqual([9, 9, 9]);
    expect(cpusOf(plan)).toEqual([2, 3, 4]);
    expect([plan.cpus, plan.mms]).toEqual([3, 1]);
  });

  test("one operation a trip; counted borrowers share one line, others none", () => {
    const workload = contextSwitchIdle({ threads: 8, trips: 50 });
    const counted = run(workload, 8, sd.lazyTlb.refcount());
    const shot = run(workload, 8, sd.lazyTlb.shootLazies());
    for (const { result } of [counted, shot]) expect(result.tallies.operations).toBe(400);
    const lasts = ({ result }: sd.Run): number => result.endNs - result.startNs;
    expect(lasts(counted)).toBeGreaterThan(lasts(shot));
    const alone = contextSwitchIdle({ threads: 1, trips: 50 });
    expect(lasts(run(alone, 8, sd.lazyTlb.shootLazies()))).toBe(lasts(shot));
  });

  test("times are drawn from each CPU's own stream, and are the same when eager", () => {
    const workload = contextSwitchIdle({ threads: 4, trips: 20, runNs: 1000, idleNs: 3000 });
    const one = run(workload, 4, sd.lazyTlb.refcount());
    expect(run(workload, 4, sd.lazyTlb.refcount(), true).digest()).toBe(one.digest());
    expect(one.result.endNs - one.result.startNs).toBeGreaterThan(20 * 2000);
  });
});

describe("contextSwitchPingPong", () => {
  const names = (pairs: number): string[] =>
    namesOf(planOf(contextSwitchPingPong({ pairs }), { availableCpus: 8 }).operation).map((one) =>
      one.replace(/^\d+ /, ""),
    );

  test("a CPU for each thread as far as there are, then pairs that share one", () => {
    const count = (pairs: number): number[] => {
      const found = names(pairs);
      return ["ping", "pong", "ping_and_pong"].map(
        (name) => found.filter((one) => one === name).length,
      );
    };
    expect(count(1)).toEqual([1, 1, 0]);
    expect(count(4)).toEqual([4, 4, 0]);
    expect(count(5)).toEqual([3, 3, 2]);
    expect(count(7)).toEqual([1, 1, 6]);
    expect(count(8)).toEqual([0, 0, 8]);
    expect(count(800)).toEqual([0, 0, 8]);
  });

  test("CPUs are used once each, and all of them once they are short", () => {
    for (const pairs of [1, 4, 5, 8, 9]) {
      const plan = planOf(contextSwitchPingPong({ pairs }), { availableCpus: 8, firstCpu: 3 });
      const cpus = Array.from({ length: Math.min(2 * pairs, 8) }, (_, i) => 3 + i);
      expect(cpusOf(plan)).toEqual(cpus);
      expect(plan.operation).toHaveLength(cpus.length);
      expect(plan.cpus).toBe(cpus.length);
    }
  });

  test("each round is two hand-overs: a wake-up each, and two operations", () => {
    const done = run(contextSwitchPingPong({ pairs: 2, rounds: 10 }), 4, sd.lazyTlb.refcount());
    expect(done.result.tallies.operations).toBe(40);
    expect(done.total("16")).toBe(40);
    const shared = run(contextSwitchPingPong({ pairs: 4, rounds: 10 }), 4, sd.lazyTlb.refcount());
    expect([shared.result.tallies.operations, shared.total("16")]).toEqual([80, 0]);
  });

  test("can run beside others", () => {
    const both = together(
      contextSwitchPingPong({ pairs: 1, rounds: 5 }),
      contextSwitchIdle({ threads: 2, trips: 5 }),
    );
    const done = run(both, 4, sd.lazyTlb.hazard());
    expect(done.result.tallies.operations).toBe(20);
  });
});

test.for([
  [() => contextSwitchIdle({ threads: 0 }), "SD001: invalid threads: 0"],
  [() => contextSwitchIdle({ threads: 1, trips: 0 }), "SD001: invalid trips: 0"],
  [() => contextSwitchIdle({ threads: 1, thread: 2 } as never), 'did you mean "threads"?'],
  [() => contextSwitchPingPong({ pairs: 0 }), "SD001: invalid pairs: 0"],
  [() => contextSwitchPingPong({ pairs: 1, rounds: 0 }), "SD001: invalid rounds: 0"],
  [() => planOf(contextSwitchIdle({ threads: 17 })), "SD005: contextSwitchIdle does not fit"],
] as const)("%#: options that are refused", ([make, message]) => {
  expect(make).toThrow(message);
});
