/**
 * The lab's runs as scenes: which machine, Linux and workload each stands for, from the name of the
 * boot and the parameters of the case alone. A run that no closed rule covers says why.
 */
import { native } from "../../backends/backend.ts";
import type { ArchKind } from "../../machine/arch.ts";
import { powerpc } from "../../machine/arch.ts";
import type { Machine } from "../../machine/machine.ts";
import { machines } from "../../machine/presets.ts";
import { RELEASE_NAMES } from "../../mm/release.ts";
import type { BootName } from "../../observed/bootName.ts";
import type { LabRun } from "../../observed/labRun.ts";
import type { Linux } from "../../policies/linux.ts";
import { linux } from "../../policies/linux.ts";
import type { Policy } from "../../policies/policy.ts";
import { broadcast } from "../../policies/tableSync/broadcast.ts";
import { rcu } from "../../policies/tableSync/rcu.ts";
import { skipIfFlushSentIpis } from "../../policies/tableSync/skipIfFlushSentIpis.ts";
import { tableSyncPolicy } from "../../policies/tableSync/tableSync.ts";
import { targeted } from "../../policies/tableSync/targeted.ts";
import type { Workload } from "../../workloads/workload.ts";
import type { Scene } from "../scene.ts";
import { cold } from "./cases/cold.ts";
import { collapse } from "./cases/collapse.ts";
import { dontneed } from "./cases/dontneed.ts";
import { exit } from "./cases/exit.ts";
import { fork } from "./cases/fork.ts";
import { hugeshare } from "./cases/hugeshare.ts";
import { idle } from "./cases/idle.ts";
import { madvfree } from "./cases/madvfree.ts";
import { membarrier } from "./cases/membarrier.ts";
import { mprotect } from "./cases/mprotect.ts";
import { mremap } from "./cases/mremap.ts";
import { munmap } from "./cases/munmap.ts";
import { pageout } from "./cases/pageout.ts";
import { reclaim } from "./cases/reclaim.ts";
import type { LabCaseKind } from "./labCaseKind.ts";
import { LabParams } from "./labParams.ts";

/**
 * The scene of a run, or the reason why the rules do not cover it. `openCal` says why the CAL row
 * of a covered run also carries wake-ups that no rule counts.
 */
export type LabCase =
  | { readonly scene: Required<Scene>; readonly openCal: string | undefined }
  | { readonly scene?: undefined; readonly uncovered: string };

/** The cases of the lab that the rules cover, by name. */
const CASES: Readonly<Record<string, LabCaseKind>> = {
  collapse,
  munmap,
  mprotect,
  dontneed,
  madvfree,
  cold,
  mremap,
  fork,
  exit,
  pageout,
  reclaim,
  hugeshare,
  membarrier,
  idle,
};

const POLICIES: Readonly<Record<string, () => Policy>> = {
  broadcast,
  skip: skipIfFlushSentIpis,
  targeted,
  // The lab's changed kernel tells lazy CPUs of an unshare with every policy but mainline's.
  rcu: () => tableSyncPolicy({ ...rcu(), unshareReachesLazy: true }),
};

/**
 * What a run of the lab stands for. Uses its parameters, and how many collapses the calls reported
 * where threads in GUP-fast keep some from happening; never what interrupts were counted.
 */
export function labCase(run: LabRun, boot: BootName): LabCase {
  if (!RELEASE_NAMES.includes(boot.release)) {
    return { uncovered: `release ${boot.release}: not in this version` };
  }
  const machine = machineOf(boot).withCpus(run.cpus).with({ idle: boot.idle });
  const os = linuxOf(boot);
  if (os === undefined) return { uncovered: `policy ${boot.policy}: not in this version` };
  const params = new LabParams(run, boot.native);
  const kind = Object.hasOwn(CASES, run.caseName) ? CASES[run.caseName] : undefined;
  if (kind === undefined) return { uncovered: `case ${run.caseName}: not in this version` };
  if (params.unknown !== undefined) {
    return { uncovered: `parameter ${params.unknown}: not in this version` };
  }
  const workload = kind.workload(params, boot);
  if (typeof workload === "string") return { uncovered: workload };
  return {
    scene: { machine, linux: os, backend: native(), workload, seed: 1 },
    openCal: kind.openCal?.(workload, os, params, boot) ?? graceWakeUps(workload, os),
  };
}

/**
 * A grace period wakes its thread, and its thread wakes the waiter: two calls, as a rule, but which
 * CPU the thread sleeps on, and whether spinning CPUs kick the waiter's, is not a parameter.
 */
function graceWakeUps(workload: Workload, os: Linux): string | undefined {
  const isLastButOne = workload.type === "unshare" && workload.number("sharers") === 2;
  const syncs = workload.type === "collapse" || isLastButOne;
  if (os.tableSync.name !== "rcu" || !syncs) return undefined;
  return "RCU: about two wake-ups a grace period, of its thread and of the waiter";
}

/** The emulated machines of the lab. */
const MACHINES: Readonly<Record<ArchKind, Machine>> = {
  x86: machines.qemu,
  arm64: machines.qemuArm64,
  powerpc: machines.qemuPpc64le,
};

/** Debian built 6.1 for ppc64le with pages of 64 KiB, 7.2 with 4 KiB. */
function machineOf(boot: BootName): Machine {
  const machine = MACHINES[boot.arch];
  if (boot.arch !== "powerpc" || boot.release !== "6.1") return machine;
  return machine.with({ arch: powerpc({ pageBytes: 65_536 }) });
}

function linuxOf(boot: BootName): Linux | undefined {
  const policy = POLICIES[boot.policy ?? "broadcast"];
  if (policy === undefined) return undefined;
  return linux({ release: boot.release, preemptRt: boot.preemptRt, tableSync: policy() });
}
