/** A case of the lab's workload.c as a workload of the model. */
import type { BootName } from "../../observed/bootName.ts";
import type { Linux } from "../../policies/linux.ts";
import type { Workload } from "../../workloads/workload.ts";
import type { LabParams } from "./labParams.ts";

/** One a file of the folder `cases`. */
export interface LabCaseKind {
  /** The workload of a run, or why no closed rule covers it. */
  workload(params: LabParams, boot: BootName): Workload | string;
  /** Why the call row of a covered run also carries wake-ups that no rule counts. */
  openCal?(workload: Workload, os: Linux, params: LabParams, boot: BootName): string | undefined;
}
