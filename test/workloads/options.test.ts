import { describe, expect, test } from "vitest";
import { canonicalJson } from "../../lib/base/canonical.ts";
import { ShootdownError } from "../../lib/base/messages.ts";
import { GiB, MiB } from "../../lib/base/units.ts";
import { collapse } from "../../lib/workloads/collapse.ts";
import { contextSwitchIdle } from "../../lib/workloads/contextSwitchIdle.ts";
import { contextSwitchPingPong } from "../../lib/workloads/contextSwitchPingPong.ts";
import { dontneed } from "../../lib/workloads/dontneed.ts";
import { exit } from "../../lib/workloads/exit.ts";
import { fork } from "../../lib/workloads/fork.ts";
import { gupFastHammer } from "../../lib/workloads/gupFastHammer.ts";
import { idle } from "../../lib/workloads/idle.ts";
import { ipiBenchmark } from "../../lib/workloads/ipiBenchmark.ts";
import { isolatedObserver } from "../../lib/workloads/isolatedObserver.ts";
import { kernelCompile } from "../../lib/workloads/kernelCompile.ts";
import { madviseCold, madviseFree } from "../../lib/workloads/madvise.ts";
import { membarrier } from "../../lib/workloads/membarrier.ts";
import { migrate } from "../../lib/workloads/migrate.ts";
import { mprotect } from "../../lib/workloads/mprotect.ts";
import { mremap } from "../../lib/workloads/mremap.ts";
import { munmap } from "../../lib/workloads/munmap.ts";
import { pageout } from "../../lib/workloads/pageout.ts";
import { perfSampling } from "../../lib/workloads/perfSampling.ts";
import { reclaim } from "../../lib/workloads/reclaim.ts";
import { reviveWorkload } from "../../lib/workloads/registry.ts";
import { tlbFlush2 } from "../../lib/workloads/tlbFlush2.ts";
import { together } from "../../lib/workloads/together.ts";
import { unshare } from "../../lib/workloads/unshare.ts";
import { Workload } from "../../lib/workloads/workload.ts";

function errorOf(build: () => unknown): ShootdownError {
  try {
    build();
  } catch (error) {
    if (error instanceof ShootdownError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

const processDefaults = {
  threads: 1,
  siblings: "sleep",
  visitedCpus: 0,
  settleNs: 350_000_000,
};

describe("defaults", () => {
  test("collapse: one thread calls MADV_COLLAPSE on anonymous memory", () => {
    expect(collapse({ bytes: MiB(2) }).options).toEqual({
      bytes: 2_097_152,
      by: "madvise",
      memory: "anonymous",
      presentPages: 512,
      bytesPerCall: 0,
      failBeforeFlush: 0,
      failAfterFlush: 0,
      mthpBytes: 0,
      scans: 1,
      khugepagedCpus: 1,
      copyOnWriteFaults: 0,
      ...processDefaults,
    });
  });

  test("unshare: two processes, and one of them unmaps the whole range", () => {
    expect(unshare({ bytes: GiB(4) }).options).toEqual({
      bytes: 4_294_967_296,
      sharers: 2,
      operation: "munmap",
      perGiB: false,
      aligned: true,
      ...processDefaults,
    });
  });

  test("ipiBenchmark: one call to one idle CPU; tlbFlush2: one loop without the LRU lock", () => {
    expect(ipiBenchmark().options).toEqual({ to: "one", calls: 1, targets: "idle" });
    expect(tlbFlush2({ threads: 4 }).options).toEqual({
      threads: 4,
      loops: 1,
      everyNs: 0,
      lruLockNs: 0,
      settleNs: 350_000_000,
    });
    const refused = () => tlbFlush2({ threads: 4, lruLockNs: -1 });
    expect(errorOf(refused)).toMatchObject({ code: "SD001", field: "lruLockNs" });
    expect(errorOf(() => ipiBenchmark({ to: "two" as never }))).toMatchObject({ code: "SD002" });
    for (const one of [ipiBenchmark({ to: "all" }), tlbFlush2({ threads: 2, loops: 3 })]) {
      expect(reviveWorkload(structuredClone({ ...one }))).toEqual(one);
    }
  });

  test("membarrier: one call; idle: half a second", () => {
    expect(membarrier().options).toEqual({ calls: 1, ...processDefaults });
    expect(idle().options).toEqual({ forNs: 500_000_000, ...processDefaults });
  });

  test("munmap: one call on a dense range, the next one two empty tables behind it", () => {
    expect(munmap({ bytes: 4096 }).options).toEqual({
      bytes: 4096,
      calls: 1,
      strideBytes: 4096,
      spacingBytes: 3 * 2_097_152,
      keepNeighbour: false,
      memory: "anonymous",
      wakeSiblings: false,
      everyNs: 0,
      tableBatchFails: false,
      reschedules: 0,
      ...processDefaults,
    });
    expect(() => munmap({ bytes: 4096, reschedules: 2 })).toThrow(/reschedules/);
    expect(munmap({ bytes: MiB(4) + 1 }).number("spacingBytes")).toBe(MiB(10));
    expect(() => munmap({ bytes: MiB(3), memory: "huge" })).toThrow(/whole 2 MiB/);
    expect(() => munmap({ bytes: MiB(4), memory: "huge", strideBytes: MiB(2) })).toThrow(/dense/);
  });

  test("mprotect: one call on a dense range", () => {
    expect(mprotect({ bytes: 4096 }).options).toEqual({
      bytes: 4096,
      calls: 1,
      strideBytes: 4096,
      everyNs: 0,
      ...processDefaults,
    });
  });

  test("dontneed, madviseFree and madviseCold: the same", () => {
    for (const make of [dontneed, madviseFree, madviseCold]) {
      expect(make({ bytes: 4096 }).options).toEqual({
        bytes: 4096,
        calls: 1,
        strideBytes: 4096,
        everyNs: 0,
        ...processDefaults,
      });
    }
  });

  test("mremap: one call, source and target at the start of a gigabyte, spaced as munmap", () => {
    expect(mremap({ bytes: 4096 }).options).toEqual({
      bytes: 4096,
      calls: 1,
      strideBytes: 4096,
      spacingBytes: 3 * 2_097_152,
      keepNeighbour: false,
      everyNs: 0,
      sourceOffsetBytes: 0,
      targetOffsetBytes: 0,
      ...processDefaults,
    });
    expect(mremap({ bytes: MiB(2), sourceOffsetBytes: 4096 }).number("spacingBytes")).toBe(MiB(8));
  });

  test("fork: one child, which shares 64 pages that nobody writes to", () => {
    expect(fork().options).toEqual({
      phase: "fork",
      pages: 64,
      children: 1,
      pagesWritten: 0,
      ...processDefaults,
    });
  });

  test("exit: the call, with 4 MiB of memory", () => {
    expect(exit().options).toEqual({ bytes: 4_194_304, how: "exit", ...processDefaults });
  });

  test("pageout: one call on dirty pages from the start of a table, with swap", () => {
    expect(pageout({ pages: 7 }).options).toEqual({
      pages: 7,
      calls: 1,
      firstPage: 0,
      memory: "dirty",
      swap: true,
      everyNs: 0,
      ...processDefaults,
    });
  });

  test("reclaim: clean file pages of one process, 32 at a time", () => {
    expect(reclaim({ pages: 7 }).options).toEqual({
      pages: 7,
      pagesPerCall: 32,
      everyNs: 0,
      memory: "file",
      processes: 1,
      run: 15,
      ...processDefaults,
    });
  });

  test("migrate: the first thread waits for every page, and none needs it", () => {
    expect(migrate({ pages: 7 }).options).toEqual({
      pages: 7,
      calls: 1,
      by: "thread",
      mode: "sync",
      leftovers: 0,
      everyNs: 0,
      ...processDefaults,
    });
  });

  test("perfSampling: 4 kHz; isolatedObserver: the machine's isolated CPUs", () => {
    expect(perfSampling().options).toEqual({ hz: 4000 });
    expect(isolatedObserver().options).toEqual({ cpus: "" });
    expect(isolatedObserver({ cpus: [7, 5, 6, 6] }).options).toEqual({ cpus: "5-7" });
  });

  test("gupFastHammer: a page a call, 2 µs apart, for as long as the others last", () => {
    expect(gupFastHammer({ threads: 3 }).options).toEqual({
      threads: 3,
      pages: 1,
      gapNs: 2000,
      calls: 0,
      process: "same",
      range: "own",
    });
  });
});

const every: Readonly<Record<string, Workload>> = {
  collapse: collapse({ bytes: GiB(20), by: "khugepaged", threads: 3, copyOnWriteFaults: 7 }),
  munmap: munmap({ bytes: MiB(8), calls: 10, memory: "shmem", wakeSiblings: true }),
  mprotect: mprotect({ bytes: 4096 * 34, calls: 70, everyNs: 50_000_000, siblings: "stale" }),
  dontneed: dontneed({ bytes: MiB(3), calls: 7, strideBytes: 8192, everyNs: 5 }),
  madviseFree: madviseFree({ bytes: 65_536, calls: 20, siblings: "spin" }),
  madviseCold: madviseCold({ bytes: 65_536, threads: 4, visitedCpus: 2 }),
  mremap: mremap({ bytes: MiB(16), calls: 10, sourceOffsetBytes: 4096, targetOffsetBytes: 8192 }),
  fork: fork({ phase: "forkAndExit", pages: 4096, children: 40 }),
  exit: exit({ bytes: MiB(128), how: "kill", threads: 4, siblings: "spin" }),
  pageout: pageout({ pages: 700, firstPage: 9, memory: "clean", swap: false, siblings: "spin" }),
  reclaim: reclaim({ pages: 1e6, processes: 7, run: 14, memory: "dirtyFile", everyNs: 50 }),
  migrate: migrate({ pages: 600, leftovers: 3, by: "kcompactd", calls: 2 }),
  gupFastHammer: gupFastHammer({ threads: 60, pages: 8, process: "other", range: "operation" }),
  unshare: unshare({ bytes: GiB(8), sharers: 3, operation: "mprotect", perGiB: true }),
  perfSampling: perfSampling({ hz: 99 }),
  isolatedObserver: isolatedObserver({ cpus: "48-63" }),
  membarrier: membarrier({ calls: 20, threads: 4, siblings: "spin" }),
  idle: idle({ forNs: 1_000_000 }),
  contextSwitchIdle: contextSwitchIdle({ threads: 192, idleNs: 1000 }),
  contextSwitchPingPong: contextSwitchPingPong({ pairs: 24, rounds: 7 }),
  kernelCompile: kernelCompile({ jobs: 144, processes: 14_000, movedShare: 0.02 }),
  together: together(collapse({ bytes: MiB(2) }), gupFastHammer({ threads: 2 })),
};

describe.for(Object.keys(every))("%s", (type) => {
  const workload = every[type]!;

  test("is frozen, through and through", () => {
    expect(workload.type).toBe(type);
    expect(() => Object.assign(workload, { type: "other" })).toThrow(TypeError);
    expect(() => Object.assign(workload.options, { bytes: 1 })).toThrow(TypeError);
  });

  test("a clone makes an equal one", () => {
    expect(reviveWorkload(workload)).toBe(workload);
    for (const clone of [structuredClone({ ...workload }), JSON.parse(JSON.stringify(workload))]) {
      const revived = reviveWorkload(clone);
      expect(revived).toBeInstanceOf(Workload);
      expect(revived).toEqual(workload);
      expect(canonicalJson(revived)).toBe(canonicalJson(workload));
      expect(String(revived)).toBe(String(workload));
    }
  });
});

test("workloads print their options, and their parts", () => {
  expect(String(collapse({ bytes: MiB(2) }))).toBe(
    "workload collapse({ bytes: 2097152, by: madvise, memory: anonymous, presentPages: 512, " +
      "bytesPerCall: 0, failBeforeFlush: 0, failAfterFlush: 0, mthpBytes: 0, scans: 1, " +
      "khugepagedCpus: 1, copyOnWriteFaults: 0, threads: 1, siblings: sleep, visitedCpus: 0, " +
      "settleNs: 350000000 })",
  );
  expect(String(every.together)).toBe(
    "workload together\n" +
      "  collapse({ bytes: 2097152, by: madvise, memory: anonymous, presentPages: 512, " +
      "bytesPerCall: 0, failBeforeFlush: 0, failAfterFlush: 0, mthpBytes: 0, scans: 1, " +
      "khugepagedCpus: 1, copyOnWriteFaults: 0, threads: 1, siblings: sleep, visitedCpus: 0, " +
      "settleNs: 350000000 })\n" +
      "  gupFastHammer({ threads: 2, pages: 1, gapNs: 2000, calls: 0, process: same, range: own })",
  );
});

const table = { bytes: MiB(2) };
const page = { bytes: 4096 };

describe("options that are refused", () => {
  type Case = [string, () => unknown, Partial<ShootdownError>, string];
  const make = (factory: (options: never) => Workload, options: unknown) => () =>
    factory(options as never);
  const cases: Case[] = [
    [
      "collapse without a size",
      make(collapse, {}),
      { code: "SD003", field: "bytes" },
      "SD003: missing bytes (expected an integer 1…140737488355328)",
    ],
    [
      "collapse of half a table",
      make(collapse, { bytes: MiB(3) }),
      { code: "SD004", field: "bytes", value: 3_145_728 },
      "SD004: impossible bytes: 3145728: a collapse needs whole 2 MiB tables " +
        "(a multiple of 2097152)",
    ],
    [
      "collapse of nothing",
      make(collapse, { bytes: 0 }),
      { code: "SD001", field: "bytes", value: 0, expected: "1…140737488355328" },
      "SD001: invalid bytes: 0 (expected 1…140737488355328)",
    ],
    [
      "collapse by somebody else",
      make(collapse, { ...table, by: "khugepagd" }),
      { code: "SD002", field: "by", value: "khugepagd", nearest: "khugepaged" },
      'SD002: unknown by: "khugepagd" (expected madvise, khugepaged; did you mean "khugepaged"?)',
    ],
    [
      "collapse of other memory",
      make(collapse, { ...table, memory: "hugetlb" }),
      { code: "SD002", field: "memory", expected: "anonymous, shmem" },
      'SD002: unknown memory: "hugetlb" (expected anonymous, shmem)',
    ],
    [
      "more failures than tables",
      make(collapse, { bytes: MiB(8), failBeforeFlush: 3, failAfterFlush: 2 }),
      { code: "SD001", field: "failAfterFlush", value: 2, expected: "0…1" },
      "SD001: invalid failAfterFlush: 2 (expected 0…1)",
    ],
    [
      "a size that khugepaged does not have",
      make(collapse, { ...table, by: "khugepaged", mthpBytes: 5000 }),
      { code: "SD001", field: "mthpBytes", value: 5000 },
      "SD001: invalid mthpBytes: 5000 (expected 0 or one of 16384, 32768, 65536, 131072,",
    ],
    [
      "MADV_COLLAPSE to less than a huge page",
      make(collapse, { ...table, mthpBytes: 65_536 }),
      { code: "SD004", field: "mthpBytes" },
      "SD004: impossible mthpBytes: 65536: MADV_COLLAPSE only makes huge pages of a PMD",
    ],
    [
      "shmem below the size of a huge page",
      make(collapse, { ...table, by: "khugepaged", memory: "shmem", mthpBytes: 65_536 }),
      { code: "SD004", field: "mthpBytes" },
      "only anonymous memory has such attempts",
    ],
    [
      "shmem that fails late",
      make(collapse, { ...table, memory: "shmem", failAfterFlush: 1 }),
      { code: "SD004", field: "failAfterFlush" },
      "shmem pages are isolated before anything is flushed",
    ],
    [
      "shmem with holes",
      make(collapse, { ...table, memory: "shmem", presentPages: 1 }),
      { code: "SD004", field: "presentPages" },
      "holes of shmem memory are not modelled",
    ],
    [
      "scans of huge pages that are made once",
      make(collapse, { ...table, by: "khugepaged", scans: 2 }),
      { code: "SD004", field: "scans", value: 2 },
      "without mthpBytes a huge page is not tried again",
    ],
    [
      "calls of khugepaged",
      make(collapse, { ...table, by: "khugepaged", bytesPerCall: MiB(2) }),
      { code: "SD004", field: "bytesPerCall" },
      "khugepaged is not called",
    ],
    [
      "calls for half a table",
      make(collapse, { ...table, bytesPerCall: MiB(1) }),
      { code: "SD004", field: "bytes", value: 1_048_576 },
      "a collapse needs whole 2 MiB tables",
    ],
    [
      "unshare of half a gigabyte",
      make(unshare, { bytes: MiB(512) }),
      { code: "SD004", field: "bytes", value: 536_870_912 },
      "a shared table maps a whole gigabyte",
    ],
    [
      "unshare of what nobody shares",
      make(unshare, { bytes: GiB(1), sharers: 1 }),
      { code: "SD001", field: "sharers", value: 1 },
      "SD001: invalid sharers: 1 (expected 2…1000000)",
    ],
    [
      "unshare by another operation",
      make(unshare, { bytes: GiB(1), operation: "unmap" }),
      { code: "SD002", field: "operation", nearest: "munmap" },
      'did you mean "munmap"?',
    ],
    [
      "membarrier without a call",
      make(membarrier, { calls: 0 }),
      { code: "SD001", field: "calls", value: 0 },
      "SD001: invalid calls: 0 (expected 1…1000000)",
    ],
    [
      "no time to idle in",
      make(idle, { forNs: 0 }),
      { code: "SD001", field: "forNs", value: 0 },
      "SD001: invalid forNs: 0",
    ],
    [
      "a misspelt option",
      make(collapse, { ...table, thread: 2 }),
      { code: "SD002", field: "workload.collapse option", value: "thread", nearest: "threads" },
      'did you mean "threads"?',
    ],
    [
      "no options",
      make(collapse, undefined),
      { code: "SD003", field: "workload.collapse options" },
      "SD003: missing workload.collapse options (expected an object with bytes, by,",
    ],
    [
      "no threads",
      make(mprotect, { ...page, threads: 0 }),
      { code: "SD001", field: "threads", value: 0, expected: "1…4096" },
      "SD001: invalid threads: 0 (expected 1…4096)",
    ],
    [
      "half a thread",
      make(mprotect, { ...page, threads: 1.5 }),
      { code: "SD001", field: "threads", expected: "an integer 1…4096" },
      "SD001: invalid threads: 1.5 (expected an integer 1…4096)",
    ],
    [
      "siblings that do something else",
      make(mprotect, { ...page, siblings: "sleeping" }),
      { code: "SD002", field: "siblings", nearest: "sleep" },
      'unknown siblings: "sleeping" (expected sleep, spin, stale, idle; did you mean "sleep"?)',
    ],
    [
      "visited CPUs below zero",
      make(mprotect, { ...page, visitedCpus: -1 }),
      { code: "SD001", field: "visitedCpus", value: -1 },
      "SD001: invalid visitedCpus: -1 (expected 0…4095)",
    ],
    [
      "a size below a page",
      make(mprotect, { bytes: 100 }),
      { code: "SD001", field: "bytes", value: 100 },
      "SD001: invalid bytes: 100 (expected 4096…140737488355328)",
    ],
    [
      "a stride below a page",
      make(mprotect, { ...page, strideBytes: 512 }),
      { code: "SD001", field: "strideBytes", expected: "4096…1073741824" },
      "SD001: invalid strideBytes: 512 (expected 4096…1073741824)",
    ],
    [
      "no calls",
      make(munmap, { ...page, calls: 0 }),
      { code: "SD001", field: "calls", value: 0 },
      "SD001: invalid calls: 0 (expected 1…1000000)",
    ],
    [
      "ranges that overlap",
      make(munmap, { bytes: 8192, spacingBytes: 4096 }),
      { code: "SD001", field: "spacingBytes", value: 4096 },
      "SD001: invalid spacingBytes: 4096 (expected 8192…281474976710656)",
    ],
    [
      "ranges that overlap the neighbours kept between them",
      make(munmap, { bytes: 8192, spacingBytes: 8192, keepNeighbour: true }),
      { code: "SD001", field: "spacingBytes", value: 8192 },
      "SD001: invalid spacingBytes: 8192 (expected 12288…281474976710656)",
    ],
    [
      "ranges beyond the address space",
      make(munmap, { bytes: GiB(64), calls: 2049, spacingBytes: GiB(64) }),
      { code: "SD005", field: "munmap" },
      'SD005: munmap does not fit: "140806207832064 bytes of addresses" ' +
        "(expected at most 140737488355328 bytes)",
    ],
    [
      "a switch that is no boolean",
      make(munmap, { ...page, keepNeighbour: 1 }),
      { code: "SD001", field: "keepNeighbour", value: 1, expected: "true or false" },
      "SD001: invalid keepNeighbour: 1 (expected true or false)",
    ],
    [
      "more samples than perf allows",
      make(perfSampling, { hz: 100_001 }),
      { code: "SD001", field: "hz", value: 100_001 },
      "SD001: invalid hz: 100001 (expected 1…100000)",
    ],
    [
      "observers that are no CPUs",
      make(isolatedObserver, { cpus: [-1] }),
      { code: "SD001", field: "cpus" },
      "SD001: invalid cpus: [-1] (expected CPU numbers or a CPU list such as 48-63)",
    ],
    [
      "observers on no list",
      make(isolatedObserver, { cpus: "the last" }),
      { code: "SD006", field: "CPU list" },
      'SD006: malformed CPU list: "the last" (expected a CPU list such as 0-3,8 or 0-31:1/2)',
    ],
    [
      "pageout of nothing",
      make(pageout, { pages: 0 }),
      { code: "SD001", field: "pages", value: 0 },
      "SD001: invalid pages: 0 (expected 1…34359738368)",
    ],
    [
      "pageout from beyond the first table",
      make(pageout, { pages: 1, firstPage: 512 }),
      { code: "SD001", field: "firstPage", value: 512 },
      "SD001: invalid firstPage: 512 (expected 0…511)",
    ],
    [
      "pageout of other memory",
      make(pageout, { pages: 1, memory: "dirtyfile" }),
      { code: "SD002", field: "memory", nearest: "dirtyFile" },
      'unknown memory: "dirtyfile" (expected dirty, clean, file, dirtyFile; ' +
        'did you mean "dirtyFile"?)',
    ],
    [
      "reclaim of no process",
      make(reclaim, { pages: 1, processes: 0 }),
      { code: "SD001", field: "processes", value: 0 },
      "SD001: invalid processes: 0 (expected 1…4095)",
    ],
    [
      "migration that leaves more pages than it has",
      make(migrate, { pages: 4, leftovers: 5 }),
      { code: "SD001", field: "leftovers", value: 5 },
      "SD001: invalid leftovers: 5 (expected 0…4)",
    ],
    [
      "leftovers that nobody waits for",
      make(migrate, { pages: 4, leftovers: 1, mode: "async" }),
      { code: "SD004", field: "leftovers", value: 1 },
      "SD004: impossible leftovers: 1: the asynchronous mode does not wait for any page",
    ],
    [
      "a hammer without threads",
      make(gupFastHammer, {}),
      { code: "SD003", field: "threads" },
      "SD003: missing threads (expected an integer 1…4096)",
    ],
    [
      "a hammer of another process than there is",
      make(gupFastHammer, { threads: 1, process: "otter" }),
      { code: "SD002", field: "process", nearest: "other" },
      'unknown process: "otter" (expected same, other; did you mean "other"?)',
    ],
    [
      "a hammer on another range",
      make(gupFastHammer, { threads: 1, range: "all" }),
      { code: "SD002", field: "range", value: "all" },
      'SD002: unknown range: "all" (expected own, operation)',
    ],
    [
      "one workload together",
      () => together(collapse(table)),
      { code: "SD001", field: "together", expected: "at least two workloads" },
      'SD001: invalid together: "1 workloads" (expected at least two workloads)',
    ],
    [
      "together within together",
      () => together(every.together!, collapse(table)),
      { code: "SD001", field: "together" },
      "(expected workloads made by sd.workload.…(), not nested)",
    ],
    [
      "together with something else",
      () => together(collapse(table), undefined as never),
      { code: "SD001", field: "together", value: undefined },
      "SD001: invalid together: undefined (expected workloads made by",
    ],
  ];

  test.for(cases)("%s", ([, build, fields, message]) => {
    const error = errorOf(build);
    expect({ ...error }).toMatchObject(fields);
    expect(error.message).toContain(message);
  });
});

describe("data that is no workload", () => {
  const revive = (value: unknown) => () => reviveWorkload(value);

  test.for<[string, unknown, Partial<ShootdownError>, string]>([
    [
      "a name",
      "collapse",
      { code: "SD001", field: "workload" },
      'SD001: invalid workload: "collapse" (expected a workload made by sd.workload.…())',
    ],
    ["data of no kind", {}, { code: "SD001" }, "SD001: invalid workload: {}"],
    [
      "another kind of value",
      { kind: "linux", type: "collapse", options: {} },
      { code: "SD002", field: "kind", value: "linux", expected: "workload" },
      'SD002: unknown kind: "linux" (expected workload)',
    ],
    [
      "an unknown type",
      { kind: "workload", type: "unmap", options: {} },
      { code: "SD002", field: "workload", value: "unmap", nearest: "munmap" },
      'did you mean "munmap"?',
    ],
    [
      "a type of Object",
      { kind: "workload", type: "valueOf", options: {} },
      { code: "SD002", value: "valueOf" },
      'SD002: unknown workload: "valueOf"',
    ],
    [
      "no options",
      { kind: "workload", type: "collapse" },
      { code: "SD003", field: "bytes" },
      "SD003: missing bytes",
    ],
    [
      "another key",
      { kind: "workload", type: "collapse", options: table, seed: 1 },
      { code: "SD002", field: "workload option", value: "seed" },
      'SD002: unknown workload option: "seed" (expected kind, type, options)',
    ],
    [
      "a composition without parts",
      { kind: "workload", type: "together", options: {} },
      { code: "SD001", field: "together" },
      "SD001: invalid together: undefined (expected a list of workloads)",
    ],
    [
      "a composition of something else",
      { kind: "workload", type: "together", options: { parts: [1, 2] } },
      { code: "SD001", field: "workload", value: 1 },
      "SD001: invalid workload: 1",
    ],
  ])("%s", ([, value, fields, message]) => {
    const error = errorOf(revive(value));
    expect({ ...error }).toMatchObject(fields);
    expect(error.message).toContain(message);
  });
});
