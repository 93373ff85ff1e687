import { ms } from "../../../base/units.ts";
import { idle as idleWorkload } from "../../../workloads/idle.ts";
import type { LabCaseKind } from "../labCaseKind.ts";

/** Nothing happens (workload.c `c_idle`). */
export const idle: LabCaseKind = {
  workload: (params, boot) =>
    boot.native
      ? "idle: other processes run on the lab's own machine"
      : idleWorkload({ ...params.process("sleep"), forNs: ms(params.number("ms", 500)) }),
};
