import { mprotect as mprotectWorkload } from "../../../workloads/mprotect.ts";
import type { LabCaseKind } from "../labCaseKind.ts";

/** Changes of the rights of ranges (workload.c `c_range`). */
export const mprotect: LabCaseKind = {
  workload: (params) =>
    params.unmodelled("gup", "kind", "off", "poke") ??
    mprotectWorkload({ ...params.process(), ...params.ranges() }),
};
