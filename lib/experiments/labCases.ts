/**
 * The lab's runs as scenes: which machine, Linux and workload each stands for, from the name of the
 * boot and the parameters of the case alone. A run that no closed rule covers says why.
 */
import { native } from "../backends/backend.ts";
import { MiB, ms } from "../base/units.ts";
import { machines } from "../machine/presets.ts";
import { RELEASE_NAMES, releaseFeatures } from "../mm/release.ts";
import type { BootName } from "../observed/bootName.ts";
import type { LabRun } from "../observed/labRun.ts";
import type { Linux } from "../policies/linux.ts";
import { linux } from "../policies/linux.ts";
import type { Policy } from "../policies/policy.ts";
import { broadcast } from "../policies/tableSync/broadcast.ts";
import { skipIfFlushSentIpis } from "../policies/tableSync/skipIfFlushSentIpis.ts";
import { targeted } from "../policies/tableSync/targeted.ts";
import { collapse } from "../workloads/collapse.ts";
import { gupFastHammer } from "../workloads/gupFastHammer.ts";
import { mprotect } from "../workloads/mprotect.ts";
import { munmap } from "../workloads/munmap.ts";
import type { ProcessOptions, Siblings } from "../workloads/process.ts";
import { together } from "../workloads/together.ts";
import type { Workload } from "../workloads/workload.ts";
import type { Scene } from "./scene.ts";

/**
 * The scene of a run, or the reason why the rules do not cover it. `openCal` says why the CAL row
 * of a covered run also carries wake-ups that no rule counts.
 */
export type LabCase =
  | { readonly scene: Required<Scene>; readonly openCal: string | undefined }
  | { readonly scene?: undefined; readonly uncovered: string };

/** The lab's pauses before the first snapshot: 300 ms, then `settle2`, 50 ms without. */
const SETTLE_MS = 300;
const SETTLE2_MS = 50;
/** Pages per call of the lab's GUP-fast threads (vmsplice of 16 pages). */
const GUP_PAGES = 16;
const PAGE = 4096;
const TABLE = MiB(2);

const POLICIES: Readonly<Record<string, () => Policy>> = {
  broadcast,
  skip: skipIfFlushSentIpis,
  targeted,
};

/** What a run of the lab stands for. Uses its parameters only, never what was counted. */
export function labCase(run: LabRun, boot: BootName): LabCase {
  if (boot.arch !== "x86") return { uncovered: `architecture ${boot.arch}: not in this version` };
  if (!RELEASE_NAMES.includes(boot.release)) {
    return { uncovered: `release ${boot.release}: not in this version` };
  }
  const os = linuxOf(boot);
  if (os === undefined) return { uncovered: `policy ${boot.policy}: not in this version` };
  const workload = workloadOf(new LabParams(run, boot.native));
  if (typeof workload === "string") return { uncovered: workload };
  const machine = machines.qemu.withCpus(run.cpus).with({ idle: boot.idle });
  return {
    scene: { machine, linux: os, backend: native(), workload, seed: 1 },
    openCal: openCalOf(workload, os),
  };
}

/** Work whose scheduler wake-ups grow with time, which emulation stretches at will. */
function openCalOf(workload: Workload, os: Linux): string | undefined {
  if (workload.type !== "collapse") return undefined;
  if (workload.text("by") === "khugepaged") {
    return "khugepaged: the idle balancer is kicked for as long as the pass lasts";
  }
  const isShmem = workload.text("memory") === "shmem";
  if (isShmem && !releaseFeatures(os.release).fileCollapseSyncs) {
    return "shmem collapse: tables go through RCU, two wake-ups a grace period";
  }
  return undefined;
}

function linuxOf(boot: BootName): Linux | undefined {
  const policy = POLICIES[boot.policy ?? "broadcast"];
  if (policy === undefined) return undefined;
  return linux({ release: boot.release, preemptRt: boot.preemptRt, tableSync: policy() });
}

/** Parameters that change what is counted by the model's rules or not at all. */
const KNOWN = new Set([
  ...["T", "st", "min", "max", "reps", "trace", "tlines", "mb", "chunk_mb", "kind", "driver"],
  ...["kpin", "mspin", "n", "pages", "kb", "stride_kb", "spgb", "keep", "poke", "mig", "dir"],
  ...["settle2", "gup"],
]);

/** The parameters of a run, with the defaults of the lab's workload.c. */
class LabParams {
  readonly caseName: string;
  readonly unknown: string | undefined;
  private readonly cpus: number;
  private readonly isShared: boolean;
  private readonly params: Readonly<Record<string, string>>;

  constructor(run: LabRun, isShared: boolean) {
    this.isShared = isShared;
    this.caseName = run.caseName;
    this.cpus = run.cpus;
    this.params = run.params;
    this.unknown = Object.keys(run.params).find((name) => !KNOWN.has(name));
  }

  /** A number; `N`, `N/2` and `N-1` stand for the machine's CPUs. */
  number(name: string, otherwise: number): number {
    const text = this.params[name];
    switch (text) {
      case undefined:
        return otherwise;
      case "N":
        return this.cpus;
      case "N/2":
        return Math.floor(this.cpus / 2);
      case "N-1":
        return this.cpus - 1;
      default:
        return Number(text);
    }
  }

  text(name: string, otherwise: string): string {
    return this.params[name] ?? otherwise;
  }

  /** As many helpers as asked for; they never outnumber the other CPUs. */
  helpers(wanted: number): number {
    return Math.max(0, Math.min(wanted, this.cpus - 1));
  }

  /**
   * Threads, siblings and visited CPUs. A walk starts on the CPUs of the helpers and ends where it
   * began. On a shared host other processes run on every CPU while the lab settles: a CPU left
   * behind is stale, not lazy.
   */
  process(): Required<ProcessOptions> {
    const siblings = this.text("st", "spin") as Siblings;
    const helpers = this.helpers(this.number("T", 1) - 1);
    const threads = 1 + helpers;
    const visited = Math.max(0, this.helpers(this.number("mig", 0)) - helpers);
    const left = this.isShared && (siblings === "sleep" || visited > 0);
    return {
      threads: left ? threads + visited : threads,
      siblings: left ? "stale" : siblings,
      visitedCpus: left ? 0 : visited,
      settleNs: ms(SETTLE_MS + this.number("settle2", SETTLE2_MS)),
    };
  }
}

const CASES = ["collapse", "munmap", "mprotect"];

function workloadOf(params: LabParams): Workload | string {
  if (!CASES.includes(params.caseName)) return `case ${params.caseName}: not in this version`;
  if (params.unknown !== undefined) return `parameter ${params.unknown}: not in this version`;
  switch (params.caseName) {
    case "collapse":
      return collapseOf(params);
    case "munmap":
      return munmapOf(params);
    default:
      return mprotectOf(params);
  }
}

function collapseOf(params: LabParams): Workload | string {
  if (params.number("gup", 0) > 0) {
    return "GUP-fast holds references to the pages: how many collapses fail is not a parameter";
  }
  const process = params.process();
  const common = {
    ...process,
    bytes: MiB(params.number("mb", 64)),
    memory: params.text("kind", "anon") === "shmem" ? ("shmem" as const) : ("anonymous" as const),
  };
  if (params.text("driver", "madvise") === "madvise") return collapse(common);
  const cpu = params.number("kpin", -1);
  if (cpu < 0) return "khugepaged runs on any CPU, and the main thread sleeps and wakes";
  if (cpu < process.threads) return "khugepaged shares its CPU with a thread of the process";
  // The lab's main thread polls smaps through stdio: its first write breaks one page that it shares
  // with the supervisor since fork (workload.c c_collapse; one minor fault in every such run).
  return collapse({ ...common, by: "khugepaged", copyOnWriteFaults: 1 });
}

function munmapOf(params: LabParams): Workload {
  const bytes = params.number("pages", 0) * PAGE || params.number("kb", 2048) * 1024;
  const spgb = params.number("spgb", 0);
  const gup = params.helpers(params.number("gup", 0));
  const unmap = munmap({
    ...params.process(),
    bytes,
    calls: params.number("n", 10),
    strideBytes: params.number("stride_kb", PAGE / 1024) * 1024,
    spacingBytes: spgb > 0 ? spgb * 2 ** 30 : Math.ceil(bytes / TABLE) * TABLE + 2 * TABLE,
    keepNeighbour: params.number("keep", 0) > 0,
    memory: params.text("kind", "anon") === "shmem" ? "shmem" : "anonymous",
    wakeSiblings: params.number("poke", 0) > 0,
    ...(gup > 0 ? { threads: 1 } : {}),
  });
  return gup > 0 ? together(unmap, gupFastHammer({ threads: gup, pages: GUP_PAGES })) : unmap;
}

function mprotectOf(params: LabParams): Workload {
  return mprotect({
    ...params.process(),
    bytes: params.number("pages", 0) * PAGE || params.number("kb", 2048) * 1024,
    calls: params.number("n", 10),
    strideBytes: params.number("stride_kb", PAGE / 1024) * 1024,
  });
}
