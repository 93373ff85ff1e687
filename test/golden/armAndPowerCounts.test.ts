/**
 * G28, G29 and what G1 and G18 say of arm64 and POWER: broadcast invalidation sends no interrupts,
 * so that the sync is all that is left. Measured totals of the lab stand in brackets.
 */
import { describe, expect, test } from "vitest";
import * as sd from "../../lib/index.ts";

const { GiB, KiB, MiB } = sd;
const PAGE = KiB(4);

const ARM = sd.machines.qemuArm64;
const POWER = sd.machines.qemuPpc64le;
const HASH = POWER.with({ arch: sd.powerpc({ mmu: "hash" }) });

interface Place {
  readonly machine: sd.Machine;
  readonly cpus: number;
  readonly release?: string;
}

/** The rows of a run, by CPU; seed 1. */
function rows({ machine, cpus, release = "7.2" }: Place, workload: sd.Workload): number[][] {
  const run = sd.simulate({
    machine: machine.withCpus(cpus),
    linux: sd.linux({ release }),
    backend: sd.backend.native(),
    workload,
  });
  return Object.values(run.result.rows).map((row) => [...row]);
}

function total(place: Place, workload: sd.Workload): number {
  return rows(place, workload)
    .flat()
    .reduce((sum, count) => sum + count, 0);
}

describe("G1: MADV_COLLAPSE pays the sync broadcast in full", () => {
  test("64 MiB: 32 × (N − 1)", () => {
    const work = sd.workload.collapse({ bytes: MiB(64) });
    expect(total({ machine: ARM, cpus: 16, release: "6.1" }, work)).toBe(480); // [480]
    expect(total({ machine: ARM, cpus: 4, release: "6.1" }, work)).toBe(96); // [97]
    expect(total({ machine: POWER, cpus: 8 }, work)).toBe(224); // [224-234]
    expect(total({ machine: POWER, cpus: 4 }, work)).toBe(96); // [97-107]
  });

  test("the flush adds nothing, whatever the other threads do", () => {
    for (const siblings of ["spin", "sleep", "stale"] as const) {
      const work = sd.workload.collapse({ bytes: MiB(32), threads: 4, siblings });
      expect(total({ machine: ARM, cpus: 16, release: "6.1" }, work)).toBe(240);
      expect(total({ machine: POWER, cpus: 8 }, work)).toBe(112);
    }
  });

  test("each other CPU gets as many as tables are collapsed", () => {
    const work = sd.workload.collapse({ bytes: MiB(64) });
    expect(rows({ machine: POWER, cpus: 4 }, work)).toEqual([[0, 32, 32, 32]]);
    const [calls, wakes] = rows({ machine: ARM, cpus: 4 }, work);
    expect([calls, wakes]).toEqual([
      [0, 32, 32, 32],
      [0, 0, 0, 0],
    ]);
  });

  test("hash also waits for lookups: one more for each CPU that has run the address space", () => {
    const alone = sd.workload.collapse({ bytes: MiB(64) });
    expect(total({ machine: HASH, cpus: 8 }, alone)).toBe(32 * 7);
    for (const siblings of ["spin", "sleep", "stale"] as const) {
      const work = sd.workload.collapse({ bytes: MiB(64), threads: 4, siblings });
      expect(total({ machine: HASH, cpus: 8 }, work)).toBe(32 * (3 + 7));
    }
    const walked = sd.workload.collapse({ bytes: MiB(64), visitedCpus: 5 });
    expect(total({ machine: HASH, cpus: 8 }, walked)).toBe(32 * (5 + 7));
  });
});

describe("G5 on POWER: pages of a file are unmapped and flushed one by one", () => {
  const shmem = { bytes: MiB(32), memory: "shmem" } as const;

  test("16 × (512 + 1) flushes reach the trim clock 7 times: each sibling is hit each time", () => {
    const spin = sd.workload.collapse({ ...shmem, threads: 4, siblings: "spin" });
    expect(rows({ machine: POWER, cpus: 8 }, spin)).toEqual([[0, 7, 7, 7, 0, 0, 0, 0]]); // [7-8 each]
    expect(Math.floor((16 * 513) / 1073)).toBe(7);
  });

  test("pages of 64 KiB: 16 × (32 + 1) flushes are too few", () => {
    const large = POWER.with({ arch: sd.powerpc({ pageBytes: 65_536 }) });
    const spin = sd.workload.collapse({ ...shmem, threads: 4, siblings: "spin" });
    expect(total({ machine: large, cpus: 8 }, spin)).toBe(0);
    expect(total({ machine: large, cpus: 8, release: "6.1" }, spin)).toBe(16 * 7);
  });

  test("siblings that sleep are hit once, and gone", () => {
    const sleep = sd.workload.collapse({ ...shmem, threads: 4 });
    expect(rows({ machine: POWER, cpus: 8 }, sleep)).toEqual([[0, 1, 1, 1, 0, 0, 0, 0]]);
  });

  test("one thread: nothing", () => {
    expect(total({ machine: POWER, cpus: 8 }, sd.workload.collapse(shmem))).toBe(0);
  });

  test("arm64 has no clock: 0 since 6.6, the sync alone before", () => {
    const spin = sd.workload.collapse({ ...shmem, threads: 4, siblings: "spin" });
    expect(total({ machine: ARM, cpus: 16 }, spin)).toBe(0);
    expect(total({ machine: ARM, cpus: 16, release: "6.1" }, spin)).toBe(240); // [242]
  });
});

describe("G18: unshare of hugetlb page tables, two processes", () => {
  const unshare = (more: object = {}): sd.Workload =>
    sd.workload.unshare({ bytes: GiB(4), ...more });

  test("arm64: N − 1, whatever the threads do", () => {
    const place = { machine: ARM, cpus: 16, release: "6.1" };
    expect(total(place, unshare())).toBe(15); // [15-17]
    expect(total(place, unshare({ threads: 4, siblings: "spin" }))).toBe(15); // [15]
    expect(total(place, unshare({ threads: 4 }))).toBe(15); // [15-16]
    expect(total(place, unshare({ sharers: 4 }))).toBe(0); // [0]
  });

  test("POWER does not share page tables", () => {
    expect(() => total({ machine: POWER, cpus: 8 }, unshare())).toThrow("no hugetlb PMD sharing");
  });
});

describe("G28: what only flushes sends no interrupt", () => {
  const threads = (siblings: "spin" | "sleep" | "stale") => ({ threads: 4, siblings }) as const;
  const operations = (siblings: "spin" | "sleep" | "stale"): sd.Workload[] => [
    sd.workload.munmap({ bytes: PAGE, calls: 20, ...threads(siblings) }),
    sd.workload.munmap({ bytes: PAGE, calls: 20, keepNeighbour: true, ...threads(siblings) }),
    sd.workload.munmap({ bytes: MiB(128), ...threads(siblings) }),
    sd.workload.munmap({ bytes: MiB(8), memory: "shmem", ...threads(siblings) }),
    sd.workload.mprotect({ bytes: PAGE, calls: 20, ...threads(siblings) }),
    sd.workload.mprotect({ bytes: MiB(16), calls: 4, ...threads(siblings) }),
    sd.workload.dontneed({ bytes: MiB(2), calls: 20, ...threads(siblings) }),
    sd.workload.madviseFree({ bytes: KiB(64), calls: 20, ...threads(siblings) }),
    sd.workload.mremap({ bytes: MiB(16), calls: 10, ...threads(siblings) }),
    sd.workload.fork({ children: 10, ...threads(siblings) }),
    sd.workload.fork({ phase: "copyOnWrite", pages: 64, ...threads(siblings) }),
    sd.workload.pageout({ pages: 512, memory: "clean", ...threads(siblings) }),
    sd.workload.pageout({ pages: 512, memory: "dirty", ...threads(siblings) }),
  ];

  test.for([
    ["arm64", ARM, ["6.1", "7.2", "7.3"]],
    ["POWER radix", POWER, ["6.1", "7.2", "7.3"]],
    ["POWER hash", HASH, ["6.1", "7.2"]],
  ] as const)("%s", ([, machine, releases]) => {
    for (const release of releases) {
      for (const siblings of ["spin", "sleep", "stale"] as const) {
        for (const work of operations(siblings)) {
          expect(total({ machine, cpus: 8, release }, work), String(work)).toBe(0); // [0-5]
        }
      }
    }
  });

  test("on arm64 a thread that has been everywhere leaves no trace", () => {
    const work = sd.workload.munmap({ bytes: PAGE, calls: 10, visitedCpus: 7 });
    expect(total({ machine: ARM, cpus: 8 }, work)).toBe(0); // [0-2]
  });
});

describe("G29: POWER, one thread that has been on m CPUs, then any flush: m, once", () => {
  const walks = [
    ["munmap", sd.workload.munmap({ bytes: PAGE, visitedCpus: 7 })],
    ["10 × munmap", sd.workload.munmap({ bytes: PAGE, calls: 10, visitedCpus: 7 })],
    [
      "munmap that keeps tables",
      sd.workload.munmap({ bytes: PAGE, keepNeighbour: true, visitedCpus: 7 }),
    ],
    ["10 × mprotect", sd.workload.mprotect({ bytes: PAGE, calls: 10, visitedCpus: 7 })],
  ] as const;

  test.for(walks)("%s", ([, work]) => {
    for (const release of ["6.1", "7.2"]) {
      const place = { machine: POWER, cpus: 8, release };
      expect(rows(place, work)).toEqual([[0, 1, 1, 1, 1, 1, 1, 1]]); // [7-9]
    }
  });

  test("m = 3, of 4 CPUs and of 8", () => {
    const work = sd.workload.munmap({ bytes: PAGE, calls: 10, visitedCpus: 3 });
    for (const cpus of [4, 8]) expect(total({ machine: POWER, cpus }, work)).toBe(3); // [3-4]
  });

  test("a collapse trims as well, before its sync", () => {
    const work = sd.workload.collapse({ bytes: MiB(64), visitedCpus: 3 });
    expect(rows({ machine: POWER, cpus: 8 }, work)).toEqual([[0, 33, 33, 33, 32, 32, 32, 32]]);
  });

  test("hash never trims", () => {
    for (const [, work] of walks) expect(total({ machine: HASH, cpus: 8 }, work)).toBe(0);
  });
});

describe("G30 on POWER: a process ends", () => {
  const exit = (siblings: "spin" | "sleep"): sd.Workload =>
    sd.workload.exit({ threads: 4, siblings });
  /** Every sibling is woken or kicked, and the parent woken. */
  const wakeUps = 3 + 1;

  test("7.2: the last flush takes every other CPU of the mask off it", () => {
    for (const siblings of ["spin", "sleep"] as const) {
      const place = { machine: POWER, cpus: 8, release: "7.2" };
      expect(total(place, exit(siblings))).toBe(wakeUps + 3); // [13-15, of which 6-8 unexplained]
    }
  });

  test("6.1: borrowers hold references, and the last flush is a tlbie", () => {
    for (const siblings of ["spin", "sleep"] as const) {
      const place = { machine: POWER, cpus: 8, release: "6.1" };
      expect(total(place, exit(siblings))).toBe(wakeUps);
    }
  });

  test("hash has no such flush: the last reference interrupts the whole mask", () => {
    const place = { machine: HASH, cpus: 8 };
    expect(total(place, exit("sleep"))).toBe(wakeUps + 3);
    expect(total({ ...place, release: "6.1" }, exit("sleep"))).toBe(wakeUps);
  });
});
