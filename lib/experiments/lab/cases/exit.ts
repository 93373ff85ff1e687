import { MiB, ms } from "../../../base/units.ts";
import type { BootName } from "../../../observed/bootName.ts";
import type { Linux } from "../../../policies/linux.ts";
import { exit as exitWorkload } from "../../../workloads/exit.ts";
import type { Workload } from "../../../workloads/workload.ts";
import type { LabCaseKind } from "../labCaseKind.ts";
import type { LabParams } from "../labParams.ts";

/** The end of a process whose parent sleeps on its first CPU (workload.c `c_exit`). */
export const exit: LabCaseKind = { workload: exitOf, openCal };

/** The child waits 2 × 50 ms, the parent 300 ms more. */
const SETTLE_NS: number = ms(400);

function exitOf(params: LabParams): Workload {
  return exitWorkload({
    ...params.process(),
    bytes: MiB(params.number("mb", 4)),
    how: params.text("how", "exit") === "kill" ? "kill" : "exit",
    settleNs: SETTLE_NS,
  });
}

/** A polling CPU is woken without an interrupt, so that only flushes are left. */
function openCal(
  _workload: Workload,
  _os: Linux,
  _params: LabParams,
  boot: BootName,
): string | undefined {
  if (boot.idle === "polling") return undefined;
  return "exit: tasks and stacks are freed through RCU, two wake-ups a grace period";
}
