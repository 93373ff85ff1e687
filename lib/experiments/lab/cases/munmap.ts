import { GiB, MiB } from "../../../base/units.ts";
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

function munmapOf(params: LabParams): Workload | string {
  if (params.number("off", 0) > 0) return "munmap of ranges that begin inside a table";
  const ranges = params.ranges();
  const spgb = params.number("spgb", 0);
  const gup = params.helpers(params.number("gup", 0));
  const unmap = munmapWorkload({
    ...params.process(),
    ...ranges,
    spacingBytes: spgb > 0 ? GiB(spgb) : Math.ceil(ranges.bytes / TABLE) * TABLE + 2 * TABLE,
    keepNeighbour: params.number("keep", 0) > 0,
    memory: params.text("kind", "anon") === "shmem" ? "shmem" : "anonymous",
    wakeSiblings: params.number("poke", 0) > 0,
    ...(gup > 0 ? { threads: 1 } : {}),
  });
  return gup > 0 ? together(unmap, gupFastHammer({ threads: gup, pages: GUP_PAGES })) : unmap;
}
