import { GiB, MiB } from "../../../base/units.ts";
import { PAGE_BYTES as PAGE } from "../../../mm/pageTables.ts";
import { mremap as mremapWorkload } from "../../../workloads/mremap.ts";
import type { Workload } from "../../../workloads/workload.ts";
import type { LabCaseKind } from "../labCaseKind.ts";
import type { LabParams } from "../labParams.ts";

/** mremap of ranges to another place (workload.c `c_range`), which begins at a 1 GiB boundary. */
export const mremap: LabCaseKind = { workload: mremapOf };

const TABLE = MiB(2);

function mremapOf(params: LabParams): Workload | string {
  const unmodelled = params.unmodelled("gup", "kind", "poke");
  if (unmodelled !== undefined) return unmodelled;
  const ranges = params.ranges();
  const spgb = params.number("spgb", 0);
  const offset = params.number("off", 0) * PAGE;
  return mremapWorkload({
    ...params.process(),
    ...ranges,
    spacingBytes:
      spgb > 0 ? GiB(spgb) : Math.ceil((ranges.bytes + offset) / TABLE) * TABLE + 2 * TABLE,
    keepNeighbour: params.number("keep", 0) > 0,
    sourceOffsetBytes: offset,
    targetOffsetBytes: params.number("dstoff", 0) * PAGE,
  });
}
