import { madviseCold } from "../../../workloads/madvise.ts";
import type { LabCaseKind } from "../labCaseKind.ts";

/** MADV_COLD of ranges, each accessed once before (workload.c `c_range`). */
export const cold: LabCaseKind = {
  workload: (params) =>
    params.unmodelled("gup", "kind", "off", "poke") ??
    madviseCold({ ...params.process(), ...params.ranges() }),
};
