import { ms } from "../../../base/units.ts";
import type { BootName } from "../../../observed/bootName.ts";
import type { Linux } from "../../../policies/linux.ts";
import { fork as forkWorkload } from "../../../workloads/fork.ts";
import type { Workload } from "../../../workloads/workload.ts";
import type { LabCaseKind } from "../labCaseKind.ts";
import type { LabParams } from "../labParams.ts";

/** fork, and writes to pages that were shared by it (workload.c `c_fork`). */
export const fork: LabCaseKind = { workload: forkOf, openCal };

/** 300 ms before the first call. */
const SETTLE_NS: number = ms(300);

const PHASES: Readonly<Record<string, Parameters<typeof forkWorkload>[0]>> = {
  fork: { phase: "fork" },
  cow: { phase: "copyOnWrite" },
  reuse: { phase: "reuse" },
  forkexit: { phase: "forkAndExit" },
};

function forkOf(params: LabParams): Workload | string {
  const process = params.process();
  const phase = params.text("phase", "fork");
  if (!Object.hasOwn(PHASES, phase)) return `fork, phase ${phase}: not in this version`;
  const hasRunners = process.threads > 1 && process.siblings === "spin";
  if (phase === "fork" && hasRunners) {
    // Mostly 4 pages after each call and 2 before the last snapshot, but 5 where the stack of that
    // boot begins elsewhere in its page, and fewer when the child runs, and writes, first.
    return "fork beside running threads: how many shared pages the parent writes is no parameter";
  }
  return forkWorkload({
    ...process,
    ...PHASES[phase],
    pages: params.number("pages", 64),
    children: params.number("n", 5),
    settleNs: SETTLE_NS,
  });
}

/** A polling CPU is woken without an interrupt. */
function openCal(
  workload: Workload,
  _os: Linux,
  _params: LabParams,
  boot: BootName,
): string | undefined {
  if (workload.text("phase") !== "forkAndExit" || boot.idle === "polling") return undefined;
  return "fork and exit: tasks are freed through RCU, two wake-ups a grace period";
}
