import { GiB, MiB } from "../../../base/units.ts";
import type { BootName } from "../../../observed/bootName.ts";
import { gupFastHammer } from "../../../workloads/gupFastHammer.ts";
import { munmap as munmapWorkload } from "../../../workloads/munmap.ts";
import { together } from "../../../workloads/together.ts";
import type { Workload } from "../../../workloads/workload.ts";
import type { LabCaseKind } from "../labCaseKind.ts";
import type { LabParams } from "../labParams.ts";

/** munmap of ranges, one call after the other (workload.c `c_range`). */
export const munmap: LabCaseKind = { workload: munmapOf };

/** Pages per call of the lab's GUP-fast threads (vmsplice of 16 pages). */
const GUP_PAGES = 16;
const TABLE = MiB(2);

function munmapOf(params: LabParams, boot: BootName): Workload | string {
  if (params.number("off", 0) > 0) return "munmap of ranges that begin inside a table";
  const stopped = stopsInTables(params, boot);
  if (stopped !== undefined) return stopped;
  const ranges = params.ranges();
  const spgb = params.number("spgb", 0);
  const gup = params.helpers(params.number("gup", 0));
  const unmap = munmapWorkload({
    ...params.process(),
    ...ranges,
    spacingBytes: spgb > 0 ? GiB(spgb) : Math.ceil(ranges.bytes / TABLE) * TABLE + 2 * TABLE,
    keepNeighbour: params.number("keep", 0) > 0,
    memory: params.isShmem ? "shmem" : "anonymous",
    wakeSiblings: params.number("poke", 0) > 0,
    ...(gup > 0 ? { threads: 1 } : {}),
  });
  return gup > 0 ? together(unmap, gupFastHammer({ threads: gup, pages: GUP_PAGES })) : unmap;
}

/**
 * Where a thread runs on every CPU, RCU's own thread wakes up on the CPU that unmaps. The loop over
 * a table stops as soon as another task wants the CPU, and flushes dirty shared pages once more
 * (mm/memory.c `zap_pte_range()`, `need_resched()`): seen in a trace with `sched_switch`, one to
 * two times in 4 calls of 8 MiB on 4 CPUs with 6.1 (docs/lab.md). Under SCHED_FIFO nothing wants
 * it, and elsewhere than on x86 no flush of user memory interrupts.
 */
function stopsInTables(params: LabParams, boot: BootName): string | undefined {
  const { threads, siblings } = params.process();
  const hasIdleCpus = threads < params.cpus || siblings !== "spin";
  if (!params.isShmem || boot.arch !== "x86") return undefined;
  if (hasIdleCpus || boot.priority === "fifo") return undefined;
  return "dirty shared pages, no CPU idle: how often another task stops the call is no parameter";
}
