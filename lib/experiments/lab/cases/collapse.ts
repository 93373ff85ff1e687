import { MiB } from "../../../base/units.ts";
import { releaseFeatures } from "../../../mm/release.ts";
import type { Linux } from "../../../policies/linux.ts";
import { collapse as collapseWorkload } from "../../../workloads/collapse.ts";
import type { Workload } from "../../../workloads/workload.ts";
import type { LabCaseKind } from "../labCaseKind.ts";
import type { LabParams } from "../labParams.ts";

/** MADV_COLLAPSE or khugepaged (workload.c `c_collapse`). */
export const collapse: LabCaseKind = { workload: collapseOf, openCal };

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
  if (params.text("driver", "madvise") === "madvise") return collapseWorkload(common);
  const cpu = params.number("kpin", -1);
  if (cpu < 0) return "khugepaged runs on any CPU, and the main thread sleeps and wakes";
  if (cpu < process.threads) return "khugepaged shares its CPU with a thread of the process";
  // The lab's main thread polls smaps through stdio: its first write breaks one page that it shares
  // with the supervisor since fork (workload.c c_collapse; one minor fault in every such run).
  return collapseWorkload({ ...common, by: "khugepaged", copyOnWriteFaults: 1 });
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
