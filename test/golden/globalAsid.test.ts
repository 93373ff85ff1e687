/**
 * INVLPGB (arch/x86/mm/tlb.c, since 6.15): an address space that is active on four CPUs or more
 * gets a global ASID in the jiffy of every 32 that its number selects, when a flush has just sent
 * interrupts. The next flush interrupts once more, to move all CPUs to it; then none does.
 */
import { expect, test } from "vitest";
import { KiB, MiB, ms, workload } from "../../lib/index.ts";
import { counts, perCpu, run } from "./counts.ts";

const { collapse, mprotect, munmap } = workload;
const TURIN = { cpus: 8, invlpgb: true } as const;

/** The window opens in jiffy 99 = 3 x 32 + 3, and 3 is the number of the first user mm. */
const OPENS_IN_ITS_JIFFY = ms(4 * 99);
/** A jiffy too early: several collapses begin and end before. */
const OPENS_A_JIFFY_EARLIER = ms(4 * 98);

function spinning(tables: number, threads: number, settleNs: number) {
  return collapse({ bytes: MiB(2 * tables), threads, siblings: "spin", settleNs });
}

test("after two rounds of interrupts every collapse costs N-1 on CAL and nothing on TLB", () => {
  for (const threads of [4, 6, 8]) {
    for (const tables of [2, 3, 20, 200]) {
      const work = spinning(tables, threads, OPENS_IN_ITS_JIFFY);
      const TLB = 2 * (threads - 1);
      expect(counts(TURIN, work)).toEqual({ CAL: tables * 7 + TLB, TLB });
    }
  }
  // 20 tables, 4 threads, in numbers.
  expect(counts(TURIN, spinning(20, 4, OPENS_IN_ITS_JIFFY))).toEqual({ CAL: 146, TLB: 6 });
});

test("every round before the jiffy comes interrupts, and no collapse after it does", () => {
  const short = run(TURIN, spinning(20, 4, OPENS_A_JIFFY_EARLIER));
  const long = run(TURIN, spinning(400, 4, OPENS_A_JIFFY_EARLIER));
  const rounds = short.result.tallies.flush_rounds!;
  expect(rounds).toBeGreaterThan(2);
  expect(rounds).toBeLessThan(20);
  expect(long.result.tallies.flush_rounds).toBe(rounds);
  const TLB = 3 * rounds;
  expect([short.total("CAL"), short.total("TLB")]).toEqual([20 * 7 + TLB, TLB]);
  expect([long.total("CAL"), long.total("TLB")]).toEqual([400 * 7 + TLB, TLB]);
  const active = 400 + rounds;
  expect(perCpu(long, "CAL")).toEqual([0, active, active, active, 400, 400, 400, 400]);
  expect(perCpu(long, "TLB")).toEqual([0, rounds, rounds, rounds, 0, 0, 0, 0]);
});

test("three active CPUs get none: CAL = n(N-1+T-1), TLB = n(T-1)", () => {
  expect(counts(TURIN, spinning(200, 3, OPENS_IN_ITS_JIFFY))).toEqual({ CAL: 1_800, TLB: 400 });
});

test("lazy CPUs do not count as active: two strikes each, as without INVLPGB", () => {
  const settleNs = OPENS_IN_ITS_JIFFY;
  const work = collapse({ bytes: MiB(400), threads: 8, siblings: "sleep", settleNs });
  expect(counts(TURIN, work)).toEqual({ CAL: 1_414, TLB: 14 });
});

test("munmap and mprotect fall silent", () => {
  const process = { threads: 4, siblings: "spin", settleNs: OPENS_IN_ITS_JIFFY } as const;
  for (const calls of [2, 200]) {
    expect(counts(TURIN, munmap({ bytes: KiB(4), calls, ...process }))).toEqual({ CAL: 6, TLB: 6 });
    const protect = mprotect({ bytes: KiB(4), calls, ...process });
    expect(counts(TURIN, protect)).toEqual({ CAL: 6, TLB: 6 });
  }
});

test("6.12 does not know INVLPGB, and other machines do not have it", () => {
  const plain = { CAL: 200, TLB: 60 };
  const work = spinning(20, 4, OPENS_IN_ITS_JIFFY);
  expect(counts({ ...TURIN, release: "6.12" }, work)).toEqual(plain);
  expect(counts({ cpus: 8, release: "7.2" }, work)).toEqual(plain);
});
