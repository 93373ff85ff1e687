import { expect, test } from "vitest";
import { KiB, MiB, workload } from "../../lib/index.ts";
import { counts, EAGER_RELEASES, LAZY_RELEASES, RELEASES, run } from "./counts.ts";

const { collapse } = workload;
const spin = { threads: 4, siblings: "spin" } as const;

test("an attempt turned down while it is scanned costs nothing", () => {
  for (const release of RELEASES) {
    const work = collapse({ bytes: MiB(32), failBeforeFlush: 4, ...spin });
    // Beside three walkers with pages in their pipes 12 of 16 tables collapsed: TLB counted 36.
    expect(counts({ cpus: 8, release }, work)).toEqual({ CAL: 120, TLB: 36 });
  }
});

test("an attempt that fails behind the flush has paid for flush and sync", () => {
  for (const release of RELEASES) {
    const work = collapse({ bytes: MiB(32), failAfterFlush: 5, ...spin });
    expect(counts({ cpus: 8, release }, work)).toEqual({ CAL: 160, TLB: 48 });
    expect(run({ cpus: 8, release }, work).result.tallies).toMatchObject({
      operations: 11,
      failed_collapses: 5,
      sync_rounds: 16,
    });
  }
});

test("failures of both kinds bound what a run with some failures counts", () => {
  const between = (failBeforeFlush: number, failAfterFlush: number) =>
    counts({ cpus: 8 }, collapse({ bytes: MiB(32), ...spin, failBeforeFlush, failAfterFlush }));
  expect(between(16, 0)).toEqual({ CAL: 0, TLB: 0 });
  expect(between(0, 16)).toEqual(between(0, 0));
  expect(between(4, 12)).toEqual({ CAL: 120, TLB: 36 });
});

test("calls for parts of the range change no count", () => {
  const whole = counts({ cpus: 8 }, collapse({ bytes: MiB(64) }));
  expect(whole).toEqual({ CAL: 224, TLB: 0 });
  for (const bytesPerCall of [MiB(2), MiB(6), MiB(64)]) {
    expect(counts({ cpus: 8 }, collapse({ bytes: MiB(64), bytesPerCall }))).toEqual(whole);
  }
});

test("G26: khugepaged tries every part of an enabled size, in every scan: attempts × (N-1)", () => {
  const rows = [
    { mthpBytes: KiB(64), attempts: 2_048, CAL: 6_144 }, // counted 6,180
    { mthpBytes: MiB(1), attempts: 128, CAL: 384 }, // counted about 423
  ];
  for (const { mthpBytes, attempts, CAL } of rows) {
    // 4 tables, 16 scans in the second that was measured; no thread of the process on a CPU.
    const work = collapse({ bytes: MiB(8), by: "khugepaged", mthpBytes, scans: 16 });
    for (const release of LAZY_RELEASES) {
      const one = run({ cpus: 4, release }, work);
      const own = one.total("TLB");
      expect(one.total("CAL") - own).toBe(CAL);
      expect(own).toBe(attempts); // the thread, which runs on here, is told of every flush
      const { operations = 0, failed_collapses = 0 } = one.result.tallies;
      expect([operations, operations + failed_collapses]).toEqual([attempts / 16, attempts]);
    }
  }
});

test("G26: before 7.2 khugepaged makes nothing smaller than a PMD", () => {
  const work = collapse({ bytes: MiB(8), by: "khugepaged", mthpBytes: KiB(64), scans: 16 });
  for (const release of EAGER_RELEASES) {
    expect(counts({ cpus: 4, release }, work)).toEqual({ CAL: 0, TLB: 0 }); // counted about 5
  }
});

test.skip("G26: the residual of 36 and 39 interrupts is background of the second measured", () => {
  // No rule: wake-ups of khugepaged, which scans 16 times, and of the lru_add_drain_all() work.
});
