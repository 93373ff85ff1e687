import { MiB } from "../../../base/units.ts";
import { releaseFeatures } from "../../../mm/release.ts";
import type { BootName } from "../../../observed/bootName.ts";
import type { Linux } from "../../../policies/linux.ts";
import type { CollapseOptions } from "../../../workloads/collapse.ts";
import { collapse as collapseWorkload } from "../../../workloads/collapse.ts";
import type { Workload } from "../../../workloads/workload.ts";
import type { LabCaseKind } from "../labCaseKind.ts";
import type { LabParams } from "../labParams.ts";

/** MADV_COLLAPSE or khugepaged (workload.c `c_collapse`). */
export const collapse: LabCaseKind = { workload: collapseOf, openCal };

function collapseOf(params: LabParams, boot: BootName): Workload | string {
  const hammers = params.number("gup", 0);
  const pinned = pinsPages(hammers, boot);
  if (pinned !== undefined) return pinned;
  const process = params.process("spin", hammers > 0 ? 1 + hammers : 1);
  const common: CollapseOptions = {
    ...process,
    bytes: MiB(params.number("mb", 64)),
    memory: params.text("kind", "anon") === "shmem" ? ("shmem" as const) : ("anonymous" as const),
  };
  if (params.text("driver", "madvise") !== "khugepaged") {
    return collapseWorkload({ ...common, bytesPerCall: MiB(params.number("chunk_mb", 0)) });
  }
  const cpu = params.number("kpin", -1);
  if (cpu < 0 && boot.arch === "x86") {
    return "khugepaged runs on any CPU, and the main thread wakes every 50 ms of emulated time";
  }
  if (cpu >= 0 && cpu < process.threads) {
    return "khugepaged shares its CPU with a thread of the process";
  }
  if (process.threads >= params.cpus) return "khugepaged shares its CPU with the process";
  // The lab's main thread polls smaps through stdio: its first write breaks one page that it shares
  // with the supervisor since fork (workload.c c_collapse; one minor fault in every such run).
  return collapseWorkload({ ...common, by: "khugepaged", copyOnWriteFaults: 1 });
}

/**
 * A thread that calls GUP-fast holds references to pages while these are in its pipe, and a page
 * with references cannot be isolated. Where one host thread runs all CPUs in turn, the turn changes
 * at the PAUSE behind the read that empties the pipe: no page is held while another CPU collapses,
 * and no walk is under way. The thread then is no more than a thread that runs. This is inferred
 * from workload.c and the counts. With three threads it does not hold: in 3 runs of the lab one
 * collapse of 16 or 32 fails, so that more than one thread is not covered.
 */
function pinsPages(hammers: number, { native, tags }: BootName): string | undefined {
  if (hammers === 0 || (hammers === 1 && !native && !tags.includes("mt"))) return undefined;
  return "GUP-fast holds references to the pages: how many collapses fail is not a parameter";
}

/** Work whose scheduler wake-ups grow with time, which emulation stretches at will. */
function openCal(workload: Workload, os: Linux): string | undefined {
  if (workload.text("by") === "khugepaged") {
    return "khugepaged: the idle balancer is kicked for as long as the pass lasts";
  }
  const isShmem = workload.text("memory") === "shmem";
  if (isShmem && !releaseFeatures(os.release).fileCollapseSyncs) {
    return "shmem collapse: tables go through RCU, two wake-ups a grace period";
  }
  return undefined;
}
