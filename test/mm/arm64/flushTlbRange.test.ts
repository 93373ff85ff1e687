import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Arm64Options } from "../../../lib/machine/arch.ts";
import { arm64 } from "../../../lib/machine/arch.ts";
import { flushTlbRange } from "../../../lib/mm/arm64/flushTlbRange.ts";
import { unmapBatch } from "../../../lib/mm/arm64/unmapBatch.ts";
import type { Environment } from "../../../lib/mm/environment.ts";
import type { Program, Step } from "../../../lib/steps/instructions.ts";
import { eachStep } from "../../../lib/steps/walk.ts";
import { environment } from "../environments.ts";
import { calls, runPath } from "../runPath.ts";

function envOf(options: Arm64Options = {}, release = "7.2"): Environment {
  return environment({ arch: arm64(options), release });
}

/** TLBI instructions of one flush of `pages`. */
function tlbis(env: Environment, pages: number, freed = true): number {
  const result = runPath(env, flushTlbRange(env, { freed }), { pages }, { cpus: 2 });
  return result.tallies.broadcast_flushes!;
}

/** The algorithm of 6.1: the odd page first, then scale 0 up to 3. */
function ascending(pages: number): number {
  let count = 0;
  let left = pages;
  for (let scale = 0; left > 0; ) {
    if (left % 2 === 1) {
      count++;
      left--;
      continue;
    }
    const num = (Math.floor(left / 2 ** (5 * scale + 1)) % 32) - 1;
    if (num >= 0) {
      count++;
      left -= (num + 1) * 2 ** (5 * scale + 1);
    }
    scale++;
  }
  return count;
}

describe("with range TLBI", () => {
  test.for([
    [1, 1],
    [2, 1],
    [3, 2],
    [33, 2],
    [62, 1],
    [64, 1],
    [66, 2],
    [512, 1],
    [513, 2],
    [2_097_150, 4],
    [2_097_152, 1],
    [2_097_153, 1],
    [-1, 1],
  ] as const)("%i pages are %i instructions", ([pages, count]) => {
    expect(tlbis(envOf(), pages)).toBe(count);
  });

  test("any range takes as many as the older algorithm, from the other end", () => {
    const [before, since] = [envOf({}, "6.1"), envOf()];
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_097_151 }), (pages) => {
        const expected = ascending(pages);
        expect(tlbis(since, pages)).toBe(expected);
        expect(tlbis(before, pages)).toBe(expected);
      }),
      { numRuns: 40 },
    );
  });

  test("6.1 flushes the longest range as a whole", () => {
    for (const release of ["6.1", "6.12", "7.3"]) {
      expect(tlbis(envOf({}, release), 2_097_152)).toBe(1);
    }
    expect(pagesOf(envOf({}, "6.1"), 2_097_152)).toEqual([-1]);
    expect(pagesOf(envOf({}, "6.12"), 2_097_152)).toEqual([2_097_152]);
  });
});

describe("without range TLBI", () => {
  const env = envOf({ tlbiRange: false });

  test("one instruction a page, up to 511; then the whole ASID", () => {
    const counts = [1, 2, 33, 511, 512, 513, 100_000, -1].map((pages) => tlbis(env, pages));
    expect(counts).toEqual([1, 2, 33, 511, 1, 1, 1, 1]);
  });

  test("each page waits for the one before; one DSB in the end", () => {
    const { tlbi, dsb } = runCosts(env);
    const timeOf = (pages: number): number => {
      const one = runPath(env, flushTlbRange(env, { freed: true }), { pages }, { cpus: 2 });
      return one.endNs - one.startNs;
    };
    expect(timeOf(10) - timeOf(1)).toBe(9 * tlbi);
    expect(timeOf(1)).toBeGreaterThan(tlbi + dsb);
  });
});

/** What the only instruction of a flush covers, by the listing of the limit. */
function pagesOf(env: Environment, pages: number): number[] {
  const limits: number[] = [];
  eachStep(flushTlbRange(env, { freed: true }).steps, (step) => {
    if (step.kind !== "if" || step.condition.is !== ">" || step.condition.left !== "pages") return;
    limits.push(Number(step.condition.right));
  });
  return limits.map((limit) => (pages > limit ? -1 : pages));
}

function runCosts(env: Environment): { tlbi: number; dsb: number } {
  const one = (path: Program): number => {
    const { startNs, endNs } = runPath(env, path, {}, { cpus: 2 });
    return endNs - startNs;
  };
  const [add, flush] = [one(unmapBatch.addPending(env)), one(unmapBatch.flush(env))];
  const barrier = 5;
  return { tlbi: add - barrier, dsb: flush };
}

function broadcasts(path: Program): Extract<Step, { kind: "flushBroadcast" }>[] {
  const found: Extract<Step, { kind: "flushBroadcast" }>[] = [];
  eachStep(path.steps, (step) => {
    if (step.kind === "flushBroadcast") found.push(step);
  });
  return found;
}

test("only flushes for freed tables reach what is cached of tables; the whole ASID always does", () => {
  const env = envOf();
  for (const step of broadcasts(flushTlbRange(env, { freed: true }))) {
    expect(step.leafOnly).toBeUndefined();
  }
  for (const step of broadcasts(flushTlbRange(env, { freed: false }))) {
    expect(step.leafOnly).toBe(step.pages === -1 ? undefined : true);
  }
  for (const step of broadcasts(unmapBatch.addPending(env))) expect(step.leafOnly).toBe(true);
});

test("KPTI repeats every instruction for the user ASID", () => {
  const [plain, kpti] = [envOf(), envOf({ kpti: true })];
  for (const pages of [1, 3, 513, -1]) expect(tlbis(kpti, pages)).toBe(2 * tlbis(plain, pages));
});

test("deferred flushes: one instruction a page, one wait for all of them", () => {
  const env = envOf();
  const kinds = (path: Program): string[] => {
    const found: string[] = [];
    eachStep(path.steps, (step) => {
      if (step.kind === "flushBroadcast" || step.kind === "flushComplete") {
        found.push(step.instruction);
      }
    });
    return found;
  };
  expect(kinds(unmapBatch.addPending(env))).toEqual(["TLBI"]);
  expect(kinds(unmapBatch.flush(env))).toEqual(["DSB"]);
});

describe("C1-Pro erratum 4193714", () => {
  const users = { cpus: 8, running: [0, 1, 2], lazy: [3, 4] } as const;
  const flush = (env: Environment): readonly number[] =>
    calls(runPath(env, flushTlbRange(env, { freed: false }), { pages: 1 }, users));

  test("a flush interrupts the other CPUs that run user code of the address space", () => {
    for (const release of ["7.2", "7.3"]) {
      expect(flush(envOf({ smeErratum: true }, release))).toEqual([0, 1, 1, 0, 0, 0, 0, 0]);
    }
  });

  test("so does the wait for deferred flushes", () => {
    const env = envOf({ smeErratum: true });
    expect(calls(runPath(env, unmapBatch.flush(env), {}, users))).toEqual([0, 1, 1, 0, 0, 0, 0, 0]);
  });

  test("nobody is interrupted before 7.2, on other CPUs, or when all others sleep", () => {
    const none = [0, 0, 0, 0, 0, 0, 0, 0];
    for (const release of ["6.1", "6.12", "6.18"]) {
      expect(flush(envOf({ smeErratum: true }, release))).toEqual(none);
    }
    expect(flush(envOf())).toEqual(none);
    const env = envOf({ smeErratum: true });
    const alone = { cpus: 8, running: [0], lazy: [1, 2] };
    expect(calls(runPath(env, flushTlbRange(env, { freed: true }), { pages: -1 }, alone))).toEqual(
      none,
    );
  });
});
