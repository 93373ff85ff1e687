import { describe, expect, test } from "vitest";
import * as sd from "../../lib/index.ts";
import { cpusOf, planOf } from "./contexts.ts";

const { kernelCompile } = sd.workload;
const short = { processNs: 1_000_000, sleeps: 2, sleepNs: 10_000 } as const;
const often = { ...short, movedShare: 0.2, laterDropShare: 0.1 } as const;

function build(
  options: Parameters<typeof kernelCompile>[0],
  lazyTlb: sd.Policy,
  more: { arch?: ReturnType<typeof sd.powerpc | typeof sd.x86>; eager?: boolean } = {},
): sd.Run {
  const { arch = sd.powerpc(), eager = false } = more;
  return sd.simulate({
    machine: sd.machine({ arch, cpus: 16 }),
    linux: sd.linux({ lazyTlb }),
    backend: sd.backend.native(),
    workload: kernelCompile(options),
    eager,
  });
}

describe("the plan", () => {
  test("a job a CPU, each process with an address space of its own", () => {
    const plan = planOf(kernelCompile({ jobs: 3, processes: 10 }), { firstCpu: 4, firstMm: 5 });
    expect(cpusOf(plan)).toEqual([4, 5, 6]);
    expect(plan.mms).toBe(13);
    const ranges = plan.operation.map(({ args }) => [args.shell, args.first, args.last]);
    expect(ranges).toEqual([
      [5, 8, 12],
      [6, 12, 15],
      [7, 15, 18],
    ]);
    expect(plan.operation.map(({ args }) => args.neighbour)).toEqual([5, 6, 4]);
  });
});

describe("a build", () => {
  const policies: Readonly<Record<string, sd.Policy>> = {
    refcount: sd.lazyTlb.refcount(),
    shootLazies: sd.lazyTlb.shootLazies(),
    filtered: sd.lazyTlb.shootLazies({ piggyback: false, filterActiveMm: true }),
    trimmed: sd.lazyTlb.shootLazies({ piggyback: false, trimMask: true, delayNs: 100_000 }),
    batched: sd.lazyTlb.shootLazies({ piggyback: false, batch: 8 }),
    "grace period": sd.lazyTlb.shootLazies({ lazyGracePeriod: true }),
    desnoyers: sd.lazyTlb.hazard(),
    lutomirski: sd.lazyTlb.hazard({ design: "lutomirski" }),
  };

  test.for(Object.keys(policies))("%s: every process ends once", (name) => {
    const { tallies } = build({ jobs: 16, processes: 800, ...often }, policies[name]!).result;
    expect(tallies.operations).toBe(800);
    expect(tallies.moved).toBeGreaterThan(80);
    expect(tallies.dropped_later).toBeGreaterThan(30);
    expect(tallies.mms_freed).toBeLessThanOrEqual(800);
    expect(tallies.mms_freed).toBeGreaterThan(600);
  });

  test("shot as merged: one interrupt for each process that was moved or dropped elsewhere", () => {
    for (const lazyTlb of [sd.lazyTlb.mainline(), policies.shootLazies!]) {
      const run = build({ jobs: 16, processes: 800, ...often }, lazyTlb);
      const { moved, dropped_later: later } = run.result.tallies;
      expect(run.total("16")).toBe(moved! + later!);
      expect(run.result.tallies.mms_freed).toBe(800);
    }
  });

  test("counted, filtered or with hazard pointers: who moved on is not interrupted", () => {
    const total = (name: string): number =>
      build({ jobs: 16, processes: 800, ...often }, policies[name]!).total("16");
    expect(["refcount", "grace period", "lutomirski"].map(total)).toEqual([0, 0, 0]);
    const { moved, dropped_later: later } = build(
      { jobs: 16, processes: 800, ...often },
      policies.filtered!,
    ).result.tallies;
    expect(total("filtered")).toBeLessThan((moved! + later!) / 4);
    expect(total("desnoyers")).toBeLessThan((moved! + later!) / 4);
  });

  test("without moves and late drops nothing is shot, on any policy but the batch", () => {
    const quiet = { jobs: 16, processes: 320, ...short, movedShare: 0, laterDropShare: 0 };
    for (const [name, lazyTlb] of Object.entries(policies)) {
      const total = build(quiet, lazyTlb).total("16");
      if (name === "batched") expect(total).toBeGreaterThan(200);
      else if (name !== "trimmed") expect(total, name).toBe(0);
    }
  });

  test("is the same when every step is an event", () => {
    const options = { jobs: 8, processes: 100, ...often };
    for (const lazyTlb of [policies.shootLazies!, policies["grace period"]!, policies.desnoyers!]) {
      const lazy = build(options, lazyTlb);
      expect(build(options, lazyTlb, { eager: true }).digest()).toBe(lazy.digest());
    }
  });

  test("x86: the last flush interrupts the CPU that was left behind", () => {
    const run = build({ jobs: 16, processes: 400, ...often }, sd.lazyTlb.mainline(), {
      arch: sd.x86(),
    });
    expect(run.total("TLB")).toBe(run.result.tallies.moved);
  });
});

test.for([
  [() => kernelCompile({} as never), "SD003: missing jobs"],
  [() => kernelCompile({ jobs: 4, processes: 3 }), "SD001: invalid processes: 3"],
  [() => kernelCompile({ jobs: 4, movedShare: 1.5 }), "SD001: invalid movedShare: 1.5"],
  [() => kernelCompile({ jobs: 4, laterDropShare: -1 }), "SD001: invalid laterDropShare: -1"],
  [() => kernelCompile({ jobs: 4, sleep: 1 } as never), 'did you mean "sleeps"?'],
  [() => planOf(kernelCompile({ jobs: 17 })), "SD005: kernelCompile does not fit"],
] as const)("%#: options that are refused", ([make, message]) => {
  expect(make).toThrow(message);
});
