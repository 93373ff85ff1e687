import { describe, expect, test } from "vitest";
import * as sd from "../../lib/index.ts";
import { counts, perCpu, RELEASES, run, strikes } from "./counts.ts";

const { pageout, reclaim, migrate, mprotect, together, collapse } = sd.workload;
const four = { threads: 4, siblings: "spin" } as const;
const since612 = RELEASES.filter((release) => release !== "6.1");

/** Rounds × 3 spinning siblings, on both rows. */
function rounds(n: number): { CAL: number; TLB: number } {
  return { CAL: 3 * n, TLB: 3 * n };
}

/** A run of a policy of unmapFlush. */
function with_(
  policy: sd.Policy,
  workload: sd.Workload,
  machine: sd.Machine,
  release = "7.2",
): sd.Run {
  return sd.simulate({
    machine,
    linux: sd.linux({ release, unmapFlush: policy }),
    backend: sd.backend.native(),
    workload,
  });
}

describe("G22: MADV_PAGEOUT of clean pages", () => {
  // Pages, rounds on 6.1, rounds since 6.12; all of them were counted but 31 and 62 on some.
  test.for([
    [16, 2, 1],
    [31, 2, 1],
    [32, 2, 2],
    [33, 2, 2],
    [62, 2, 2],
    [63, 2, 3],
    [256, 2, 9],
    [512, 2, 17],
    [1024, 4, 35],
    [2048, 8, 71],
  ] as const)("%i pages: %i rounds on 6.1, %i later", ([pages, before, later]) => {
    const work = pageout({ pages, memory: "clean", ...four });
    expect(counts({ cpus: 8, release: "6.1" }, work)).toEqual(rounds(before));
    for (const release of since612)
      expect(counts({ cpus: 8, release }, work)).toEqual(rounds(later));
  });

  test("each spinning sibling gets every round, other CPUs none", () => {
    const one = run({ cpus: 6 }, pageout({ pages: 512, memory: "clean", ...four }));
    expect(perCpu(one, "TLB")).toEqual([0, 17, 17, 17, 0, 0]);
    expect(perCpu(one, "CAL")).toEqual([0, 17, 17, 17, 0, 0]);
  });

  test("sleeping siblings are spared; the check between two tables reaches them", () => {
    for (const release of RELEASES) {
      const sleep = { memory: "clean", threads: 4, siblings: "sleep" } as const;
      expect(counts({ cpus: 8, release }, pageout({ pages: 512, ...sleep })).TLB).toBe(0);
      // The F+ for the second table takes every lazy CPU to init_mm. Since 6.13 it stays in the
      // mask, and as it is lazy no more, each of the 17 flushes of that table finds it.
      const hits = strikes(release) === 1 ? 3 : 3 + 17 * 3;
      expect(counts({ cpus: 8, release }, pageout({ pages: 1024, ...sleep })).TLB).toBe(hits);
    }
  });

  test("stale CPUs get every batch flush, until the check finds them elsewhere", () => {
    const stale = { pages: 2048, memory: "file", threads: 2, siblings: "stale" } as const;
    expect(counts({ cpus: 2, release: "6.18" }, pageout(stale))).toEqual({ CAL: 18, TLB: 18 }); // 18
    expect(counts({ cpus: 2, release: "6.12" }, pageout(stale))).toEqual({ CAL: 0, TLB: 0 });
  });

  test("files: 31 at a time when clean; one flush a table when dirty, and none is freed", () => {
    const file = { threads: 2, siblings: "spin", pages: 512 } as const;
    const at = { cpus: 2, release: "6.18" };
    expect(counts(at, pageout({ ...file, memory: "file" }))).toEqual({ CAL: 17, TLB: 17 }); // 17
    expect(counts(at, pageout({ ...file, memory: "dirtyFile" }))).toEqual({ CAL: 1, TLB: 1 }); // 1
  });

  test("a range that begins inside a table has one table more", () => {
    const work = pageout({ pages: 512, firstPage: 256, memory: "clean", ...four });
    expect(counts({ cpus: 8 }, work)).toEqual(rounds(9 + 9 + 1));
  });
});

describe("G23: MADV_PAGEOUT of dirty pages", () => {
  test.for([
    [64, 65, 64],
    [512, 513, 512],
    [2048, 2052, 2051],
  ] as const)("%i pages: %i rounds on 6.1, %i later", ([pages, before, later]) => {
    const work = pageout({ pages, ...four });
    expect(counts({ cpus: 8, release: "6.1" }, work)).toEqual(rounds(before));
    for (const release of since612)
      expect(counts({ cpus: 8, release }, work)).toEqual(rounds(later));
  });

  test("calls: every later one finds the pending flush of the one before", () => {
    const work = pageout({ pages: 64, calls: 4, ...four });
    expect(counts({ cpus: 8, release: "6.1" }, work)).toEqual(rounds(4 * 64 + 3 + 4)); // 789
    for (const release of since612) {
      expect(counts({ cpus: 8, release }, work)).toEqual(rounds(4 * 64 + 3)); // 777
    }
  });

  test("without swap no page goes; 6.1 still clears accessed bits", () => {
    const work = pageout({ pages: 512, swap: false, ...four });
    for (const release of since612) expect(counts({ cpus: 8, release }, work)).toEqual(rounds(0));
    expect(counts({ cpus: 8, release: "6.1" }, work)).toEqual(rounds(1));
  });

  test("alone a thread interrupts nobody", () => {
    for (const memory of ["dirty", "clean"] as const) {
      expect(counts({ cpus: 8 }, pageout({ pages: 512, memory }))).toEqual(rounds(0));
    }
  });
});

describe("kswapd", () => {
  test("frees 32 pages a call: one flush on 6.1, two later; all threads are told", () => {
    const work = reclaim({ pages: 320, ...four });
    expect(counts({ cpus: 8, release: "6.1" }, work)).toEqual({ CAL: 40, TLB: 40 });
    for (const release of since612) {
      expect(counts({ cpus: 8, release }, work)).toEqual({ CAL: 80, TLB: 80 });
    }
  });

  test("flushes for all processes of a batch at once", () => {
    const work = reclaim({ pages: 320, processes: 3, run: 4, threads: 1 });
    const one = run({ cpus: 6, release: "6.1" }, work);
    expect(perCpu(one, "TLB")).toEqual([10, 10, 10, 0, 0, 0]);
    expect(one.summaryRow().operations).toBe(10);
  });

  test("keeps to its rate", () => {
    const work = (everyNs: number) => reclaim({ pages: 320, everyNs, ...four });
    const took = (everyNs: number): number =>
      Number(run({ cpus: 8 }, work(everyNs)).summaryRow().duration_ns);
    expect(took(1_000_000) - took(0)).toBe(10_000_000);
  });
});

describe("migration", () => {
  test("flushes every entry on 6.1, 512 pages at once later", () => {
    const work = (pages: number, leftovers = 0) => migrate({ pages, leftovers, ...four });
    expect(counts({ cpus: 8, release: "6.1" }, work(600))).toEqual(rounds(600));
    for (const release of since612) {
      for (const [pages, flushes] of [
        [1, 1],
        [512, 1],
        [513, 2],
        [1024, 2],
      ] as const) {
        expect(counts({ cpus: 8, release }, work(pages))).toEqual(rounds(flushes));
      }
      expect(counts({ cpus: 8, release }, work(512, 10))).toEqual(rounds(1 + 10));
      expect(counts({ cpus: 8, release }, work(512, 512))).toEqual(rounds(512));
    }
  });

  test("by kcompactd all threads are told", () => {
    const work = migrate({ pages: 100, by: "kcompactd", ...four });
    expect(counts({ cpus: 8 }, work)).toEqual({ CAL: 4, TLB: 4 });
  });
});

describe("hardware that flushes without interrupts", () => {
  const dirty = pageout({ pages: 1024, ...four });
  const clean = pageout({ pages: 1024, memory: "clean", ...four });

  test("INVLPGB: no interrupt for a batch; the check between tables is one as ever", () => {
    expect(counts({ cpus: 8, invlpgb: true }, pageout({ pages: 512, ...four }))).toEqual(rounds(0));
    const one = run({ cpus: 8, invlpgb: true }, reclaim({ pages: 3_200, ...four }));
    expect([one.total("CAL"), one.total("TLB")]).toEqual([0, 0]);
  });

  test("arm64 and powerpc: none at all", () => {
    for (const machine of [sd.machines.qemuArm64, sd.machines.qemuPpc64le]) {
      for (const release of RELEASES) {
        for (const work of [
          dirty,
          clean,
          reclaim({ pages: 320, ...four }),
          migrate({ pages: 99, ...four }),
        ]) {
          const one = with_(sd.unmapFlush.batched(), work, machine.withCpus(8), release);
          expect(
            Object.values(one.result.rows)
              .flat()
              .every((count) => count === 0),
          ).toBe(true);
        }
      }
    }
  });

  test("arm64 waits once a batch, since 6.6; before and elsewhere once a page", () => {
    const flushes = (machine: sd.Machine, release: string, policy = sd.unmapFlush.batched()) =>
      with_(policy, pageout({ pages: 512, memory: "clean", ...four }), machine.withCpus(8), release)
        .result.tallies.flush_rounds;
    const { qemuArm64, qemuPpc64le } = sd.machines;
    expect(flushes(qemuArm64, "7.2")).toBe(17);
    expect(flushes(qemuArm64, "7.2", sd.unmapFlush.immediate())).toBe(512);
    expect(flushes(qemuArm64, "6.1")).toBe(513); // and one for accessed bits
    expect(flushes(qemuPpc64le, "7.2")).toBe(512);
  });
});

describe("policies", () => {
  const machine = sd.machines.qemu.withCpus(8);
  const clean = (pages: number) => pageout({ pages, memory: "clean", ...four });
  const total = (policy: sd.Policy, work: sd.Workload): number =>
    with_(policy, work, machine).total("CAL");

  test("immediate flushes page by page, so that nothing is ever pending", () => {
    expect(total(sd.unmapFlush.immediate(), clean(512))).toBe(3 * 512);
    expect(total(sd.unmapFlush.immediate(), clean(1024))).toBe(3 * 1024);
  });

  test("a flag costs the same as counters, as long as nobody races", () => {
    expect(total(sd.unmapFlush.pendingFlag(), clean(1024))).toBe(3 * 35);
  });

  test("the own batch is empty when the check comes: nobody is told", () => {
    expect(total(sd.unmapFlush.flushOwnIfPending(), clean(1024))).toBe(3 * 34);
  });
});

describe("operations after reclaim", () => {
  test("another process pays nothing for what this one owes", () => {
    const clean = pageout({ pages: 64, memory: "clean", ...four });
    const other = mprotect({ bytes: 4096, threads: 2, siblings: "spin" });
    const one = run({ cpus: 8 }, together(clean, other));
    expect(perCpu(one, "TLB")).toEqual([0, 3, 3, 3, 0, 1, 0, 0]);
  });

  test("collapse of shmem: 512 unmaps under one flush, and 512 without batching", () => {
    const work = collapse({ bytes: sd.MiB(2), memory: "shmem", ...four });
    expect(with_(sd.unmapFlush.batched(), work, sd.machines.qemu.withCpus(8)).total("TLB")).toBe(6);
    expect(with_(sd.unmapFlush.immediate(), work, sd.machines.qemu.withCpus(8)).total("TLB")).toBe(
      3 * 513,
    );
  });
});
