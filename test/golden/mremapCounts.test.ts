/** G16: every piece that moves is flushed for, and tables that stay behind empty. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { GiB, KiB, MiB, workload } from "../../lib/index.ts";
import { counts, LAZY_RELEASES, perCpu, RELEASES, run, strikes } from "./counts.ts";

const { mremap } = workload;
const PAGE = KiB(4);

/** TLB beside one spinning thread, which every flush round reaches once. */
function rounds(release: string, options: Parameters<typeof mremap>[0]): number {
  const { CAL, TLB } = counts(
    { cpus: 4, release },
    mremap({ threads: 2, siblings: "spin", ...options }),
  );
  expect(CAL).toBe(TLB);
  return TLB;
}

test("G16: one page, which frees its old table: 2(T-1) a call", () => {
  for (const release of RELEASES) {
    const work = mremap({ bytes: PAGE, calls: 20, threads: 4, siblings: "spin" });
    expect(counts({ cpus: 8, release }, work)).toEqual({ CAL: 120, TLB: 120 }); // counted 120
    expect(perCpu(run({ cpus: 8, release }, work), "TLB")).toEqual([0, 40, 40, 40, 0, 0, 0, 0]);
  }
});

test("G16: the same beside sleeping threads: T-1 until 6.12, then 2(T-1) even for one call", () => {
  for (const release of RELEASES) {
    for (const calls of [1, 20]) {
      const work = mremap({ bytes: PAGE, calls, threads: 4, siblings: "sleep" });
      const both = 3 * strikes(release); // counted 3 and 6
      expect(counts({ cpus: 8, release }, work)).toEqual({ CAL: both, TLB: both });
    }
  }
});

test("a table that stays is not flushed for: one round", () => {
  for (const release of RELEASES) {
    expect(rounds(release, { bytes: PAGE, keepNeighbour: true })).toBe(1); // counted 1
  }
});

test("whole tables move by one entry each; the last call frees the tables above", () => {
  for (const release of RELEASES) {
    expect(rounds(release, { bytes: MiB(16), calls: 10 })).toBe(81); // counted 81
    expect(rounds(release, { bytes: MiB(2), calls: 4 })).toBe(5); // counted 5
    expect(rounds(release, { bytes: KiB(2_052), calls: 4 })).toBe(12); // counted 12
  }
});

test("whole gigabytes move by one entry each", () => {
  for (const release of RELEASES) {
    const sparse = { strideBytes: MiB(2), spacingBytes: GiB(4) };
    expect(rounds(release, { bytes: GiB(1), ...sparse })).toBe(2); // counted 2
    expect(rounds(release, { bytes: GiB(3), ...sparse })).toBe(4);
    expect(rounds(release, { bytes: GiB(1) + MiB(2), ...sparse })).toBe(3);
  }
});

test("source and target that lie differently cut every table in two: 2K + 1", () => {
  for (const release of RELEASES) {
    const range = { bytes: MiB(16), calls: 10 };
    expect(rounds(release, { ...range, sourceOffsetBytes: PAGE })).toBe(170); // counted 170
    expect(rounds(release, { ...range, targetOffsetBytes: PAGE })).toBe(170); // counted 170
  }
});

test("where both lie alike, the first table moves as a whole since 6.7", () => {
  // Pages 1 to 511, then seven tables, then one page, then the table that page leaves.
  const alike = { bytes: MiB(16), sourceOffsetBytes: PAGE, targetOffsetBytes: PAGE };
  expect(rounds("6.1", alike)).toBe(10);
  expect(rounds("6.12", alike)).toBe(10);
  const head = { ...alike, bytes: MiB(2) - PAGE };
  expect(rounds("6.1", head)).toBe(2); // the pages, and the old table that goes
  expect(rounds("6.12", head)).toBe(2); // the table, and those above it
  expect(rounds("6.1", { ...head, calls: 4 })).toBe(8);
  expect(rounds("6.12", { ...head, calls: 4 })).toBe(5);
});

test("G17: CPUs that were only visited are hit, for tables that move are taken for freed ones", () => {
  for (const release of LAZY_RELEASES) {
    const work = mremap({ bytes: PAGE, visitedCpus: 7 });
    expect(counts({ cpus: 8, release }, work)).toEqual({ CAL: 14, TLB: 14 });
  }
});

test("any misalignment: one round a piece and call, and one for the tables left behind", () => {
  const scene = fc.record({
    tables: fc.integer({ min: 1, max: 9 }),
    offset: fc.integer({ min: 1, max: 511 }),
    calls: fc.integer({ min: 1, max: 3 }),
    release: fc.constantFrom(...RELEASES),
  });
  fc.assert(
    fc.property(scene, ({ tables, offset, calls, release }) => {
      const options = { bytes: tables * MiB(2), calls, targetOffsetBytes: offset * PAGE };
      expect(rounds(release, options)).toBe(calls * (2 * tables + 1));
    }),
    { numRuns: 40, seed: 1 },
  );
});
