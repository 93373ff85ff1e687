import { MiB } from "../../../base/units.ts";
import { PAGE_BYTES as PAGE } from "../../../mm/pageTables.ts";
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

function munmapOf(params: LabParams): Workload {
  const bytes = params.number("pages", 0) * PAGE || params.number("kb", 2048) * 1024;
  const spgb = params.number("spgb", 0);
  const gup = params.helpers(params.number("gup", 0));
  const unmap = munmapWorkload({
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
