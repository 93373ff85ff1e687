import { checkBoolean, checkInteger, checkKeys, checkOneOf } from "../base/check.ts";
import { tooLarge } from "../base/messages.ts";
import { GiB } from "../base/units.ts";
import { switchToIdle, switchToUser } from "../mm/contextSwitch.ts";
import { munmap as munmapPath } from "../mm/munmap.ts";
import type { Range } from "../mm/pageTables.ts";
import {
  freedTables,
  PAGE_BYTES,
  presentPages,
  TABLE_BYTES,
  USER_BYTES,
} from "../mm/pageTables.ts";
import type { Builder } from "../steps/builder.ts";
import { program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { Task } from "../steps/task.ts";
import type { PlanContext, WorkloadPlan } from "./plan.ts";
import type { ProcessOptions } from "./process.ts";
import { completeProcess, PROCESS_KEYS, planProcess, processCpus } from "./process.ts";
import { Workload } from "./workload.ts";

/** Options of {@link munmap}. */
export interface MunmapWorkloadOptions extends ProcessOptions {
  /** Size of each range, bytes. */
  bytes: number;
  /** Calls; each unmaps a range of its own. Default 1. */
  calls?: number;
  /** Distance of the present pages within a range, bytes. Default 4096: every page. */
  strideBytes?: number;
  /** Distance of the ranges, bytes. Default: each range and two empty tables behind it. */
  spacingBytes?: number;
  /**
   * The page behind each range stays mapped, and with it the table it lies in: the last one of the
   * range, unless the range fills that to the end.
   */
  keepNeighbour?: boolean;
  /** `shmem`: the pages are shared and dirty. Default `anonymous`. */
  memory?: "anonymous" | "shmem";
  /** Wake every sleeping sibling, and let it sleep again, after each call. Default false. */
  wakeSiblings?: boolean;
  /** ns between the calls. Default 0. */
  everyNs?: number;
  /**
   * No page can be allocated to batch page tables: each is flushed and freed alone. No effect where
   * tables ride in the page batch (x86 before 6.14 on bare metal). Default false.
   */
  tableBatchFails?: boolean;
}

const KEYS = [
  "bytes",
  "calls",
  "strideBytes",
  "spacingBytes",
  "keepNeighbour",
  "memory",
  "wakeSiblings",
  "everyNs",
  "tableBatchFails",
  ...PROCESS_KEYS,
];

/**
 * Ranges are unmapped one call after the other (mm/mmap.c, mm/mmu_gather.c). Throws SD001–SD003 for
 * wrong options, SD005 when the ranges together exceed the address space.
 */
export function munmap(options: MunmapWorkloadOptions): Workload {
  checkKeys("workload.munmap", options, KEYS);
  const { bytes, calls = 1, strideBytes = PAGE_BYTES, keepNeighbour = false } = options;
  const { memory = "anonymous", wakeSiblings = false, everyNs = 0 } = options;
  const { tableBatchFails = false } = options;
  checkInteger("bytes", bytes, PAGE_BYTES, USER_BYTES);
  checkInteger("calls", calls, 1, 1e6);
  const leastSpacing = checkBoolean("keepNeighbour", keepNeighbour) ? bytes + PAGE_BYTES : bytes;
  const { spacingBytes = (Math.ceil(bytes / TABLE_BYTES) + 2) * TABLE_BYTES } = options;
  checkInteger("spacingBytes", spacingBytes, leastSpacing, 2 * USER_BYTES);
  const extent = (calls - 1) * spacingBytes + leastSpacing;
  if (extent > USER_BYTES) {
    throw tooLarge("munmap", `${extent} bytes of addresses`, `at most ${USER_BYTES} bytes`);
  }
  return new Workload("munmap", {
    bytes,
    calls,
    strideBytes: checkInteger("strideBytes", strideBytes, PAGE_BYTES, GiB(1)),
    spacingBytes,
    keepNeighbour,
    memory: checkOneOf("memory", memory, ["anonymous", "shmem"]),
    wakeSiblings: checkBoolean("wakeSiblings", wakeSiblings),
    everyNs: checkInteger("everyNs", everyNs, 0, 1e12),
    tableBatchFails: checkBoolean("tableBatchFails", tableBatchFails),
    ...completeProcess(options),
  });
}

/** Tasks of the workload on a machine. */
export function planMunmap(workload: Workload, context: PlanContext): WorkloadPlan {
  const process = completeProcess(workload.options as ProcessOptions);
  const cpus = processCpus(process);
  if (cpus > context.availableCpus) {
    throw tooLarge("munmap", `${cpus} CPUs`, `at most ${context.availableCpus} CPUs`);
  }
  const { env, firstCpu, firstMm } = context;
  const { setup, busyCpus } = planProcess(process, context);
  const siblings = Array.from({ length: process.threads - 1 }, (_, i) => firstCpu + 1 + i);
  const wakes = workload.flag("wakeSiblings") && process.siblings === "sleep" ? siblings : [];
  const one = munmapPath(env, {
    dirtyShared: workload.text("memory") === "shmem",
    pagesPerTable: Math.max(1, Math.floor(TABLE_BYTES / workload.number("strideBytes"))),
    tableBatchFails: workload.flag("tableBatchFails"),
  });
  return {
    cpus,
    mms: 2,
    tables: 0,
    setup: wakes.length === 0 ? [setup] : [setup, wakes.map((cpu) => sleeper(cpu, context))],
    operation: [
      { cpu: firstCpu, program: callByCall(one, callsOf(workload), wakes), args: { mm: firstMm } },
    ],
    background: [],
    busyCpus,
    startNs: process.settleNs,
  };
}

/** Calls with equal arguments, in order. */
interface CallGroup {
  readonly pages: number;
  readonly tables: number;
  readonly range: number;
  readonly everyNs: number;
  count: number;
}

/** What each call frees depends on the ranges that are still mapped behind it. */
function callsOf(workload: Workload): CallGroup[] {
  const ranges = rangesOf(workload);
  const keep = workload.flag("keepNeighbour");
  const groups: CallGroup[] = [];
  ranges.forEach((range, i) => {
    const following = ranges.slice(i + 1, i + 2);
    const neighbours = keep ? ranges.slice(Math.max(0, i - 1), i + 1).map(neighbourOf) : [];
    const freed = freedTables(range, [...neighbours, ...following]);
    const span = Math.ceil(range.bytes / PAGE_BYTES);
    const call = {
      pages: presentPages(range),
      tables: freed.total,
      range: freed.upper > 0 ? -1 : span,
      everyNs: workload.number("everyNs"),
    };
    const last = groups.at(-1);
    if (last !== undefined && last.tables === call.tables && last.range === call.range) {
      last.count++;
    } else groups.push({ ...call, count: 1 });
  });
  return groups;
}

function rangesOf(workload: Workload): Range[] {
  const [bytes, strideBytes] = [workload.number("bytes"), workload.number("strideBytes")];
  return Array.from({ length: workload.number("calls") }, (_, i) => ({
    start: i * workload.number("spacingBytes"),
    bytes,
    strideBytes,
  }));
}

function neighbourOf(range: Range): Range {
  return { start: range.start + range.bytes, bytes: PAGE_BYTES, strideBytes: PAGE_BYTES };
}

function callByCall(one: Program, groups: CallGroup[], wakes: readonly number[]): Program {
  const source = "mm/mmap.c __vm_munmap()";
  return program("munmap_calls", { params: ["mm"], source }, (k) => {
    for (const group of groups) {
      k.set("calls_left", group.count);
      k.while("calls_left", ">", 0, () => {
        const { pages, tables, range } = group;
        k.include(one, { mm: "mm", pages, tables, range });
        for (const cpu of wakes) wakeAndAwait(k, cpu);
        if (group.everyNs > 0) k.pause({ kind: "fixed", ns: group.everyNs });
        k.compute("calls_left", "calls_left", "-", 1);
      });
    }
  });
}

function wakeAndAwait(k: Builder, cpu: number): void {
  k.wake(cpu);
  k.awaitSleep(cpu);
}

/** A thread that sleeps, runs briefly when woken, and sleeps again. */
function sleeper(cpu: number, context: PlanContext): Task {
  const { env, firstMm } = context;
  const source = "kernel/futex/waitwake.c futex_wait()";
  const sleeping = program("futex_wait", { params: ["mm"], source }, (k) => {
    k.forever(() => {
      k.sleep();
      k.include(switchToUser(env), { next: "mm" });
      k.work("syscall");
      k.include(switchToIdle(env));
    });
  });
  return { cpu, program: sleeping, args: { mm: firstMm } };
}
