/**
 * Interrupts of a process death on powerpc since 6.4: every other CPU in `mm_cpumask` when the user
 * part goes, and one more if the last reference is dropped on another CPU than the one left in the
 * mask; and what each strategy of kernel/fork.c's comment makes of that.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arm64, powerpc, x86 } from "../../lib/machine/arch.ts";
import { hazard } from "../../lib/policies/lazyTlb/hazard.ts";
import { refcount } from "../../lib/policies/lazyTlb/refcount.ts";
import { shootLazies } from "../../lib/policies/lazyTlb/shootLazies.ts";
import type { Deaths } from "./deaths.ts";
import { die } from "./deaths.ts";

const hash = powerpc({ mmu: "hash" });
/** Does not judge and is visited by nobody. */
const ELSEWHERE = 6;

describe("mainline on powerpc, 7.2", () => {
  test.for([0, 1, 2, 5])("a process that visited %i CPUs: as many interrupts", (n) => {
    const visited = [1, 2, 3, 4, 5].slice(0, n);
    const outcome = die({ visited });
    expect(outcome.perCpu).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((cpu) => +visited.includes(cpu)));
    expect([outcome.freed, outcome.stale]).toEqual([1, 0]);
  });

  test.for([0, 3])("visited %i, the last reference goes elsewhere: one more", (n) => {
    const visited = [1, 2, 3].slice(0, n);
    const outcome = die({ visited, dropOn: ELSEWHERE });
    expect(outcome.interrupts).toBe(n + 1);
    expect(outcome.perCpu[0]).toBe(1);
    expect([outcome.freed, outcome.stale]).toEqual([1, 0]);
  });

  test("the same on a visited CPU: the mask holds the one that exited", () => {
    expect(die({ visited: [1, 2, 3], dropOn: 2 }).interrupts).toBe(4);
  });

  test("CPUs that have gone elsewhere are still in the mask", () => {
    const outcome = die({ visited: [1, 2, 3], visitors: "leave" });
    expect([outcome.interrupts, outcome.freed, outcome.stale]).toEqual([3, 1, 0]);
  });

  test("is shootLazies() as merged", () => {
    for (const deaths of [{ visited: [1, 2] }, { visited: [1, 2], dropOn: ELSEWHERE }]) {
      expect(die({ ...deaths, lazyTlb: shootLazies() })).toEqual(die(deaths));
    }
  });

  test("hash has no flush to ride on: all at the final drop", () => {
    expect(die({ arch: hash, visited: [1, 2, 3] }).interrupts).toBe(3);
    const elsewhere = die({ arch: hash, visited: [1, 2, 3], dropOn: ELSEWHERE });
    expect([elsewhere.interrupts, elsewhere.stale]).toEqual([4, 0]);
  });
});

describe("counted borrowers", () => {
  test.for([
    ["6.1 on powerpc", { release: "6.1" }],
    ["refcount() on powerpc 7.2", { lazyTlb: refcount() }],
    ["arm64", { arch: arm64() }],
  ] as const)("%s: no interrupts, and the root stays while one borrows", ([, system]) => {
    const outcome = die({ visited: [1, 2, 3], ...system });
    expect([outcome.interrupts, outcome.freed]).toEqual([0, 0]);
    expect(die({ visited: [1], ...system, dropOn: ELSEWHERE }).interrupts).toBe(0);
  });

  test("x86: the last flush interrupts who has it loaded, and the references stay", () => {
    for (const release of ["6.12", "7.2"]) {
      const outcome = die({ arch: x86(), release, visited: [1, 2, 3] });
      expect([outcome.perCpu.slice(0, 4), outcome.freed]).toEqual([[0, 2, 2, 2], 0]);
    }
  });

  test("the last one to leave frees the root", () => {
    for (const lazyTlb of [refcount(), hazard({ design: "lutomirski" })]) {
      const deaths: Deaths = { lazyTlb, visited: [1, 2] };
      expect(die({ ...deaths, leaveLater: [0, 1] }).freed).toBe(0);
      const gone = die({ ...deaths, leaveLater: [0, 1, 2] });
      expect([gone.freed, gone.stale, gone.interrupts]).toEqual([1, 0, 0]);
      expect(die({ ...deaths, leaveLater: [0, 1, 2], dropOn: ELSEWHERE }).freed).toBe(1);
    }
  });
});

describe("strategies", () => {
  const alone = { piggyback: false } as const;
  const three = { visited: [1, 2, 3] } as const;

  test("without the ride on the last flush: the same, later", () => {
    const lazyTlb = shootLazies(alone);
    expect(die({ ...three, lazyTlb }).interrupts).toBe(3);
    expect(die({ ...three, lazyTlb, dropOn: ELSEWHERE }).interrupts).toBe(4);
    expect(die({ ...three, lazyTlb, dropOn: 2 }).interrupts).toBe(3);
  });

  test("selfSwitchAtExit spares the CPU that exits, if another one drops last", () => {
    const lazyTlb = shootLazies({ selfSwitchAtExit: true });
    expect(die({ ...three, lazyTlb, dropOn: ELSEWHERE }).interrupts).toBe(3);
    expect(die({ ...three, lazyTlb }).interrupts).toBe(3);
  });

  test("filterActiveMm spares CPUs that have gone elsewhere", () => {
    const lazyTlb = shootLazies({ ...alone, filterActiveMm: true });
    expect(die({ ...three, lazyTlb, visitors: "leave" }).interrupts).toBe(0);
    expect(die({ ...three, lazyTlb }).interrupts).toBe(3);
    expect(die({ ...three, lazyTlb, dropOn: ELSEWHERE }).interrupts).toBe(4);
  });

  test("trimMask spares CPUs that leave between the end and the final drop", () => {
    const late = { ...three, leaveLater: [1, 2, 3], dropOn: ELSEWHERE } as const;
    expect(die({ ...late, lazyTlb: shootLazies(alone) }).interrupts).toBe(4);
    const lazyTlb = shootLazies({ ...alone, trimMask: true });
    expect(die({ ...late, lazyTlb }).interrupts).toBe(1);
    expect(die({ ...three, lazyTlb, dropOn: ELSEWHERE }).interrupts).toBe(4);
    expect(die({ ...three, visitors: "leave", lazyTlb }).interrupts).toBe(3);
  });

  test("batch: one round for many that were on the same CPUs", () => {
    const endOn = [0, 0, 0, 0];
    const one = die({ ...three, endOn, lazyTlb: shootLazies(alone) });
    const batched = die({ ...three, endOn, lazyTlb: shootLazies({ ...alone, batch: 4 }) });
    expect([one.interrupts, one.freed]).toEqual([12, 4]);
    expect([batched.interrupts, batched.freed, batched.stale]).toEqual([3, 4, 0]);
    const waiting = die({ ...three, endOn, lazyTlb: shootLazies({ ...alone, batch: 5 }) });
    expect([waiting.interrupts, waiting.freed]).toEqual([0, 0]);
  });

  test("batch costs where each would have been dropped on the only CPU of its mask", () => {
    const endOn = [0, 1, 2, 3];
    const one = die({ endOn, lazyTlb: shootLazies(alone) });
    const batched = die({ endOn, lazyTlb: shootLazies({ ...alone, batch: 4 }) });
    expect([one.interrupts, one.freed]).toEqual([0, 4]);
    expect([batched.interrupts, batched.freed, batched.stale]).toEqual([3, 4, 0]);
  });

  test("delayNs: the next drop after the delay shoots what has waited", () => {
    const endOn = [0, 1];
    const soon = die({ ...three, endOn, lazyTlb: shootLazies({ ...alone, delayNs: 1 }) });
    expect(soon.freed).toBe(1);
    const late = die({ ...three, endOn, lazyTlb: shootLazies({ ...alone, delayNs: 1e9 }) });
    expect([late.interrupts, late.freed]).toEqual([0, 0]);
  });

  test("lazyGracePeriod: no interrupts, and the root stays until all have switched", () => {
    const lazyTlb = shootLazies({ lazyGracePeriod: true });
    const stuck = die({ ...three, lazyTlb });
    expect([stuck.interrupts, stuck.freed]).toEqual([0, 0]);
    const done = die({ ...three, lazyTlb, leaveLater: [0, 1, 2, 3] });
    expect([done.interrupts, done.freed, done.stale]).toEqual([0, 1, 0]);
    const twice = die({ ...three, endOn: [0, 0], lazyTlb, leaveLater: [1, 2, 3] });
    expect([twice.interrupts, twice.freed, twice.tallies.lazy_grace_periods]).toEqual([0, 1, 2]);
  });
});

describe("hazard pointers", () => {
  test.for([powerpc(), hash, arm64()])("%o: the scan interrupts exactly the borrowers", (arch) => {
    const borrowed = die({ arch, visited: [1, 2, 3], lazyTlb: hazard() });
    expect([borrowed.perCpu.slice(0, 4), borrowed.freed]).toEqual([[0, 1, 1, 1], 1]);
    expect(borrowed.stale).toBe(0);
    const left = die({ arch, visited: [1, 2, 3], visitors: "leave", lazyTlb: hazard() });
    expect([left.interrupts, left.freed, left.stale]).toEqual([0, 1, 0]);
    expect(die({ arch, visited: [1], dropOn: ELSEWHERE, lazyTlb: hazard() }).interrupts).toBe(2);
  });

  test("x86: the last flush has taken them off the root, the scan takes them off the slot", () => {
    const outcome = die({ arch: x86(), visited: [1, 2, 3], lazyTlb: hazard() });
    expect([outcome.perCpu.slice(0, 4), outcome.freed]).toEqual([[0, 3, 3, 3], 1]);
    expect(outcome.stale).toBe(0);
  });

  test.for([powerpc(), arm64()])("%o: a reference handed over sends nothing", (arch) => {
    const lazyTlb = hazard({ design: "lutomirski" });
    const borrowed = die({ arch, visited: [1, 2, 3], lazyTlb });
    expect([borrowed.interrupts, borrowed.freed]).toEqual([0, 0]);
    const left = die({ arch, visited: [1, 2, 3], visitors: "leave", lazyTlb });
    expect([left.interrupts, left.freed]).toEqual([0, 0]); // the CPU that exited borrows it
  });
});

test("whoever visited, wherever the last reference goes: the rule, and nobody left behind", () => {
  const cpus = fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { maxLength: 5 });
  const where = fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined });
  const then = fc.constantFrom("borrow" as const, "leave" as const);
  fc.assert(
    fc.property(cpus, where, then, fc.boolean(), (visited, dropOn, what, eager) => {
      const drop = dropOn === undefined ? {} : { dropOn };
      const outcome = die({ visited, visitors: what, ...drop }, eager);
      const elsewhere = dropOn === undefined ? 0 : 1;
      expect(outcome.interrupts).toBe(visited.length + elsewhere);
      expect([outcome.freed, outcome.stale]).toEqual([1, 0]);
    }),
    { numRuns: 30 },
  );
});
