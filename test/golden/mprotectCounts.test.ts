import { expect, test } from "vitest";
import { KiB, MiB, workload } from "../../lib/index.ts";
import { counts, perCpu, RELEASES, run } from "./counts.ts";

const { mprotect } = workload;
const PAGE = KiB(4);

/** The value of column `pages` of every flush that a CPU sends, or does, for a reason. */
function flushedPages(pages: number, release: string, reason: string): number[] {
  const work = mprotect({ bytes: pages * PAGE, threads: 2, siblings: "spin" });
  const trace = run({ cpus: 4, release }, work, 1_000).trace();
  const details = Array.from(trace.array("detail"));
  const found = Array.from(trace.array("pages"), Number);
  return found.filter((_, i) => details[i] === reason);
}

test("G11: mprotect of any size flushes once a call: T-1 beside spinning threads", () => {
  for (const release of RELEASES) {
    for (const bytes of [PAGE, 34 * PAGE, MiB(2), MiB(128)]) {
      const one = mprotect({ bytes, threads: 4, siblings: "spin" });
      expect(counts({ cpus: 8, release }, one)).toEqual({ CAL: 3, TLB: 3 });
    }
    const calls = mprotect({ bytes: PAGE, calls: 20, threads: 4, siblings: "spin" });
    expect(counts({ cpus: 8, release }, calls)).toEqual({ CAL: 60, TLB: 60 }); // counted 60
    const all = mprotect({ bytes: PAGE, calls: 20, threads: 64, siblings: "spin" });
    expect(counts({ cpus: 64, release }, all)).toEqual({ CAL: 1_260, TLB: 1_260 });
  }
});

test("G11: mprotect spares sleeping threads, and CPUs that never ran the process", () => {
  for (const release of RELEASES) {
    for (const siblings of ["sleep", "idle"] as const) {
      const work = mprotect({ bytes: PAGE, calls: 20, threads: 4, siblings });
      expect(counts({ cpus: 8, release }, work)).toEqual({ CAL: 0, TLB: 0 }); // counted 0
    }
  }
});

test("G11: each spinning sibling gets one interrupt a call", () => {
  const one = run({ cpus: 6 }, mprotect({ bytes: PAGE, calls: 20, threads: 3, siblings: "spin" }));
  expect(perCpu(one, "CAL")).toEqual([0, 20, 20, 0, 0, 0]);
  expect(perCpu(one, "TLB")).toEqual([0, 20, 20, 0, 0, 0]);
});

test("G12: 33 pages are flushed one by one, 34 as a whole, with the same counts", () => {
  for (const release of RELEASES) {
    for (const pages of [33, 34]) {
      const work = mprotect({ bytes: pages * PAGE, calls: 20, threads: 4, siblings: "spin" });
      expect(counts({ cpus: 8, release }, work)).toEqual({ CAL: 60, TLB: 60 });
    }
    expect(flushedPages(33, release, "remote IPI send")).toEqual([33]);
    expect(flushedPages(33, release, "local MM shootdown")).toEqual([33]);
    expect(flushedPages(33, release, "remote shootdown")).toEqual([33]);
    expect(flushedPages(34, release, "remote IPI send")).toEqual([-1]); // traced -1
    expect(flushedPages(34, release, "local MM shootdown")).toEqual([-1]);
    expect(flushedPages(34, release, "remote shootdown")).toEqual([-1]);
  }
});
