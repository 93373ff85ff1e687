import fc from "fast-check";
import { expect, test } from "vitest";
import { GiB, KiB, MiB, workload } from "../../lib/index.ts";
import { counts, EAGER_RELEASES, LAZY_RELEASES, perCpu, RELEASES, run, strikes } from "./counts.ts";

const { munmap } = workload;
const PAGE = KiB(4);

/** TLB of one call beside one spinning thread, which every flush round reaches once. */
function rounds(release: string, bytes: number, more: object = {}): number {
  const work = munmap({ bytes, threads: 2, siblings: "spin", ...more });
  const { CAL, TLB } = counts({ cpus: 4, release }, work);
  expect(CAL).toBe(TLB);
  return TLB;
}

test("G6: k calls of one page, tables freed, beside spinning threads: CAL = TLB = k(T-1)", () => {
  const rows = [
    { threads: 1, calls: 20, both: 0 },
    { threads: 4, calls: 20, both: 60 }, // counted 60
    { threads: 8, calls: 10, both: 70 },
    { threads: 64, calls: 10, both: 630 },
  ];
  for (const { threads, calls, both } of rows) {
    expect(both).toBe(calls * (threads - 1));
    for (const release of RELEASES) {
      const work = munmap({ bytes: PAGE, calls, threads, siblings: "spin" });
      expect(counts({ cpus: 64, release }, work)).toEqual({ CAL: both, TLB: both });
    }
  }
});

test("G6: each spinning sibling gets k, nobody else anything", () => {
  const one = run({ cpus: 6 }, munmap({ bytes: PAGE, calls: 20, threads: 3, siblings: "spin" }));
  expect(perCpu(one, "CAL")).toEqual([0, 20, 20, 0, 0, 0]);
  expect(perCpu(one, "TLB")).toEqual([0, 20, 20, 0, 0, 0]);
});

test("G7: beside sleeping threads: T-1 until 6.12; since 6.13 T-1 once, 2(T-1) for k >= 2", () => {
  const sleepers = (calls: number) => munmap({ bytes: PAGE, calls, threads: 4, siblings: "sleep" });
  for (const release of EAGER_RELEASES) {
    expect(counts({ cpus: 8, release }, sleepers(1))).toEqual({ CAL: 3, TLB: 3 });
    expect(counts({ cpus: 8, release }, sleepers(10))).toEqual({ CAL: 3, TLB: 3 }); // counted 3
  }
  for (const release of LAZY_RELEASES) {
    expect(counts({ cpus: 8, release }, sleepers(1))).toEqual({ CAL: 3, TLB: 3 }); // counted 3
    expect(counts({ cpus: 8, release }, sleepers(2))).toEqual({ CAL: 6, TLB: 6 });
    expect(counts({ cpus: 8, release }, sleepers(10))).toEqual({ CAL: 6, TLB: 6 }); // counted 6
  }
});

test("G7: a sleeper that is woken and sleeps again is lazy again", () => {
  // Each of 5 calls finds 3 sleepers that have just run: 15 flushes, and 15 wake-ups on row CAL.
  const process = { threads: 4, siblings: "sleep", wakeSiblings: true } as const;
  for (const release of RELEASES) {
    const work = munmap({ bytes: PAGE, calls: 5, ...process });
    expect(counts({ cpus: 8, release }, work)).toEqual({ CAL: 30, TLB: 15 });
  }
});

test("G8: tables kept, threads sleep: 0", () => {
  const process = { threads: 4, siblings: "sleep", keepNeighbour: true } as const;
  for (const release of RELEASES) {
    const work = munmap({ bytes: PAGE, calls: 20, ...process });
    expect(counts({ cpus: 8, release }, work)).toEqual({ CAL: 0, TLB: 0 }); // counted 0
  }
});

test("G8: tables kept, threads spin: k(T-1)", () => {
  const process = { threads: 4, siblings: "spin", keepNeighbour: true } as const;
  for (const release of RELEASES) {
    const work = munmap({ bytes: PAGE, calls: 20, ...process });
    expect(counts({ cpus: 8, release }, work)).toEqual({ CAL: 60, TLB: 60 });
  }
});

test("G9: P pages: full page batches flush, tables ride in them until 6.12", () => {
  // Rounds on 6.1: pages and tables share batches of 9,698; on 6.12 of 9,678; later only pages.
  const rows = [
    { pages: 9_670, rounds: { "6.1": 1, "6.12": 2, "7.2": 1, "7.3": 1 } }, // 6.1 counted 1
    { pages: 9_679, rounds: { "6.1": 2, "6.12": 2, "7.2": 2, "7.3": 2 } }, // 6.1 counted 2
    { pages: 19_396, rounds: { "6.1": 3, "6.12": 3, "7.2": 3, "7.3": 3 } }, // 6.1 counted 3
    { pages: 32_768, rounds: { "6.1": 4, "6.12": 4, "7.2": 4, "7.3": 4 } }, // counted 4
  ];
  for (const row of rows) {
    for (const [release, expected] of Object.entries(row.rounds)) {
      expect(rounds(release, row.pages * PAGE)).toBe(expected);
    }
  }
});

test("G9: 128 MiB beside 3 spinning threads: 12; beside 3 sleeping ones: 3", () => {
  for (const release of RELEASES) {
    const spin = munmap({ bytes: MiB(128), threads: 4, siblings: "spin" });
    expect(counts({ cpus: 8, release }, spin)).toEqual({ CAL: 12, TLB: 12 }); // counted 12
    const sleep = munmap({ bytes: MiB(128), threads: 4, siblings: "sleep" });
    expect(counts({ cpus: 8, release }, sleep)).toEqual({ CAL: 3, TLB: 3 }); // counted 3
  }
});

test("G9: dirty shared memory flushes once a PTE table and once at the end", () => {
  for (const release of RELEASES) expect(rounds(release, MiB(8), { memory: "shmem" })).toBe(5);
});

test("G9: a reschedule in the middle of a table is one more flush, of dirty shared memory only", () => {
  const spin = { threads: 4, siblings: "spin" } as const;
  const unmap = (memory: "shmem" | "anonymous", reschedules: number) =>
    counts(
      { cpus: 4, release: "6.1" },
      munmap({ bytes: MiB(8), calls: 4, memory, reschedules, ...spin }),
    );
  expect(unmap("shmem", 1).TLB).toBe(63); // counted 63 on 4 busy CPUs, the trace shows 1 reschedule
  expect(unmap("shmem", 2).TLB).toBe(66); // counted 66, 2 reschedules
  expect(unmap("anonymous", 2)).toEqual(unmap("anonymous", 0));
});

test("G10: TT freed tables: ceil(TT / 509) rounds since 6.14, 1 before", () => {
  const rows = [
    { bytes: MiB(2) * 507, tables: 509, rounds: 1 }, // 507 PTE tables, 1 PMD and 1 PUD table
    { bytes: MiB(2) * 508, tables: 510, rounds: 2 }, // counted 2
    { bytes: GiB(4), tables: 2_053, rounds: 5 }, // counted 5
    { bytes: GiB(8), tables: 4_105, rounds: 9 }, // counted 9
  ];
  for (const row of rows) {
    expect(row.rounds).toBe(Math.ceil(row.tables / 509));
    const sparse = { strideBytes: MiB(2) };
    for (const release of LAZY_RELEASES)
      expect(rounds(release, row.bytes, sparse)).toBe(row.rounds);
    for (const release of EAGER_RELEASES) expect(rounds(release, row.bytes, sparse)).toBe(1);
  }
});

test("G17: a thread that walked over m CPUs, k calls: m until 6.12, then m min(k, 2)", () => {
  for (const release of RELEASES) {
    const once = munmap({ bytes: PAGE, visitedCpus: 7 });
    expect(counts({ cpus: 8, release }, once)).toEqual({ CAL: 7, TLB: 7 });
    const often = munmap({ bytes: PAGE, calls: 10, visitedCpus: 7 });
    const both = strikes(release) === 1 ? 7 : 14; // counted 7 and 14
    expect(counts({ cpus: 8, release }, often)).toEqual({ CAL: both, TLB: both });
  }
});

test("G6 to G8 hold for any number of threads and calls", () => {
  const scene = fc.record({
    threads: fc.integer({ min: 1, max: 12 }),
    calls: fc.integer({ min: 1, max: 6 }),
    siblings: fc.constantFrom("spin" as const, "sleep" as const),
    keepNeighbour: fc.boolean(),
    release: fc.constantFrom(...RELEASES),
  });
  fc.assert(
    fc.property(scene, ({ release, ...options }) => {
      const { threads, calls, siblings, keepNeighbour } = options;
      const sleepersHits = keepNeighbour ? 0 : Math.min(calls, strikes(release));
      const both = (threads - 1) * (siblings === "spin" ? calls : sleepersHits);
      const found = counts({ cpus: 13, release }, munmap({ bytes: PAGE, ...options }));
      expect(found).toEqual({ CAL: both, TLB: both });
    }),
    { numRuns: 60, seed: 1 },
  );
});
