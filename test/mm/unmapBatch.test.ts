import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EngineResult } from "../../lib/engine/engine.ts";
import type { Environment } from "../../lib/mm/environment.ts";
import type { HookName } from "../../lib/mm/hookPoints.ts";
import { runHook } from "../../lib/mm/hooks.ts";
import {
  countPending,
  FLUSHED_UNIT,
  flushIfPending,
  PENDING_LARGE,
  PENDING_MODULUS,
} from "../../lib/mm/unmapBatch.ts";
import { tlbFlushBatched, ubcCpumask, ubcFlushRequired } from "../../lib/mm/unmapVariables.ts";
import {
  loadedMm,
  FIRST_USER_MM as MM,
  mmCpumask,
  tlbGen,
  VARIABLES,
} from "../../lib/mm/variables.ts";
import type { Policy } from "../../lib/policies/policy.ts";
import { batched } from "../../lib/policies/unmapFlush/batched.ts";
import { flushOwnIfPending } from "../../lib/policies/unmapFlush/flushOwnIfPending.ts";
import { pendingFlag } from "../../lib/policies/unmapFlush/pendingFlag.ts";
import type { Builder } from "../../lib/steps/builder.ts";
import { of, own } from "../../lib/steps/builder.ts";
import type { Task } from "../../lib/steps/task.ts";
import { machineOf, planOf, runBoth, task, wait } from "../engine/plans.ts";
import { environment } from "./environments.ts";
import { paths } from "./paths.ts";

const counter = of(tlbFlushBatched, "mm");
const memory = { variables: VARIABLES, mms: MM + 1 };

/** Runs tasks that share one address space; nobody has it loaded. */
function runTasks(...tasks: Task[]): EngineResult {
  return runBoth(planOf(machineOf(4), tasks, memory));
}

/** A task of that address space. */
function mmTask(cpu: number, write: (k: Builder) => void): Task {
  return task(cpu, write, { mm: MM });
}

/** Notes the counter under a name: pending, and 100,000 times flushed. */
function note(k: Builder, name: string): void {
  k.load(name, counter);
  k.compute("p", name, "%", PENDING_MODULUS);
  k.compute("f", name, "/", FLUSHED_UNIT);
  k.compute("f", "f", "*", 100_000);
  k.compute("f", "f", "+", "p");
  k.tally(name, "f");
}

/** What the kernel keeps, in its own terms. */
class Reference {
  pending = 0;
  flushed = 0;
  flushes = 0;

  unmap(): void {
    if (this.pending > PENDING_LARGE) [this.pending, this.flushed] = [1, 0];
    else this.pending++;
  }

  check(): void {
    if (this.pending === this.flushed) return;
    this.flushes++;
    this.flushed = this.pending;
  }
}

describe("pending and flushed", () => {
  test("are 15 bits each in one word; half range is 16,383", () => {
    expect([PENDING_MODULUS, FLUSHED_UNIT, PENDING_LARGE]).toEqual([32_768, 65_536, 16_383]);
  });

  test("an unmap counts, a check flushes once and settles", () => {
    const result = runTasks(
      mmTask(0, (k) => {
        countPending(k);
        countPending(k);
        note(k, "owed");
        for (let i = 0; i < 3; i++) flushIfPending(k, () => k.tally("flushes"));
        note(k, "settled");
        countPending(k);
        flushIfPending(k, () => k.tally("flushes"));
        note(k, "again");
      }),
    );
    expect(result.tallies).toEqual({ owed: 2, flushes: 2, settled: 200_002, again: 300_003 });
  });

  test("past half range both start again, and something stays pending", () => {
    const at = (pending: number, flushed: number): EngineResult["tallies"] =>
      runTasks(
        mmTask(0, (k) => {
          k.store(counter, flushed * FLUSHED_UNIT + pending);
          countPending(k);
          note(k, "counted");
        }),
      ).tallies;
    expect(at(16_383, 7)).toEqual({ counted: 716_384 });
    expect(at(16_384, 16_384)).toEqual({ counted: 1 });
    expect(at(16_384, 5)).toEqual({ counted: 1 });
  });

  test("are those of the kernel for any order of unmaps and checks", () => {
    const start = fc.constantFrom(0, 1, PENDING_LARGE - 2, PENDING_LARGE, PENDING_LARGE + 1);
    fc.assert(
      fc.property(start, fc.array(fc.boolean(), { maxLength: 30 }), (pending, unmaps) => {
        const kernel = new Reference();
        kernel.pending = pending;
        const result = runTasks(
          mmTask(0, (k) => {
            k.store(counter, pending);
            k.set("flushes", 0);
            for (const isUnmap of unmaps) {
              if (isUnmap) countPending(k);
              else flushIfPending(k, () => k.compute("flushes", "flushes", "+", 1));
            }
            k.tally("flushes", "flushes");
            note(k, "end");
          }),
        );
        for (const isUnmap of unmaps) isUnmap ? kernel.unmap() : kernel.check();
        expect(result.tallies).toEqual({
          flushes: kernel.flushes,
          end: 100_000 * kernel.flushed + kernel.pending,
        });
      }),
      { numRuns: 60 },
    );
  });

  test("a counter that changes under the one who starts it again is read again", () => {
    // CPU 1 settles the counter while CPU 0 is about to reset it: its first exchange must fail.
    const machine = machineOf(2, { costs: { load: 100, atomic: 10 } });
    const [first, second] = [PENDING_LARGE + 1, PENDING_LARGE - 3];
    const tasks = [
      mmTask(0, (k) => {
        k.store(counter, first);
        countPending(k);
        note(k, "counted");
      }),
      mmTask(1, (k) => {
        wait(k, 50);
        k.store(counter, second);
      }),
    ];
    expect(runBoth(planOf(machine, tasks, memory)).tallies).toEqual({ counted: second + 1 });
  });
});

/** Runs the hook of a policy, as a kernel path does. */
function hookOf(policy: Policy, options: { release?: string } = {}) {
  const env: Environment = environment({ unmapFlush: policy, ...options });
  return (k: Builder, hook: HookName) => runHook(k, env, hook, { mm: "mm" });
}

/**
 * Two page tables, two locks. CPU 0 unmaps one page; CPU 1 checks, and while it flushes, CPU 0
 * unmaps another page, which that flush need not cover. Returns how often CPU 1 flushes in two
 * checks.
 */
function flushesOfTwoChecks(policy: Policy): number {
  const hook = hookOf(policy);
  const machine = machineOf(2, { costs: { flushFull: 5_000 } });
  const tasks = [
    mmTask(0, (k) => {
      hook(k, "deferUnmap");
      wait(k, 4_000);
      hook(k, "deferUnmap");
    }),
    mmTask(1, (k) => {
      // It runs the process, so that its own flush lasts from 2,000 to 7,000.
      k.store(own(loadedMm), "mm");
      wait(k, 2_000);
      hook(k, "checkPending");
      wait(k, 10_000);
      k.load("before", of(tlbGen, "mm"));
      hook(k, "checkPending");
      k.load("after", of(tlbGen, "mm"));
      k.compute("flushes", "after", "-", "before");
      k.tally("flushes", "flushes");
    }),
  ];
  return runBoth(planOf(machine, tasks, memory)).tallies.flushes!;
}

describe("an unmap between a flush and the note that it is done", () => {
  test("is flushed by the next check, as the counters differ still", () => {
    expect(flushesOfTwoChecks(batched())).toBe(1);
  });

  test("is forgotten with a flag (E2)", () => {
    expect(flushesOfTwoChecks(pendingFlag())).toBe(0);
  });

  test("is not flushed either by a check that flushes its own batch (E5)", () => {
    expect(flushesOfTwoChecks(flushOwnIfPending())).toBe(0);
  });
});

describe("the batch of a task", () => {
  test("holds the CPUs of all its address spaces, and none after the flush", () => {
    const hook = hookOf(batched());
    const noteBatch = (k: Builder, when: string): void => {
      k.loadMask("now", own(ubcCpumask));
      k.countMask("cpus", "now");
      k.load("owed", own(ubcFlushRequired));
      k.compute("owed", "owed", "*", 10);
      k.compute("cpus", "cpus", "+", "owed");
      k.tally(when, "cpus");
    };
    const both = task(
      0,
      (k) => {
        for (const cpu of [1, 2]) k.setBit(of(mmCpumask, "first"), cpu);
        for (const cpu of [2, 3]) k.setBit(of(mmCpumask, "second"), cpu);
        k.set("mm", "first");
        hook(k, "deferUnmap");
        noteBatch(k, "one");
        k.set("mm", "second");
        hook(k, "deferUnmap");
        hook(k, "deferUnmap");
        noteBatch(k, "two");
        hook(k, "flushBatch");
        noteBatch(k, "flushed");
        hook(k, "flushBatch");
      },
      { first: MM, second: MM + 1 },
    );
    const result = runBoth(planOf(machineOf(4), [both], { ...memory, mms: MM + 2 }));
    expect(result.tallies).toEqual({ one: 12, two: 13, flushed: 0, flush_rounds: 1 });
    // CPUs 1 to 3 have loaded neither address space and are not lazy: all are told, once.
    expect(result.rows.TLB).toEqual([0, 1, 1, 1]);
  });
});

describe("operations that take rights away", () => {
  const pageOf = { mm: "mm", pages: 1, range: 1 } as const;
  const operations: Readonly<Record<string, (k: Builder, env: Environment) => void>> = {
    munmap: (k, env) =>
      k.include(paths.munmap!(env), { ...pageOf, tables: 0 }, { label: "operation" }),
    mprotect: (k, env) => k.include(paths.mprotect!(env), pageOf, { label: "operation" }),
  };

  test.for(Object.keys(operations))("%s flushes what is owed, once", (name) => {
    const env = environment();
    const rounds = (owed: number, policy: Policy): number | undefined => {
      const hook = hookOf(policy);
      const one = mmTask(0, (k) => {
        k.setBit(of(mmCpumask, "mm"), 1);
        for (let i = 0; i < owed; i++) hook(k, "deferUnmap");
        const policied = { ...env, hooks: policy.hooks };
        for (let i = 0; i < 3; i++) operations[name]!(k, policied);
      });
      return runTasks(one).tallies.flush_rounds;
    };
    expect(rounds(0, batched())).toBe(3);
    // CPU 1 has another address space: the flush of what is owed takes it out of the mask.
    expect(rounds(1, batched())).toBe(1);
    expect(rounds(5, batched())).toBe(1);
    expect(rounds(5, pendingFlag())).toBe(1);
  });
});

describe("kernel paths by name", () => {
  test("flush_tlb_batched_pending is what the check of batched does", () => {
    const env = environment();
    const rounds = (owed: number): number | undefined => {
      const hook = hookOf(batched());
      const one = mmTask(0, (k) => {
        k.setBit(of(mmCpumask, "mm"), 1);
        for (let i = 0; i < owed; i++) hook(k, "deferUnmap");
        for (let i = 0; i < 2; i++) {
          k.include(env.kernelPath("flush_tlb_batched_pending"), { mm: "mm" });
        }
      });
      return runTasks(one).tallies.flush_rounds;
    };
    expect([rounds(0), rounds(1), rounds(3)]).toEqual([0, 1, 1]);
  });
});
