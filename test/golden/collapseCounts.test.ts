import fc from "fast-check";
import { expect, test } from "vitest";
import { MiB, workload } from "../../lib/index.ts";
import { counts, EAGER_RELEASES, LAZY_RELEASES, perCpu, RELEASES, run, strikes } from "./counts.ts";

const { collapse } = workload;

test("G1: MADV_COLLAPSE of n tables by a lone thread: CAL = n(N-1), TLB = 0", () => {
  const rows = [
    { cpus: 2, tables: 256, CAL: 256 }, // counted 265 to 278
    { cpus: 8, tables: 32, CAL: 224 }, // counted 224
    { cpus: 64, tables: 32, CAL: 2_016 }, // counted 2,016
    { cpus: 64, tables: 256, CAL: 16_128 }, // counted 16,129
    { cpus: 128, tables: 1_024, CAL: 130_048 }, // counted 130,078
  ];
  for (const { cpus, tables, CAL } of rows) {
    expect(CAL).toBe(tables * (cpus - 1));
    for (const release of RELEASES) {
      const work = collapse({ bytes: MiB(2 * tables) });
      expect(counts({ cpus, release }, work)).toEqual({ CAL, TLB: 0 });
    }
  }
});

test("G1: every CPU but the initiator gets n", () => {
  const one = run({ cpus: 64, release: "6.1" }, collapse({ bytes: MiB(64) }));
  expect(perCpu(one, "CAL")).toEqual([0, ...new Array<number>(63).fill(32)]);
  expect(perCpu(one, "TLB")).toEqual(new Array<number>(64).fill(0));
  expect(perCpu(one, "RES")).toEqual(new Array<number>(64).fill(0));
});

test("G2: T threads spin: CAL = n(N-1+T-1), TLB = n(T-1)", () => {
  const rows = [
    { cpus: 8, threads: 4, CAL: 160, TLB: 48 }, // counted 161 / 48
    { cpus: 8, threads: 8, CAL: 224, TLB: 112 }, // counted 224 / 112
    { cpus: 64, threads: 64, CAL: 2_016, TLB: 1_008 }, // counted 2,016 / 1,008
  ];
  for (const { cpus, threads, CAL, TLB } of rows) {
    expect({ CAL, TLB }).toEqual({ CAL: 16 * (cpus - 1 + threads - 1), TLB: 16 * (threads - 1) });
    for (const release of RELEASES) {
      const work = collapse({ bytes: MiB(32), threads, siblings: "spin" });
      expect(counts({ cpus, release }, work)).toEqual({ CAL, TLB });
    }
  }
});

test("G2: a CPU that runs the address space gets flush and sync, the others the sync", () => {
  const one = run({ cpus: 6 }, collapse({ bytes: MiB(32), threads: 3, siblings: "spin" }));
  expect(perCpu(one, "CAL")).toEqual([0, 32, 32, 16, 16, 16]);
  expect(perCpu(one, "TLB")).toEqual([0, 16, 16, 0, 0, 0]);
});

test("G3: T-1 threads sleep, until 6.12: CAL = n(N-1)+(T-1), TLB = T-1", () => {
  for (const release of EAGER_RELEASES) {
    const four = collapse({ bytes: MiB(32), threads: 4, siblings: "sleep" });
    expect(counts({ cpus: 8, release }, four)).toEqual({ CAL: 115, TLB: 3 }); // counted 115 / 3
    const all = collapse({ bytes: MiB(32), threads: 64, siblings: "sleep" });
    expect(counts({ cpus: 64, release }, all)).toEqual({ CAL: 1_071, TLB: 63 });
    expect(perCpu(run({ cpus: 8, release }, four), "CAL")).toEqual([0, 17, 17, 17, 16, 16, 16, 16]);
  }
});

test("G3: T-1 threads sleep, since 6.13: CAL = n(N-1)+2(T-1), TLB = 2(T-1)", () => {
  for (const release of LAZY_RELEASES) {
    const four = collapse({ bytes: MiB(32), threads: 4, siblings: "sleep" });
    expect(counts({ cpus: 8, release }, four)).toEqual({ CAL: 118, TLB: 6 }); // counted 119 / 6
    const all = collapse({ bytes: MiB(32), threads: 64, siblings: "sleep" });
    expect(counts({ cpus: 64, release }, all)).toEqual({ CAL: 1_134, TLB: 126 }); // 1,140 / 126
    expect(perCpu(run({ cpus: 8, release }, four), "TLB")).toEqual([0, 2, 2, 2, 0, 0, 0, 0]);
  }
});

test("G3: one collapse hits a sleeper once on every release", () => {
  for (const release of RELEASES) {
    const work = collapse({ bytes: MiB(2), threads: 4, siblings: "sleep" });
    expect(counts({ cpus: 8, release }, work)).toEqual({ CAL: 10, TLB: 3 });
  }
});

test("G4: khugepaged beside T spinning threads: CAL = n(N-1+T), TLB = nT", () => {
  const rows = [
    { cpus: 8, tables: 32, threads: 4, CAL: 352, TLB: 128 }, // counted 368 to 390 / 131
    { cpus: 16, tables: 8, threads: 1, CAL: 128, TLB: 8 },
    { cpus: 64, tables: 16, threads: 63, CAL: 2_016, TLB: 1_008 },
  ];
  for (const { cpus, tables, threads, CAL, TLB } of rows) {
    expect({ CAL, TLB }).toEqual({ CAL: tables * (cpus - 1 + threads), TLB: tables * threads });
    for (const release of RELEASES) {
      const process = { threads, siblings: "spin", by: "khugepaged" } as const;
      const work = collapse({ bytes: MiB(2 * tables), ...process });
      expect(counts({ cpus, release }, work)).toEqual({ CAL, TLB });
    }
  }
});

test("G4: khugepaged's own CPU, the first behind the process, is spared", () => {
  const process = { threads: 2, siblings: "spin", by: "khugepaged" } as const;
  const one = run({ cpus: 5 }, collapse({ bytes: MiB(20), ...process }));
  expect(perCpu(one, "CAL")).toEqual([20, 20, 0, 10, 10]);
  expect(perCpu(one, "TLB")).toEqual([10, 10, 0, 0, 0]);
});

test("G5: shmem beside spinning threads: TLB = 2n(T-1), CAL = TLB, until 6.5 also n(N-1)", () => {
  const work = collapse({ bytes: MiB(32), threads: 4, siblings: "spin", memory: "shmem" });
  expect(counts({ cpus: 8, release: "6.1" }, work)).toEqual({ CAL: 208, TLB: 96 }); // 214 to 221
  for (const release of ["6.12", ...LAZY_RELEASES]) {
    expect(counts({ cpus: 8, release }, work)).toEqual({ CAL: 96, TLB: 96 }); // 112 to 119 / 96
  }
});

test("G1 to G4 hold for any number of CPUs, threads and tables", () => {
  const scene = fc.record({
    threads: fc.integer({ min: 1, max: 12 }),
    others: fc.integer({ min: 1, max: 12 }),
    tables: fc.integer({ min: 1, max: 6 }),
    siblings: fc.constantFrom("spin" as const, "sleep" as const),
    by: fc.constantFrom("madvise" as const, "khugepaged" as const),
    release: fc.constantFrom(...RELEASES),
  });
  fc.assert(
    fc.property(scene, ({ others, tables, release, ...process }) => {
      const { threads, siblings, by } = process;
      const cpus = threads + others;
      const hits = siblings === "spin" ? tables : Math.min(tables, strikes(release));
      const main = by === "khugepaged" ? tables : 0;
      const TLB = (threads - 1) * hits + main;
      expect(counts({ cpus, release }, collapse({ bytes: MiB(2 * tables), ...process }))).toEqual({
        CAL: tables * (cpus - 1) + TLB,
        TLB,
      });
    }),
    { numRuns: 60, seed: 1 },
  );
});
