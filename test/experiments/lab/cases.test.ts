/** Every case of the lab: the options that its parameters become, and what is named otherwise. */
import { describe, expect, test } from "vitest";
import { caseOf } from "../labRuns.ts";

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

/** How threads are told of: count, what the siblings do, pause before the first snapshot. */
function threads(count: number, siblings: "spin" | "sleep", settleMs = 350): object {
  return { threads: count, siblings, visitedCpus: 0, settleNs: settleMs * 1e6 };
}

const COLLAPSE = {
  ...{ by: "madvise", memory: "anonymous", presentPages: 512, bytesPerCall: 0 },
  ...{ failBeforeFlush: 0, failAfterFlush: 0, mthpBytes: 0, scans: 1 },
  ...{ khugepagedCpus: 1, copyOnWriteFaults: 0 },
};
const MUNMAP = { memory: "anonymous", tableBatchFails: false, reschedules: 0, everyNs: 0 };

interface Known {
  readonly name: string;
  readonly params: string;
  readonly type: string;
  readonly options: object;
  readonly open?: RegExp;
}

const KNOWN: readonly Known[] = [
  {
    name: "collapse",
    params: "mb=32 chunk_mb=2 T=4 st=sleep",
    type: "collapse",
    options: { ...COLLAPSE, ...threads(4, "sleep"), bytes: 32 * MiB, bytesPerCall: 2 * MiB },
  },
  {
    name: "collapse",
    params: "mb=64 driver=khugepaged kind=shmem T=4 st=spin mspin=1 kpin=7 reps=2",
    type: "collapse",
    options: {
      ...{ ...COLLAPSE, ...threads(4, "spin"), bytes: 64 * MiB },
      ...{ by: "khugepaged", memory: "shmem", copyOnWriteFaults: 1 },
    },
    open: /^khugepaged/,
  },
  {
    name: "munmap",
    params: "n=3 kb=8192 stride_kb=2048 spgb=4 keep=1 poke=1 T=4 st=sleep settle2=1500",
    type: "munmap",
    options: {
      ...{ ...MUNMAP, ...threads(4, "sleep", 1800), calls: 3, bytes: 8 * MiB },
      ...{ strideBytes: 2 * MiB, spacingBytes: 4 * GiB },
      ...{ keepNeighbour: true, wakeSiblings: true },
    },
  },
  {
    name: "mprotect",
    params: "n=20 pages=33 dir=rw T=4 st=spin",
    type: "mprotect",
    options: {
      ...{ ...threads(4, "spin"), calls: 20, bytes: 132 * KiB, strideBytes: 4 * KiB, everyNs: 0 },
    },
  },
  {
    name: "dontneed",
    params: "n=4 kb=2052 T=4 st=sleep",
    type: "dontneed",
    options: {
      ...{ ...threads(4, "sleep"), calls: 4, bytes: 2052 * KiB, strideBytes: 4 * KiB, everyNs: 0 },
    },
  },
  {
    name: "madvfree",
    params: "n=20 pages=16 T=2",
    type: "madviseFree",
    options: {
      ...{ ...threads(2, "spin"), calls: 20, bytes: 64 * KiB, strideBytes: 4 * KiB, everyNs: 0 },
    },
  },
  {
    name: "cold",
    params: "n=20 pages=16 T=2",
    type: "madviseCold",
    options: {
      ...{ ...threads(2, "spin"), calls: 20, bytes: 64 * KiB, strideBytes: 4 * KiB, everyNs: 0 },
    },
  },
  {
    name: "mremap",
    params: "n=10 kb=16384 off=1 dstoff=2 keep=1 T=4 st=spin",
    type: "mremap",
    options: {
      ...{ ...threads(4, "spin"), calls: 10, bytes: 16 * MiB, strideBytes: 4 * KiB, everyNs: 0 },
      ...{ spacingBytes: 22 * MiB, keepNeighbour: true },
      ...{ sourceOffsetBytes: 4 * KiB, targetOffsetBytes: 8 * KiB },
    },
  },
  {
    name: "fork",
    params: "phase=cow pages=128 n=3 T=4 st=sleep",
    type: "fork",
    options: {
      ...{ ...threads(4, "sleep", 300), phase: "copyOnWrite", pages: 128, children: 3 },
      pagesWritten: 0,
    },
  },
  {
    name: "exit",
    params: "T=N st=sleep how=kill mb=128",
    type: "exit",
    options: { ...threads(8, "sleep", 400), bytes: 128 * MiB, how: "kill" },
    open: /^exit/,
  },
  {
    name: "hugeshare",
    params: "gb=4 op=splitunmap procs=3 share=0 T=4 st=spin",
    type: "unshare",
    options: {
      ...{ ...threads(4, "spin"), bytes: 4 * GiB, sharers: 3, operation: "split" },
      ...{ perGiB: false, aligned: false },
    },
  },
  {
    name: "membarrier",
    params: "T=N n=5",
    type: "membarrier",
    options: { ...threads(8, "spin"), calls: 5 },
  },
  {
    name: "reclaim",
    params: "kind=clean pages=63 T=4 st=sleep",
    type: "pageout",
    options: {
      ...{ ...threads(4, "sleep"), pages: 63, calls: 1, memory: "clean", swap: true },
      ...{ firstPage: 0, everyNs: 0 },
    },
  },
  {
    name: "pageout",
    params: "n=4 pages=64 T=4 st=spin",
    type: "pageout",
    options: {
      ...{ ...threads(4, "spin"), pages: 64, calls: 4, memory: "dirty", swap: true },
      ...{ firstPage: 0, everyNs: 0 },
    },
  },
  {
    name: "idle",
    params: "ms=300 T=2",
    type: "idle",
    options: { ...threads(2, "sleep"), forNs: 300 * 1e6 },
  },
];

describe("options of a case", () => {
  test.each(KNOWN)("$name $params", ({ name, params, type, options, open }) => {
    const found = caseOf(name, params);
    if (found.scene === undefined) throw new Error(found.uncovered);
    expect(found.scene.workload.type).toBe(type);
    expect(found.scene.workload.options).toEqual(options);
    if (open === undefined) expect(found.openCal).toBeUndefined();
    else expect(found.openCal).toMatch(open);
  });
});

const CASES = [...new Set(KNOWN.map(({ name }) => name))];

test("all fourteen cases are here", () => {
  expect(CASES).toHaveLength(14);
});

describe("an unknown parameter is named", () => {
  test.each(CASES)("%s", (name) => {
    expect(caseOf(name, "n=1 colour=blue")).toEqual({
      uncovered: "parameter colour: not in this version",
    });
  });
});

/** Parameters that the lab's workload.c heeds in a case, where no rule does. */
const UNMODELLED: readonly (readonly [name: string, params: string])[] = [
  ...["mprotect", "cold", "madvfree", "dontneed", "mremap"].flatMap((name) =>
    ["gup=1", "kind=shmem", "poke=1"].map((params) => [name, params] as const),
  ),
  ...["mprotect", "cold", "madvfree", "pageout"].map((name) => [name, "off=1"] as const),
  ...["gup=1", "poke=1"].map((params) => ["pageout", params] as const),
];

describe("a parameter that is known, but not in this case, is named with the case", () => {
  test.each(UNMODELLED)("%s %s", (name, params) => {
    const [parameter] = params.split("=");
    expect(caseOf(name, params)).toEqual({
      uncovered: `parameter ${parameter} of ${name}: not in this version`,
    });
    expect(caseOf(name, `${parameter}=${parameter === "kind" ? "anon" : 0}`).scene).toBeDefined();
  });
});

test("values without a rule are named", () => {
  expect(caseOf("fork", "phase=vfork")).toEqual({
    uncovered: "fork, phase vfork: not in this version",
  });
  expect(caseOf("hugeshare", "op=mremap").scene).toBeUndefined();
  expect(caseOf("reclaim", "kind=hugetlb").scene).toBeUndefined();
});
