/** munmap of huge pages: one slot of the batch each, and no page tables but those above them. */
import { expect, test } from "vitest";
import * as sd from "../../lib/index.ts";
import { counts, RELEASES } from "./counts.ts";

const THREADS = 4;
const huge = (pages: number): sd.Workload =>
  sd.workload.munmap({
    bytes: sd.MiB(2 * pages),
    memory: "huge",
    threads: THREADS,
    siblings: "spin",
  });

test("one flush, whatever the size, while the batch holds all", () => {
  for (const release of RELEASES) {
    for (const pages of [1, 33, 34, 512]) {
      const others = THREADS - 1;
      expect(counts({ cpus: 8, release }, huge(pages))).toEqual({ CAL: others, TLB: others });
    }
  }
});

test("20 GiB are 10,240 pages: a full batch and the rest", () => {
  const twice = 2 * (THREADS - 1);
  expect(counts({ cpus: 8, release: "7.2" }, huge(10_240))).toEqual({ CAL: twice, TLB: twice });
});

test("x86 has no lookups to wait for", () => {
  const { tableSync } = sd;
  for (const policy of [tableSync.broadcast(), tableSync.tolerantReaders()]) {
    expect(counts({ cpus: 8, tableSync: policy }, huge(30))).toEqual({ CAL: 3, TLB: 3 });
  }
});
