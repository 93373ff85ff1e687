/** "20 GiB collapsed on 64 CPUs: CAL 646,316, with the redundant sync skipped 785". */
import { expect, test } from "vitest";
import { GiB, MiB, tableSync, workload } from "../../lib/index.ts";
import { counts, RELEASES } from "./counts.ts";

const { broadcast, skipIfFlushSentIpis, targeted } = tableSync;
const collapse20GiB = workload.collapse({ bytes: GiB(20) });
const REPORTED = { broadcast: 646_316, skipped: 785 };

/** By how many percent a figure misses another. */
function offByPct(figure: number, published: number): number {
  return (100 * Math.abs(figure - published)) / published;
}

test("V1: broadcast sends 10,240 x 63 interrupts, 0.19 % fewer than reported", () => {
  for (const release of RELEASES) {
    expect(counts({ cpus: 64, release }, collapse20GiB)).toEqual({ CAL: 645_120, TLB: 0 });
  }
  expect(offByPct(645_120, REPORTED.broadcast)).toBeLessThan(0.19);
});

test("V2, V3: skip sends none: the 645,531 reported as saved are the broadcasts, 99.879 %", () => {
  for (const release of RELEASES) {
    const place = { cpus: 64, release, tableSync: skipIfFlushSentIpis() };
    expect(counts(place, collapse20GiB)).toEqual({ CAL: 0, TLB: 0 });
  }
  const saved = REPORTED.broadcast - REPORTED.skipped;
  expect(offByPct(645_120, saved)).toBeLessThan(0.064);
  expect((100 * saved) / REPORTED.broadcast).toBeCloseTo(99.879, 3);
});

test("targeted sends none without walkers", () => {
  for (const release of RELEASES) {
    const place = { cpus: 64, release, tableSync: targeted() };
    expect(counts(place, collapse20GiB)).toEqual({ CAL: 0, TLB: 0 });
  }
});

test("V4: 128 CPUs would have sent twice as many: the 64 cores had one thread each", () => {
  expect(counts({ cpus: 128 }, collapse20GiB)).toEqual({ CAL: 1_300_480, TLB: 0 });
});

test("V5: on 2 CPUs each collapse sends one", () => {
  const collapsed = (bytes: number) => counts({ cpus: 2 }, workload.collapse({ bytes })).CAL;
  expect(collapsed(MiB(512))).toBe(256); // counted 265 to 278
  expect(collapsed(GiB(1))).toBe(512); // counted 553
});

test("a spinning sibling would have left 10,240 on row TLB; sleeping ones leave two each", () => {
  const beside = (threads: number, siblings: "spin" | "sleep") =>
    counts({ cpus: 64 }, workload.collapse({ bytes: GiB(20), threads, siblings }));
  expect(beside(2, "spin")).toEqual({ CAL: 655_360, TLB: 10_240 });
  expect(beside(64, "sleep")).toEqual({ CAL: 645_246, TLB: 126 });
});

test("with INVLPGB skip falls back to the broadcast, since the flush interrupts nobody", () => {
  for (const release of ["7.2", "7.3"]) {
    const place = { cpus: 64, release, invlpgb: true };
    const skip = { ...place, tableSync: skipIfFlushSentIpis() };
    expect(counts(skip, collapse20GiB)).toEqual({ CAL: 645_120, TLB: 0 });
    const all = { ...place, tableSync: broadcast() };
    expect(counts(all, collapse20GiB)).toEqual({ CAL: 645_120, TLB: 0 });
    const walkers = { ...place, tableSync: targeted() };
    expect(counts(walkers, collapse20GiB)).toEqual({ CAL: 0, TLB: 0 });
  }
});

test("4,096 CPUs: 41,932,800 interrupts", () => {
  expect(counts({ cpus: 4_096 }, collapse20GiB)).toEqual({ CAL: 41_932_800, TLB: 0 });
});
