import { PAGE_BYTES as PAGE } from "../../../mm/pageTables.ts";
import type { BootName } from "../../../observed/bootName.ts";
import { pageout as pageoutWorkload } from "../../../workloads/pageout.ts";
import type { Workload } from "../../../workloads/workload.ts";
import type { LabCaseKind } from "../labCaseKind.ts";
import type { LabParams } from "../labParams.ts";
import { hasSwap } from "../swap.ts";

/** MADV_PAGEOUT of ranges that were written (workload.c `c_range`). */
export const pageout: LabCaseKind = { workload: pageoutOf };

function pageoutOf(params: LabParams, boot: BootName): Workload | string {
  const unmodelled = params.unmodelled("gup", "off", "poke");
  if (unmodelled !== undefined) return unmodelled;
  if (params.number("stride_kb", PAGE / 1024) * 1024 !== PAGE) {
    return "pageout of pages apart from each other: not in this version";
  }
  if (params.isShmem) {
    return "pageout of shared memory: not in this version";
  }
  return pageoutWorkload({
    ...params.process(),
    calls: params.number("n", 10),
    pages: params.number("pages", 0) || (params.number("kb", 2048) * 1024) / PAGE,
    memory: "dirty",
    swap: hasSwap(boot),
  });
}
