import { membarrier as membarrierWorkload } from "../../../workloads/membarrier.ts";
import type { LabCaseKind } from "../labCaseKind.ts";

/** membarrier, private expedited (workload.c `c_membarrier`): two threads unless told. */
export const membarrier: LabCaseKind = {
  workload: (params) =>
    membarrierWorkload({ ...params.process("spin", 2), calls: params.number("n", 20) }),
};
