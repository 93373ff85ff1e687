/** G14 and G15: fork, and writes to what it shares. */
import { expect, test } from "vitest";
import { workload } from "../../lib/index.ts";
import { counts, perCpu, RELEASES, run, strikes } from "./counts.ts";

const { fork } = workload;

test("G14: k calls beside sleeping threads: T-1 until 6.12; then 2(T-1) for k >= 2", () => {
  for (const release of RELEASES) {
    for (const children of [1, 2, 10]) {
      const work = fork({ children, threads: 4, siblings: "sleep" });
      const both = 3 * Math.min(children, strikes(release)); // counted 3 and 6 for 10 calls
      expect(counts({ cpus: 8, release }, work)).toEqual({ CAL: both, TLB: both });
    }
  }
});

test("alone: nobody to tell", () => {
  for (const release of RELEASES) {
    const work = fork({ children: 10, pagesWritten: 5 });
    expect(counts({ cpus: 8, release }, work)).toEqual({ CAL: 0, TLB: 0 }); // counted 0
  }
});

test("beside spinning threads: T-1 a call, and T-1 a page that the parent writes after it", () => {
  for (const release of RELEASES) {
    for (const pagesWritten of [0, 4]) {
      const work = fork({ children: 10, pagesWritten, threads: 4, siblings: "spin" });
      const each = 10 * (1 + pagesWritten);
      expect(perCpu(run({ cpus: 5, release }, work), "TLB")).toEqual([0, each, each, each, 0]);
      expect(counts({ cpus: 5, release }, work)).toEqual({ CAL: 3 * each, TLB: 3 * each });
    }
  }
});

test("G15: c copy-on-write faults: c(T-1) beside spinning threads, 0 beside sleeping ones", () => {
  for (const release of RELEASES) {
    for (const [pages, both] of [
      [64, 192], // counted 192
      [512, 1_536], // counted 1,536
    ] as const) {
      const spin = fork({ phase: "copyOnWrite", pages, threads: 4, siblings: "spin" });
      expect(counts({ cpus: 8, release }, spin)).toEqual({ CAL: both, TLB: both });
      const sleep = fork({ phase: "copyOnWrite", pages, threads: 4, siblings: "sleep" });
      expect(counts({ cpus: 8, release }, sleep)).toEqual({ CAL: 0, TLB: 0 }); // counted 0
    }
  }
});

test("G15: pages whose sharer is gone are reused: 0", () => {
  for (const release of RELEASES) {
    const work = fork({ phase: "reuse", pages: 64, threads: 4, siblings: "spin" });
    const one = run({ cpus: 8, release }, work);
    expect([one.total("CAL"), one.total("TLB")]).toEqual([0, 0]); // counted 0
    expect(one.result.tallies.operations).toBe(64);
  }
});

test("a child that ends on the parent's CPU has no other CPU in its mask", () => {
  for (const release of RELEASES) {
    const alone = run({ cpus: 4, release }, fork({ phase: "forkAndExit", children: 10 }));
    expect([alone.total("CAL"), alone.total("TLB")]).toEqual([0, 0]); // TLB counted 0
    expect(alone.result.tallies.mms_freed).toBe(10);
    const beside = fork({ phase: "forkAndExit", children: 10, threads: 3, siblings: "spin" });
    expect(perCpu(run({ cpus: 4, release }, beside), "TLB")).toEqual([0, 10, 10, 0]);
  }
});
