/** G13, and what G9, G10 and G12 say of MADV_DONTNEED, MADV_FREE and MADV_COLD. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { GiB, KiB, MiB, workload } from "../../lib/index.ts";
import { counts, EAGER_RELEASES, LAZY_RELEASES, perCpu, RELEASES, run, strikes } from "./counts.ts";

const { dontneed, madviseCold, madviseFree } = workload;
const PAGE = KiB(4);

/** TLB of one call beside one spinning thread, which every flush round reaches once. */
function rounds(release: string, bytes: number, more: object = {}): number {
  const work = dontneed({ bytes, threads: 2, siblings: "spin", ...more });
  const { CAL, TLB } = counts({ cpus: 4, release }, work);
  expect(CAL).toBe(TLB);
  return TLB;
}

test("G13: 2 MiB beside 3 sleeping threads: 0 until 6.13, 3 since PT_RECLAIM", () => {
  const one = dontneed({ bytes: MiB(2), threads: 4, siblings: "sleep" });
  for (const release of EAGER_RELEASES) {
    expect(counts({ cpus: 8, release }, one)).toEqual({ CAL: 0, TLB: 0 }); // counted 0
  }
  for (const release of LAZY_RELEASES) {
    expect(counts({ cpus: 8, release }, one)).toEqual({ CAL: 3, TLB: 3 }); // counted 3
  }
  const native = dontneed({ bytes: MiB(2), threads: 2, siblings: "stale" });
  expect(counts({ cpus: 2, release: "6.18" }, native)).toEqual({ CAL: 1, TLB: 1 }); // counted 1
});

test("G13: four calls strike a sleeping thread twice, whatever lies behind the whole table", () => {
  for (const bytes of [MiB(2), KiB(2_052)]) {
    const calls = dontneed({ bytes, calls: 4, threads: 4, siblings: "sleep" });
    expect(counts({ cpus: 8, release: "7.2" }, calls)).toEqual({ CAL: 6, TLB: 6 }); // counted 6
    expect(counts({ cpus: 8, release: "6.12" }, calls)).toEqual({ CAL: 0, TLB: 0 }); // counted 0
  }
});

test("a table that is emptied in part is not freed: sleeping threads are spared", () => {
  for (const release of RELEASES) {
    const work = dontneed({ bytes: MiB(2) - PAGE, calls: 20, threads: 4, siblings: "sleep" });
    expect(counts({ cpus: 8, release }, work)).toEqual({ CAL: 0, TLB: 0 });
  }
});

test("one flush a call of any size up to the page batch, beside spinning threads", () => {
  for (const release of RELEASES) {
    for (const bytes of [PAGE, 33 * PAGE, MiB(2), MiB(16)]) {
      const calls = dontneed({ bytes, calls: 20, threads: 4, siblings: "spin" });
      expect(counts({ cpus: 8, release }, calls)).toEqual({ CAL: 60, TLB: 60 }); // counted 60
    }
  }
});

test("G9: a full page batch flushes once more; tables do not fill it", () => {
  for (const [release, batch] of [
    ["6.1", 9_698],
    ["6.12", 9_678],
    ["7.2", 9_678],
  ] as const) {
    // The final flush has nothing to do when the last page fills the batch and no table is whole.
    expect(rounds(release, (batch - 1) * PAGE)).toBe(1);
    expect(rounds(release, batch * PAGE)).toBe(1);
    expect(rounds(release, (batch + 1) * PAGE)).toBe(2);
    expect(rounds(release, MiB(128))).toBe(Math.floor(32_768 / batch) + 1);
  }
});

test("G10: with PT_RECLAIM a full table batch flushes as well", () => {
  const sparse = { strideBytes: MiB(2) };
  for (const [tables, expected] of [
    [508, 1],
    [509, 1],
    [510, 2],
    [1_018, 2],
    [1_019, 3],
  ] as const) {
    expect(rounds("7.2", tables * MiB(2), sparse)).toBe(expected);
    expect(rounds("6.12", tables * MiB(2), sparse)).toBe(1);
  }
});

test("tables freed before the page batch is full make its flush one that lazy CPUs get", () => {
  const work = dontneed({ bytes: MiB(128), threads: 4, siblings: "sleep" });
  expect(counts({ cpus: 8, release: "7.2" }, work)).toEqual({ CAL: 6, TLB: 6 });
  expect(counts({ cpus: 8, release: "6.12" }, work)).toEqual({ CAL: 0, TLB: 0 });
});

test("G12: 33 pages are flushed one by one, 34 as a whole, by each of the three", () => {
  for (const release of RELEASES) {
    for (const make of [dontneed, madviseFree, madviseCold]) {
      for (const [pages, seen] of [
        [33, 33],
        [34, -1],
      ] as const) {
        const work = make({ bytes: pages * PAGE, threads: 2, siblings: "spin" });
        const trace = run({ cpus: 4, release }, work, 1_000).trace();
        const details = Array.from(trace.array("detail"));
        const sent = Array.from(trace.array("pages"), Number);
        expect(sent.filter((_, i) => details[i] === "remote IPI send")).toEqual([seen]);
        expect(sent.filter((_, i) => details[i] === "remote shootdown")).toEqual([seen]);
      }
    }
  }
});

test("MADV_FREE and MADV_COLD flush once a call, whatever the size, and spare sleeping threads", () => {
  for (const release of RELEASES) {
    for (const make of [madviseFree, madviseCold]) {
      const spin = make({ bytes: 16 * PAGE, calls: 20, threads: 4, siblings: "spin" });
      expect(perCpu(run({ cpus: 8, release }, spin), "TLB")).toEqual([0, 20, 20, 20, 0, 0, 0, 0]);
      expect(counts({ cpus: 8, release }, spin)).toEqual({ CAL: 60, TLB: 60 }); // counted 60
      const large = make({ bytes: GiB(1), threads: 4, siblings: "spin" });
      expect(counts({ cpus: 8, release }, large)).toEqual({ CAL: 3, TLB: 3 });
      const sleep = make({ bytes: MiB(2), calls: 20, threads: 4, siblings: "sleep" });
      expect(counts({ cpus: 8, release }, sleep)).toEqual({ CAL: 0, TLB: 0 });
    }
  }
});

test("G17: CPUs that were only visited are spared, except by freed tables", () => {
  for (const release of RELEASES) {
    const page = { bytes: PAGE, calls: 10, visitedCpus: 7 };
    for (const make of [dontneed, madviseFree, madviseCold]) {
      expect(counts({ cpus: 8, release }, make(page))).toEqual({ CAL: 0, TLB: 0 });
    }
    const table = dontneed({ bytes: MiB(2), calls: 10, visitedCpus: 7 });
    const both = strikes(release) === 1 ? 0 : 14;
    expect(counts({ cpus: 8, release }, table)).toEqual({ CAL: both, TLB: both });
  }
});

test("any dense range: floor(P / batch) rounds, and one more unless nothing is left", () => {
  const scene = fc.record({
    pages: fc.integer({ min: 1, max: 40_000 }),
    release: fc.constantFrom(...RELEASES),
  });
  fc.assert(
    fc.property(scene, ({ pages, release }) => {
      const batch = release === "6.1" ? 9_698 : 9_678;
      const isFreed = strikes(release) === 2 && pages % 512 === 0;
      const rest = pages % batch > 0 || isFreed ? 1 : 0;
      expect(rounds(release, pages * PAGE)).toBe(Math.floor(pages / batch) + rest);
    }),
    { numRuns: 40, seed: 1 },
  );
});
