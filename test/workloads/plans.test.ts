import { describe, expect, test } from "vitest";
import { GiB, MiB } from "../../lib/base/units.ts";
import type { Step } from "../../lib/steps/instructions.ts";
import { eachStep } from "../../lib/steps/walk.ts";
import { collapse } from "../../lib/workloads/collapse.ts";
import { gupFastHammer } from "../../lib/workloads/gupFastHammer.ts";
import { migrate } from "../../lib/workloads/migrate.ts";
import { mprotect } from "../../lib/workloads/mprotect.ts";
import { munmap } from "../../lib/workloads/munmap.ts";
import { pageout } from "../../lib/workloads/pageout.ts";
import type { WorkloadPlan } from "../../lib/workloads/plan.ts";
import { reclaim } from "../../lib/workloads/reclaim.ts";
import type { Workload } from "../../lib/workloads/workload.ts";
import { environment } from "../mm/environments.ts";
import { namesOf, planOf } from "./contexts.ts";

const page = { bytes: 4096 };

describe("the process of a workload", () => {
  const setup = (options: object): string[] =>
    planOf(mprotect({ ...page, ...options })).setup.flatMap(namesOf);
  const busy = (options: object): readonly number[] =>
    planOf(mprotect({ ...page, ...options })).busyCpus;

  test("alone: its thread starts on the first CPU", () => {
    expect(setup({})).toEqual(["0 thread_starts"]);
    expect(setup({ siblings: "spin" })).toEqual(["0 thread_starts"]);
  });

  test.for([
    ["sleep", ["1 thread_runs_and_sleeps", "2 thread_runs_and_sleeps"], []],
    ["spin", ["1 thread_starts", "2 thread_starts"], [1, 2]],
    ["stale", ["1 thread_is_replaced", "2 thread_is_replaced"], [1, 2]],
    ["idle", [], []],
  ] as const)("siblings that %s", ([siblings, expected, busyCpus]) => {
    expect(setup({ threads: 3, siblings })).toEqual(["0 thread_starts", ...expected]);
    expect(busy({ threads: 3, siblings })).toEqual(busyCpus);
  });

  test("visited CPUs come behind the threads, and idle", () => {
    expect(setup({ threads: 2, siblings: "spin", visitedCpus: 2 })).toEqual([
      "0 thread_starts",
      "1 thread_starts",
      "2 thread_runs_and_sleeps",
      "3 thread_runs_and_sleeps",
    ]);
    expect(setup({ threads: 2, siblings: "idle", visitedCpus: 1 })).toEqual([
      "0 thread_starts",
      "2 thread_runs_and_sleeps",
    ]);
  });

  test("it has an address space, and one for the process that replaces a thread", () => {
    const { setup: phases, mms } = planOf(mprotect({ ...page, threads: 2 }), { firstMm: 7 });
    expect(mms).toBe(2);
    expect(phases.flat().map(({ args }) => args)).toEqual([
      { mm: 7, other: 8, users: 1 },
      { mm: 7, other: 8, users: 1 },
    ]);
  });

  test("the window opens when the process has settled", () => {
    expect(planOf(mprotect({ ...page, settleNs: 5 })).startNs).toBe(5);
  });
});

describe("collapse", () => {
  test("by madvise: the first thread goes over all tables", () => {
    const plan = planOf(collapse({ bytes: GiB(20) }), { firstTable: 3 });
    expect([plan.cpus, plan.tables]).toEqual([1, 10_240]);
    expect(namesOf(plan.operation)).toEqual(["0 collapse_range"]);
    expect(plan.operation[0]?.args).toEqual({ mm: 3, first: 3, last: 10_243 });
  });

  test("by khugepaged: a CPU behind the process, and the first thread runs on", () => {
    const plan = planOf(collapse({ bytes: MiB(2), by: "khugepaged", threads: 3, visitedCpus: 1 }));
    expect(plan.cpus).toBe(5);
    expect(namesOf(plan.operation)).toEqual(["4 collapse_range"]);
    expect(plan.busyCpus).toEqual([0]);
    const faults = collapse({ bytes: MiB(2), by: "khugepaged", copyOnWriteFaults: 9 });
    const faulting = planOf(faults).operation;
    expect(namesOf(faulting)).toEqual(["1 collapse_range", "0 copy_on_write_faults"]);
    expect(faulting[1]?.args).toEqual({ mm: 3, faults: 9 });
  });

  test("shmem takes the path of files", () => {
    const program = planOf(collapse({ bytes: MiB(2), memory: "shmem" })).operation[0]!.program;
    const labels: string[] = [];
    eachStep(program.steps, (step) => step.kind === "section" && labels.push(step.label));
    expect(labels[0]).toBe("collapse_file");
  });

  test("nothing collapses in a kernel without huge pages", () => {
    const plan = planOf(collapse({ bytes: MiB(64) }), { hugePages: false });
    expect(plan.operation[0]?.args).toEqual({ mm: 3, first: 0, last: 0 });
  });
});

describe("munmap", () => {
  /** Arguments of each group of equal calls. */
  const groups = (workload: Workload): Record<string, unknown>[] => {
    const { steps } = planOf(workload).operation[0]!.program;
    const found: Record<string, unknown>[] = [];
    for (const step of steps) {
      if (step.kind === "set") found.push({ calls: step.to });
      eachStep([step], (inner) => Object.assign(found.at(-1)!, argumentsIn(inner)));
    }
    return found;
  };
  const argumentsIn = (step: Step): Record<string, unknown> => {
    if (step.kind === "set" && /^left\b/.test(step.into)) return { pages: step.to };
    if (step.kind === "set" && /^tables_left\b/.test(step.into)) return { tables: step.to };
    if (step.kind !== "section" || step.label !== "flush_tlb_mm_range") return {};
    const first = step.body.find((inner) => inner.kind === "set");
    return typeof first?.to === "number" ? { range: first.to } : {};
  };

  test("one page, and with it a table of every level: a flush of everything", () => {
    expect(groups(munmap(page))).toEqual([{ calls: 1, pages: 1, tables: 3, range: -1 }]);
  });

  test("the last of several calls frees the upper tables", () => {
    expect(groups(munmap({ bytes: 8192, calls: 10 }))).toEqual([
      { calls: 9, pages: 2, tables: 1, range: 2 },
      { calls: 1, pages: 2, tables: 3, range: -1 },
    ]);
  });

  test("neighbours keep every table of a page", () => {
    expect(groups(munmap({ ...page, calls: 20, keepNeighbour: true }))).toEqual([
      { calls: 20, pages: 1, tables: 0, range: 1 },
    ]);
  });

  test("a full table goes although its neighbour stays", () => {
    expect(groups(munmap({ bytes: MiB(2), keepNeighbour: true }))).toMatchObject([{ tables: 1 }]);
  });

  test("a neighbour of the range before keeps what it shares with the next one", () => {
    const options = { bytes: GiB(1), calls: 2, spacingBytes: GiB(1) + MiB(4) };
    const freed = (keepNeighbour: boolean): unknown[] =>
      groups(munmap({ ...options, keepNeighbour })).map(({ tables }) => tables);
    expect(freed(false)).toEqual([513, 515]);
    expect(freed(true)).toEqual([513, 512]);
  });

  test("sleeping siblings are woken by calls when asked, and sleep in a phase of their own", () => {
    const plan = planOf(munmap({ ...page, threads: 3, wakeSiblings: true }));
    expect(plan.setup.map(namesOf)).toEqual([
      ["0 thread_starts", "1 thread_runs_and_sleeps", "2 thread_runs_and_sleeps"],
      ["1 futex_wait", "2 futex_wait"],
    ]);
    const wakes: unknown[] = [];
    eachStep(plan.operation[0]!.program.steps, (step) => {
      if (step.kind === "wake" || step.kind === "awaitSleep") wakes.push([step.kind, step.cpu]);
    });
    expect(wakes).toEqual([
      ["wake", 1],
      ["awaitSleep", 1],
      ["wake", 2],
      ["awaitSleep", 2],
    ]);
    const spinning = munmap({ ...page, threads: 3, siblings: "spin", wakeSiblings: true });
    expect(planOf(spinning).setup.length).toBe(1);
  });

  test("shmem is flushed table by table, however sparse", () => {
    const perTable = (strideBytes: number): unknown[] => {
      const workload = munmap({ bytes: MiB(8), strideBytes, memory: "shmem" });
      const values: unknown[] = [];
      eachStep(planOf(workload).operation[0]!.program.steps, (step) => {
        if (step.kind === "set" && /^in_table/.test(step.into)) values.push(step.to);
      });
      return values;
    };
    expect(perTable(4096)).toEqual([512, 512]);
    expect(perTable(65_536)).toEqual([32, 32]);
    expect(perTable(MiB(4))).toEqual([1, 1]);
  });
});

test("mprotect changes present pages and flushes the span between the first and the last", () => {
  const workload = mprotect({ bytes: MiB(2), strideBytes: MiB(1), calls: 7 });
  const { operation } = planOf(workload);
  expect(namesOf(operation)).toEqual(["0 mprotect_calls"]);
  expect(operation[0]?.args).toEqual({ mm: 3 });
  const found: unknown[] = [];
  eachStep(operation[0]!.program.steps, (step) => {
    if (step.kind === "set" && /^(calls_)?left\b/.test(step.into)) found.push(step.to);
    if (step.kind === "section" && step.label === "flush_tlb_mm_range") {
      found.push(step.body.find((inner) => inner.kind === "set")?.to);
    }
  });
  expect(found).toEqual([7, 2, -1, 512]); // −1: what reclaim may owe
});

test("a pause between calls is a step of the calls, and none is none", () => {
  const pauses = (everyNs: number): unknown[] => {
    const found: unknown[] = [];
    for (const workload of [mprotect({ ...page, everyNs }), munmap({ ...page, everyNs })]) {
      eachStep(planOf(workload).operation[0]!.program.steps, (step) => {
        if (step.kind === "pause") found.push(step.duration);
      });
    }
    return found;
  };
  expect(pauses(0)).toEqual([]);
  expect(pauses(50)).toEqual([
    { kind: "fixed", ns: 50 },
    { kind: "fixed", ns: 50 },
  ]);
});

describe("GUP-fast threads", () => {
  test("alone call 10,000 times each, and that is the run", () => {
    const plan = planOf(gupFastHammer({ threads: 2 }));
    expect(plan.operation.map(({ cpu, args }) => [cpu, args.calls])).toEqual([
      [0, 10_000],
      [1, 10_000],
    ]);
    expect(plan.background).toEqual([]);
    expect([plan.cpus, plan.mms, plan.tables]).toEqual([2, 1, 1]);
  });

  test("beside a workload run in the background, unless their calls are counted", () => {
    const beside = { sharedMm: 3, firstMm: 5, firstCpu: 4, firstTable: 8 } as const;
    const endless = planOf(gupFastHammer({ threads: 2 }), beside);
    expect([endless.operation.length, endless.background.length]).toEqual([0, 2]);
    const counted = planOf(gupFastHammer({ threads: 2, calls: 50 }), beside);
    expect([counted.operation.length, counted.background.length]).toEqual([2, 0]);
  });

  test("walk the shared address space or their own, the shared tables or their own", () => {
    const beside = { sharedMm: 3, firstMm: 5, firstTable: 8, sharedTables: [0, 8] } as const;
    const walked = (options: object): unknown => {
      const { args } = planOf(gupFastHammer({ threads: 1, ...options }), beside).background[0]!;
      return [args.mm, args.table, args.tables];
    };
    expect(walked({})).toEqual([3, 8, 1]);
    expect(walked({ process: "other" })).toEqual([5, 8, 1]);
    expect(walked({ range: "operation" })).toEqual([3, 0, 8]);
    expect(walked({ process: "other", range: "operation" })).toEqual([5, 0, 8]);
  });

  test("pause between calls unless the gap is 0", () => {
    const kinds = (gapNs: number): string[] => {
      const found: string[] = [];
      const { program } = planOf(gupFastHammer({ threads: 1, gapNs })).operation[0]!;
      eachStep(program.steps, (step) => step.kind === "pause" && found.push(step.duration.kind));
      return found;
    };
    expect([kinds(0), kinds(5)]).toEqual([[], ["exponential"]]);
  });
});

describe("reclaim", () => {
  test("gives every process CPUs and an address space of its own, and kswapd the last CPU", () => {
    const plan = planOf(reclaim({ pages: 9, processes: 3, threads: 2, siblings: "spin" }));
    expect([plan.cpus, plan.mms]).toEqual([7, 6]);
    expect(namesOf(plan.operation)).toEqual(["6 kswapd"]);
    expect(plan.operation[0]?.args).toEqual({ first_mm: 3, pages: 9 });
    const [setup] = plan.setup;
    expect(setup?.map(({ cpu, args }) => [cpu, args.mm])).toEqual([
      [0, 3],
      [1, 3],
      [2, 5],
      [3, 5],
      [4, 7],
      [5, 7],
    ]);
    expect([...plan.busyCpus].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe("migrate", () => {
  test("by kcompactd: a CPU behind the process, and the first thread runs on", () => {
    const plan = planOf(migrate({ pages: 9, threads: 2, by: "kcompactd" }));
    expect(namesOf(plan.operation)).toEqual(["2 migrate_calls"]);
    expect(plan.busyCpus).toEqual([0]);
    const own = planOf(migrate({ pages: 9, threads: 2 }));
    expect(namesOf(own.operation)).toEqual(["0 migrate_calls"]);
    expect(own.busyCpus).toEqual([]);
  });
});

describe("a workload larger than the machine", () => {
  test.for<[string, Workload, number]>([
    ["collapse", collapse({ bytes: MiB(2), threads: 5 }), 5],
    ["collapse", collapse({ bytes: MiB(2), by: "khugepaged", threads: 4 }), 5],
    ["munmap", munmap({ ...page, threads: 3, visitedCpus: 3 }), 6],
    ["mprotect", mprotect({ ...page, threads: 5 }), 5],
    ["pageout", pageout({ pages: 1, threads: 5 }), 5],
    ["reclaim", reclaim({ pages: 1, threads: 2, processes: 3 }), 7],
    ["migrate", migrate({ pages: 1, threads: 5 }), 5],
    ["migrate", migrate({ pages: 1, threads: 5, by: "kcompactd" }), 6],
    ["gupFastHammer", gupFastHammer({ threads: 9 }), 9],
  ])("%s: %#", ([name, workload, cpus]) => {
    expect(() => planOf(workload, { availableCpus: 4 })).toThrow(
      `SD005: ${name} does not fit: "${cpus} CPUs" (expected at most 4 CPUs)`,
    );
    expect(planOf(workload, { availableCpus: cpus }).cpus).toBe(cpus);
  });
});

test("plans follow the release: 6.1 waits for walkers after a file collapse, 7.2 does not", () => {
  const syncs = (release: string): number => {
    const env = environment({ release });
    const plan: WorkloadPlan = planOf(collapse({ bytes: MiB(2), memory: "shmem" }), { env });
    let count = 0;
    eachStep(plan.operation[0]!.program.steps, (step) => {
      if (step.kind === "begin" && step.what === "sync") count++;
    });
    return count;
  };
  expect([syncs("6.1"), syncs("7.2")]).toEqual([1, 0]);
});
