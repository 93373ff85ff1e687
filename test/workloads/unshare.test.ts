import { expect, test } from "vitest";
import { ShootdownError } from "../../lib/base/messages.ts";
import { GiB } from "../../lib/base/units.ts";
import * as sd from "../../lib/index.ts";
import type { Step } from "../../lib/steps/instructions.ts";
import { eachStep } from "../../lib/steps/walk.ts";
import { idle } from "../../lib/workloads/idle.ts";
import { membarrier } from "../../lib/workloads/membarrier.ts";
import type { UnshareOptions } from "../../lib/workloads/unshare.ts";
import { unshare } from "../../lib/workloads/unshare.ts";
import { namesOf, planOf } from "./contexts.ts";

/** Calls of equal kind: how many, the tables of each, and the page tables that go with it. */
function callsOf(options: UnshareOptions): unknown[] {
  const { steps } = planOf(unshare(options)).operation[0]!.program;
  const found: { calls: unknown; tables?: unknown; freed?: unknown }[] = [];
  const read = (step: Step): void => {
    if (step.kind === "set" && step.into === "calls_left") found.push({ calls: step.to });
    const call = found.at(-1);
    if (call === undefined) return;
    if (step.kind === "compute" && step.into === "to") call.tables = step.right;
    if (step.kind === "if" && step.condition.is === ">" && step.body[0]?.kind === "work") {
      if (step.body[0].cost === "freeTable") call.freed = step.condition.left;
    }
  };
  eachStep(steps, read);
  return found;
}

test("the tables are shared before the window, once for each process more", () => {
  const plan = planOf(unshare({ bytes: GiB(4), sharers: 3, threads: 2 }), { firstTable: 5 });
  expect([plan.cpus, plan.mms, plan.tables]).toEqual([2, 2, 4]);
  expect(plan.setup.map(namesOf)).toEqual([
    ["0 thread_starts", "1 thread_runs_and_sleeps"],
    ["0 hugetlb_fault"],
  ]);
  expect(plan.setup[1]?.[0]?.args).toEqual({ first: 5, last: 9, sharers: 3 });
  expect(namesOf(plan.operation)).toEqual(["0 unshare_calls"]);
});

test("one call for all, or one a gigabyte, of which the last frees the table above", () => {
  const bytes = GiB(4);
  expect(callsOf({ bytes })).toEqual([{ calls: 1, tables: 4, freed: 1 }]);
  expect(callsOf({ bytes, perGiB: true })).toEqual([
    { calls: 3, tables: 1, freed: 0 },
    { calls: 1, tables: 1, freed: 1 },
  ]);
  expect(callsOf({ bytes, operation: "split" })).toEqual([{ calls: 4, tables: 1, freed: 0 }]);
  expect(callsOf({ bytes, operation: "dontneed" })).toEqual([{ calls: 1, tables: 4, freed: 0 }]);
});

test("a mapping that begins late has a table of its own, which goes with it", () => {
  const bytes = GiB(4);
  expect(callsOf({ bytes, aligned: false })).toEqual([{ calls: 1, tables: 3, freed: 2 }]);
  expect(callsOf({ bytes, aligned: false, perGiB: true })).toEqual([
    { calls: 1, tables: 0, freed: 1 },
    { calls: 2, tables: 1, freed: 0 },
    { calls: 1, tables: 1, freed: 1 },
  ]);
});

test("when a process exits its other threads are gone", () => {
  const running = { bytes: GiB(1), threads: 3, siblings: "spin" } as const;
  expect(planOf(unshare(running)).busyCpus).toEqual([1, 2]);
  const exiting = planOf(unshare({ ...running, operation: "exit" }));
  expect(exiting.busyCpus).toEqual([]);
  expect(exiting.setup[0]?.map(({ program }) => program.name)).toEqual([
    "thread_starts",
    "thread_runs_and_sleeps",
    "thread_runs_and_sleeps",
  ]);
});

test("powerpc does not share such tables", () => {
  const scene = {
    machine: sd.machines.qemuPpc64le,
    linux: sd.linux(),
    backend: sd.backend.native(),
    workload: unshare({ bytes: GiB(1) }),
  };
  expect(() => sd.simulate(scene)).toThrow(ShootdownError);
  expect(() => sd.simulate(scene)).toThrow(
    "not on arch powerpc: powerpc has no hugetlb PMD sharing (ARCH_WANT_HUGE_PMD_SHARE)",
  );
});

test("each needs a CPU for every thread", () => {
  const plan = (workload: sd.Workload) => () => planOf(workload, { availableCpus: 3 });
  expect(plan(unshare({ bytes: GiB(1), threads: 4 }))).toThrow("unshare does not fit");
  expect(plan(membarrier({ threads: 4 }))).toThrow("membarrier does not fit");
  expect(plan(idle({ threads: 4 }))).toThrow("idle does not fit");
});

test("an idle process waits on its first CPU", () => {
  expect(namesOf(planOf(idle({ threads: 2, siblings: "spin" })).operation)).toEqual([
    "0 nanosleep",
  ]);
});
