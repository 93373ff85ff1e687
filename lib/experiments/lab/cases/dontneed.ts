import { dontneed as dontneedWorkload } from "../../../workloads/dontneed.ts";
import type { Workload } from "../../../workloads/workload.ts";
import type { LabCaseKind } from "../labCaseKind.ts";
import type { LabParams } from "../labParams.ts";

/** MADV_DONTNEED of ranges (workload.c `c_range`); a neighbour that stays is in another table. */
export const dontneed: LabCaseKind = { workload: dontneedOf };

function dontneedOf(params: LabParams): Workload | string {
  if (params.number("off", 0) > 0) return "MADV_DONTNEED of ranges that begin inside a table";
  return (
    params.unmodelled("gup", "kind", "poke") ??
    dontneedWorkload({ ...params.process(), ...params.ranges() })
  );
}
