import { madviseFree } from "../../../workloads/madvise.ts";
import type { LabCaseKind } from "../labCaseKind.ts";

/** MADV_FREE of ranges, each written to once before (workload.c `c_range`). */
export const madvfree: LabCaseKind = {
  workload: (params) =>
    params.unmodelled("gup", "kind", "off", "poke") ??
    madviseFree({ ...params.process(), ...params.ranges() }),
};
