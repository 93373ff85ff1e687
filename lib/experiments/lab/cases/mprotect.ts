import { PAGE_BYTES as PAGE } from "../../../mm/pageTables.ts";
import { mprotect as mprotectWorkload } from "../../../workloads/mprotect.ts";
import type { Workload } from "../../../workloads/workload.ts";
import type { LabCaseKind } from "../labCaseKind.ts";
import type { LabParams } from "../labParams.ts";

/** Changes of the rights of ranges (workload.c `c_range`). */
export const mprotect: LabCaseKind = { workload: mprotectOf };

function mprotectOf(params: LabParams): Workload {
  return mprotectWorkload({
    ...params.process(),
    bytes: params.number("pages", 0) * PAGE || params.number("kb", 2048) * 1024,
    calls: params.number("n", 10),
    strideBytes: params.number("stride_kb", PAGE / 1024) * 1024,
  });
}
