import { expect, test } from "vitest";
import type { Scene } from "../../../lib/experiments/scene.ts";
import type { WorkloadData } from "../../../lib/workloads/workload.ts";
import { caseOf } from "../labRuns.ts";

function sceneOf(caseName: string, params: string, boot?: string): Required<Scene> {
  const found = caseOf(caseName, params, boot);
  if (found.scene === undefined) throw new Error(found.uncovered);
  return found.scene;
}

function optionsOf(caseName: string, params: string, boot?: string): object {
  return sceneOf(caseName, params, boot).workload.options;
}

/** Why the row CAL of a covered run is open. */
function openCal(caseName: string, params: string, boot?: string): string | undefined {
  const found = caseOf(caseName, params, boot);
  return found.scene === undefined ? undefined : found.openCal;
}

function uncovered(caseName: string, params: string, boot?: string): string | undefined {
  const found = caseOf(caseName, params, boot);
  return found.scene === undefined ? found.uncovered : undefined;
}

test("a boot name gives machine and Linux", () => {
  const plain = sceneOf("munmap", "", "x86-6.1-64-scale");
  expect(plain.machine.cpus).toBe(64);
  expect(plain.machine.idle).toBe("halt");
  expect(plain.linux.release).toBe("6.1");
  expect(plain.linux.preemptRt).toBe(false);
  expect(plain.linux.tableSync.name).toBe("broadcast");
  expect(plain.backend.name).toBe("native");
  expect(sceneOf("munmap", "", "x86-7.2-8-main-idlepoll").machine.idle).toBe("polling");
  expect(sceneOf("munmap", "", "x86-6.12rt-8-main").linux.preemptRt).toBe(true);
});

test("a boot of the changed 7.3 runs the policy it was given", () => {
  const policies = ["p0", "p1", "p2", "p3"].map(
    (policy) => sceneOf("munmap", "", `x86-7.3${policy}-8-policy`).linux.tableSync,
  );
  const names = policies.map(({ name }) => name);
  expect(names).toEqual(["broadcast", "skipIfFlushSentIpis", "targeted", "rcu"]);
  const tellsLazy = policies.map(({ unshareReachesLazy = false }) => unshareReachesLazy);
  expect(tellsLazy).toEqual([false, true, true, true]);
});

test("parameters left out are those of the lab's workload", () => {
  const process = { threads: 1, siblings: "spin", visitedCpus: 0, settleNs: 350_000_000 };
  expect(optionsOf("collapse", "")).toEqual({
    ...process,
    bytes: 64 * 2 ** 20,
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
  });
  const calls = { bytes: 2 * 2 ** 20, calls: 10, strideBytes: 4096 };
  expect(optionsOf("mprotect", "")).toEqual({ ...process, ...calls, everyNs: 0 });
  expect(optionsOf("munmap", "")).toEqual({
    ...process,
    ...calls,
    spacingBytes: 6 * 2 ** 20,
    keepNeighbour: false,
    memory: "anonymous",
    wakeSiblings: false,
    tableBatchFails: false,
    reschedules: 0,
    everyNs: 0,
  });
  for (const name of ["dontneed", "madvfree", "cold"]) {
    expect(optionsOf(name, "")).toEqual({ ...process, ...calls, everyNs: 0 });
  }
  expect(optionsOf("mremap", "")).toMatchObject({ ...calls, spacingBytes: 6 * 2 ** 20 });
  expect(optionsOf("fork", "T=1")).toMatchObject({ phase: "fork", pages: 64, children: 5 });
  expect(optionsOf("exit", "")).toMatchObject({ bytes: 4 * 2 ** 20, how: "exit" });
});

test("the cases of c_range are workloads of their own", () => {
  const types = ["dontneed", "madvfree", "cold", "mremap"].map(
    (name) => sceneOf(name, "n=3 pages=16 T=4 st=sleep").workload.type,
  );
  expect(types).toEqual(["dontneed", "madviseFree", "madviseCold", "mremap"]);
});

test("offsets of mremap are pages, and move the ranges apart", () => {
  const options = optionsOf("mremap", "n=10 kb=16384 off=1 dstoff=3");
  expect(options).toMatchObject({ sourceOffsetBytes: 4096, targetOffsetBytes: 3 * 4096 });
  expect(options).toMatchObject({ spacingBytes: 22 * 2 ** 20 });
  expect(optionsOf("mremap", "spgb=4")).toMatchObject({ spacingBytes: 2 ** 32 });
  expect(uncovered("munmap", "off=1")).toBe("munmap of ranges that begin inside a table");
  expect(uncovered("dontneed", "off=1")).toMatch(/begin inside a table/);
  const dirty = "n=4 kb=8192 kind=shmem T=4 st=spin";
  expect(uncovered("munmap", dirty, "x86-6.1-4-main")).toMatch(/^dirty shared pages, no CPU idle/);
  expect(uncovered("munmap", dirty, "x86-6.1-8-main")).toBeUndefined();
  expect(uncovered("munmap", dirty.replace("spin", "sleep"), "x86-6.1-4-main")).toBeUndefined();
  expect(uncovered("munmap", dirty, "host-6.18-2-nice")).toMatch(/^dirty shared pages/);
  expect(uncovered("munmap", dirty, "host-6.18-2-fifo")).toBeUndefined();
});

test("fork: every phase, but not how many pages a parent beside running threads writes", () => {
  const phases = ["fork", "cow", "reuse", "forkexit"].map(
    (phase) => sceneOf("fork", `phase=${phase} T=4 st=sleep`).workload.options.phase,
  );
  expect(phases).toEqual(["fork", "copyOnWrite", "reuse", "forkAndExit"]);
  expect(uncovered("fork", "phase=fork n=10 T=4 st=spin")).toMatch(/is no parameter/);
  expect(uncovered("fork", "phase=cow T=4 st=spin")).toBeUndefined();
  expect(optionsOf("fork", "phase=fork n=10 T=1 st=spin")).toMatchObject({ children: 10 });
});

test("exit and fork with exit leave CAL open: RCU wakes its thread, except where CPUs poll", () => {
  expect(openCal("exit", "T=4 st=sleep")).toMatch(/through RCU/);
  expect(openCal("exit", "T=4 st=sleep", "x86-7.2-8-main-idlepoll")).toBeUndefined();
  expect(openCal("fork", "phase=forkexit T=1")).toMatch(/through RCU/);
  expect(openCal("fork", "phase=cow T=1")).toBeUndefined();
  expect(optionsOf("exit", "T=4 st=spin how=kill mb=128")).toMatchObject({
    how: "kill",
    bytes: 128 * 2 ** 20,
    settleNs: 400_000_000,
  });
});

test("N, N/2 and N-1 stand for the CPUs of the machine", () => {
  expect(optionsOf("munmap", "T=N")).toMatchObject({ threads: 8 });
  expect(optionsOf("munmap", "T=N/2")).toMatchObject({ threads: 4 });
  expect(optionsOf("munmap", "mig=N-1")).toMatchObject({ threads: 1, visitedCpus: 7 });
  expect(optionsOf("munmap", "T=N/2", "x86-6.1-128-big")).toMatchObject({ threads: 64 });
});

test("helpers never outnumber the other CPUs", () => {
  expect(optionsOf("munmap", "T=64")).toMatchObject({ threads: 8 });
  expect(optionsOf("munmap", "T=0")).toMatchObject({ threads: 1 });
  const { parts } = optionsOf("munmap", "gup=9") as { parts: WorkloadData[] };
  expect(parts[1]?.options).toMatchObject({ threads: 7 });
});

test("a walk over the CPUs ends where it began, and leaves the helpers' CPUs to them", () => {
  expect(optionsOf("munmap", "mig=3")).toMatchObject({ threads: 1, visitedCpus: 3 });
  expect(optionsOf("munmap", "mig=20")).toMatchObject({ threads: 1, visitedCpus: 7 });
  expect(optionsOf("munmap", "T=4 mig=5")).toMatchObject({ threads: 4, visitedCpus: 2 });
  expect(optionsOf("munmap", "T=4 mig=2")).toMatchObject({ threads: 4, visitedCpus: 0 });
});

test("sizes, strides and pauses are those of the parameters", () => {
  expect(optionsOf("munmap", "pages=33")).toMatchObject({ bytes: 33 * 4096 });
  expect(optionsOf("munmap", "kb=8192 kind=shmem")).toMatchObject({
    bytes: 8 * 2 ** 20,
    memory: "shmem",
  });
  expect(optionsOf("munmap", "n=2 kb=2097152 stride_kb=2048 spgb=4")).toMatchObject({
    bytes: 2 ** 31,
    calls: 2,
    strideBytes: 2 ** 21,
    spacingBytes: 2 ** 32,
  });
  expect(optionsOf("munmap", "settle2=1500")).toMatchObject({ settleNs: 1_800_000_000 });
  expect(optionsOf("munmap", "keep=1")).toMatchObject({ keepNeighbour: true });
  expect(optionsOf("munmap", "poke=1 st=sleep")).toMatchObject({ wakeSiblings: true });
});

test("GUP-fast threads beside munmap walk 16 pages a call", () => {
  const { parts } = optionsOf("munmap", "n=20 pages=1 gup=3") as { parts: WorkloadData[] };
  expect(parts.map(({ type }) => type)).toEqual(["munmap", "gupFastHammer"]);
  expect(parts[0]?.options).toMatchObject({ threads: 1, calls: 20 });
  expect(parts[1]?.options).toMatchObject({ threads: 3, pages: 16, process: "same" });
});

test("on a shared host a CPU left behind is stale, not lazy", () => {
  const host = "host-6.18-2-fifo";
  expect(optionsOf("munmap", "T=2 st=sleep", host)).toMatchObject({
    threads: 2,
    siblings: "stale",
  });
  const visited = { threads: 2, siblings: "stale", visitedCpus: 0 };
  expect(optionsOf("munmap", "T=1 mig=1", host)).toMatchObject(visited);
  expect(optionsOf("munmap", "T=2 st=spin", host)).toMatchObject({ threads: 2, siblings: "spin" });
});

test("khugepaged is covered on a CPU of its own beside threads that run", () => {
  const params = "driver=khugepaged T=4 st=spin mspin=1 kpin=7";
  expect(optionsOf("collapse", params)).toMatchObject({ by: "khugepaged", copyOnWriteFaults: 1 });
  expect(uncovered("collapse", "driver=khugepaged T=4 st=spin")).toBe(
    "khugepaged runs on any CPU, and the main thread wakes every 50 ms of emulated time",
  );
  expect(uncovered("collapse", "driver=khugepaged T=4 st=spin mspin=1 kpin=2")).toBe(
    "khugepaged shares its CPU with a thread of the process",
  );
});

test("what no rule covers is named", () => {
  expect(uncovered("teleport", "n=10")).toBe("case teleport: not in this version");
  expect(uncovered("munmap", "cpu0=3 n=1")).toBe("parameter cpu0: not in this version");
  expect(uncovered("munmap", "n=1", "x86-6.6-8-main")).toBe("release 6.6: not in this version");
});

test("collapses that GUP-fast prevents are those that the calls did not report", () => {
  const beside = (params: string, ops?: number, boot?: string) => {
    const found = caseOf("collapse", params, boot, ops);
    return found.scene === undefined ? found.uncovered : found.scene.workload.options;
  };
  const spin = (threads: number) => ({ threads, siblings: "spin" });
  expect(beside("mb=32 gup=1", 16)).toMatchObject({ ...spin(2), failBeforeFlush: 0 });
  expect(beside("mb=32 gup=3", 12)).toMatchObject({ ...spin(4), failBeforeFlush: 4 });
  expect(beside("mb=32 T=4 st=spin", 12)).toMatchObject({ ...spin(4), failBeforeFlush: 0 });
  expect(beside("mb=32 gup=3")).toMatch(/is not in the file$/);
  expect(beside("mb=64 gup=1", 32, "host-6.18-2-fifo")).toMatch(/is not reported$/);
});

test("where no flush interrupts, khugepaged may run on any CPU", () => {
  const params = "driver=khugepaged T=1";
  expect(optionsOf("collapse", params, "arm64-6.1-16-main")).toMatchObject({ by: "khugepaged" });
  expect(optionsOf("collapse", params, "ppc-7.2-8-main")).toMatchObject({ by: "khugepaged" });
  expect(uncovered("collapse", "driver=khugepaged T=4 st=spin", "ppc-7.2-4-main")).toBe(
    "khugepaged shares its CPU with the process",
  );
});

test("hugeshare: one thread unshares, helpers sleep unless told", () => {
  expect(optionsOf("hugeshare", "gb=4 op=munmap procs=3 T=4")).toMatchObject({
    bytes: 4 * 2 ** 30,
    sharers: 3,
    operation: "munmap",
    threads: 4,
    siblings: "sleep",
    aligned: true,
  });
  expect(optionsOf("hugeshare", "share=0 op=splitunmap")).toMatchObject({
    bytes: 2 ** 30,
    operation: "split",
    aligned: false,
  });
  expect(sceneOf("hugeshare", "procs=1").workload.type).toBe("munmap");
  expect(sceneOf("hugeshare", "op=mprotect", "ppc-7.2-8-main").workload.type).toBe("mprotect");
  expect(sceneOf("hugeshare", "op=dontneed", "ppc-7.2-8-main").workload.type).toBe("dontneed");
  expect(sceneOf("hugeshare", "op=exit", "ppc-7.2-8-main").workload.type).toBe("exit");
  expect(uncovered("hugeshare", "op=splitunmap", "ppc-7.2-8-main")).toBe(
    "hugetlb splitunmap of pages that are not shared: not in this version",
  );
  expect(uncovered("hugeshare", "op=mremap")).toBe("hugetlb mremap: not in this version");
});

test("membarrier and idle", () => {
  expect(optionsOf("membarrier", "")).toMatchObject({ threads: 2, siblings: "spin", calls: 20 });
  expect(optionsOf("idle", "ms=300")).toMatchObject({ threads: 1, forNs: 300_000_000 });
  expect(uncovered("idle", "ms=500", "host-6.18-2-fifo")).toBe(
    "idle: other processes run on the lab's own machine",
  );
});

test("rows that carry wake-ups for as long as something lasts are open, with the reason", () => {
  const open = (params: string, boot?: string) => openCal("collapse", params, boot);
  expect(open("mb=64 T=1")).toBeUndefined();
  expect(open("kind=shmem", "x86-6.1-8-main")).toBeUndefined();
  expect(open("kind=shmem", "x86-6.12-8-main")).toMatch(/^shmem collapse: tables go through RCU/);
  expect(open("driver=khugepaged mspin=1 kpin=7")).toMatch(/^khugepaged: the idle balancer/);
  expect(openCal("munmap", "kind=shmem")).toBeUndefined();
  expect(openCal("hugeshare", "op=munmap")).toBeUndefined();
  expect(openCal("hugeshare", "op=exit")).toMatch(/^exit: the lab's first snapshot/);
  const rcu = "x86-7.3p3-8-policy";
  expect(openCal("collapse", "mb=64 T=1", rcu)).toMatch(/^RCU: about two wake-ups/);
  expect(openCal("hugeshare", "op=munmap", rcu)).toMatch(/^RCU: about two wake-ups/);
  expect(openCal("hugeshare", "op=munmap procs=3", rcu)).toBeUndefined();
  expect(openCal("munmap", "n=10 pages=1", rcu)).toBeUndefined();
});
