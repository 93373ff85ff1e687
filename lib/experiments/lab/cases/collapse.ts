import { MiB } from "../../../base/units.ts";
import { TABLE_BYTES } from "../../../mm/pageTables.ts";
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
  const bytes = MiB(params.number("mb", 64));
  const held = hammers === 0 ? 0 : heldExtents(bytes, params, boot);
  if (typeof held === "string") return held;
  const process = params.process("spin", hammers > 0 ? 1 + hammers : 1);
  const common: CollapseOptions = {
    ...process,
    bytes,
    failBeforeFlush: held,
    memory: params.isShmem ? ("shmem" as const) : ("anonymous" as const),
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
 * Collapses that threads in GUP-fast prevent: the scan finds a page whose references they hold,
 * before any flush or sync (mm/khugepaged.c `hpage_collapse_scan_pmd()`, `is_refcount_suitable()`).
 * How many is chance; the calls report how many succeeded. Natively pages are also held between
 * scan and isolation, behind the flush: which of the two is not reported.
 */
function heldExtents(bytes: number, params: LabParams, { native }: BootName): number | string {
  const held = "GUP-fast holds references to the pages: how many collapses fail";
  if (native) return `${held} before the flush and how many behind it is not reported`;
  if (params.operations === undefined) return `${held} is not in the file`;
  return Math.max(0, Math.ceil(bytes / TABLE_BYTES) - params.operations);
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
