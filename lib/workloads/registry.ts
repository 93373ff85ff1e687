/** All workloads by type: how each is revived from plain data, and how it becomes tasks. */
import { checkKeys } from "../base/check.ts";
import { invalid } from "../base/messages.ts";
import { readPlainData } from "../base/plainData.ts";
import type { Constraint } from "../mm/constraint.ts";
import type { CollapseOptions } from "./collapse.ts";
import { collapse, planCollapse } from "./collapse.ts";
import type { ContextSwitchIdleOptions } from "./contextSwitchIdle.ts";
import { contextSwitchIdle, planContextSwitchIdle } from "./contextSwitchIdle.ts";
import type { ContextSwitchPingPongOptions } from "./contextSwitchPingPong.ts";
import { contextSwitchPingPong, planContextSwitchPingPong } from "./contextSwitchPingPong.ts";
import type { DontneedOptions } from "./dontneed.ts";
import { dontneed, planDontneed } from "./dontneed.ts";
import type { ExitOptions } from "./exit.ts";
import { exit, planExit } from "./exit.ts";
import type { ForkOptions } from "./fork.ts";
import { fork, planFork } from "./fork.ts";
import type { GupFastHammerOptions } from "./gupFastHammer.ts";
import { gupFastHammer, planGupFastHammer } from "./gupFastHammer.ts";
import type { IdleOptions } from "./idle.ts";
import { idle, planIdle } from "./idle.ts";
import type { IpiBenchmarkOptions } from "./ipiBenchmark.ts";
import { ipiBenchmark, planIpiBenchmark } from "./ipiBenchmark.ts";
import type { IsolatedObserverOptions } from "./isolatedObserver.ts";
import { isolatedObserver, planIsolatedObserver } from "./isolatedObserver.ts";
import type { KernelCompileOptions } from "./kernelCompile.ts";
import { kernelCompile, planKernelCompile } from "./kernelCompile.ts";
import type { MadviseOptions } from "./madvise.ts";
import { madviseCold, madviseFree, planMadvise } from "./madvise.ts";
import type { MembarrierOptions } from "./membarrier.ts";
import { membarrier, planMembarrier } from "./membarrier.ts";
import type { MigrateOptions } from "./migrate.ts";
import { migrate, planMigrate } from "./migrate.ts";
import type { MprotectWorkloadOptions } from "./mprotect.ts";
import { mprotect, planMprotect } from "./mprotect.ts";
import type { MremapOptions } from "./mremap.ts";
import { mremap, planMremap } from "./mremap.ts";
import type { MunmapWorkloadOptions } from "./munmap.ts";
import { munmap, planMunmap } from "./munmap.ts";
import type { PageoutWorkloadOptions } from "./pageout.ts";
import { pageout, planPageout } from "./pageout.ts";
import type { PerfSamplingOptions } from "./perfSampling.ts";
import { PERF_SAMPLING_CONSTRAINTS, perfSampling, planPerfSampling } from "./perfSampling.ts";
import type { PlanContext, WorkloadPlan } from "./plan.ts";
import type { ReclaimOptions } from "./reclaim.ts";
import { planReclaim, reclaim } from "./reclaim.ts";
import type { TlbFlush2Options } from "./tlbFlush2.ts";
import { planTlbFlush2, tlbFlush2 } from "./tlbFlush2.ts";
import { composePlans, together } from "./together.ts";
import type { UnshareOptions } from "./unshare.ts";
import { planUnshare, UNSHARE_CONSTRAINTS, unshare } from "./unshare.ts";
import type { WorkloadData } from "./workload.ts";
import { Workload } from "./workload.ts";

/** What a type of workload is; one a file of this folder. */
export interface WorkloadKind {
  /** Where Linux can have it; everywhere without. */
  readonly constraints?: readonly Constraint[];
  make(options: Readonly<Record<string, unknown>>): Workload;
  plan(workload: Workload, context: PlanContext): WorkloadPlan;
}

const KINDS: Readonly<Record<string, WorkloadKind>> = {
  collapse: {
    make: (options) => collapse(options as unknown as CollapseOptions),
    plan: planCollapse,
  },
  munmap: {
    make: (options) => munmap(options as unknown as MunmapWorkloadOptions),
    plan: planMunmap,
  },
  mprotect: {
    make: (options) => mprotect(options as unknown as MprotectWorkloadOptions),
    plan: planMprotect,
  },
  dontneed: {
    make: (options) => dontneed(options as unknown as DontneedOptions),
    plan: planDontneed,
  },
  madviseFree: {
    make: (options) => madviseFree(options as unknown as MadviseOptions),
    plan: planMadvise,
  },
  madviseCold: {
    make: (options) => madviseCold(options as unknown as MadviseOptions),
    plan: planMadvise,
  },
  mremap: {
    make: (options) => mremap(options as unknown as MremapOptions),
    plan: planMremap,
  },
  fork: {
    make: (options) => fork(options as unknown as ForkOptions),
    plan: planFork,
  },
  exit: {
    make: (options) => exit(options as unknown as ExitOptions),
    plan: planExit,
  },
  gupFastHammer: {
    make: (options) => gupFastHammer(options as unknown as GupFastHammerOptions),
    plan: planGupFastHammer,
  },
  pageout: {
    make: (options) => pageout(options as unknown as PageoutWorkloadOptions),
    plan: planPageout,
  },
  reclaim: {
    make: (options) => reclaim(options as unknown as ReclaimOptions),
    plan: planReclaim,
  },
  migrate: {
    make: (options) => migrate(options as unknown as MigrateOptions),
    plan: planMigrate,
  },
  unshare: {
    constraints: UNSHARE_CONSTRAINTS,
    make: (options) => unshare(options as unknown as UnshareOptions),
    plan: planUnshare,
  },
  membarrier: {
    make: (options) => membarrier(options as unknown as MembarrierOptions),
    plan: planMembarrier,
  },
  idle: {
    make: (options) => idle(options as unknown as IdleOptions),
    plan: planIdle,
  },
  contextSwitchIdle: {
    make: (options) => contextSwitchIdle(options as unknown as ContextSwitchIdleOptions),
    plan: planContextSwitchIdle,
  },
  contextSwitchPingPong: {
    make: (options) => contextSwitchPingPong(options as unknown as ContextSwitchPingPongOptions),
    plan: planContextSwitchPingPong,
  },
  kernelCompile: {
    make: (options) => kernelCompile(options as unknown as KernelCompileOptions),
    plan: planKernelCompile,
  },
  perfSampling: {
    constraints: PERF_SAMPLING_CONSTRAINTS,
    make: (options) => perfSampling(options as unknown as PerfSamplingOptions),
    plan: planPerfSampling,
  },
  isolatedObserver: {
    make: (options) => isolatedObserver(options as unknown as IsolatedObserverOptions),
    plan: planIsolatedObserver,
  },
  ipiBenchmark: {
    make: (options) => ipiBenchmark(options as unknown as IpiBenchmarkOptions),
    plan: planIpiBenchmark,
  },
  tlbFlush2: {
    make: (options) => tlbFlush2(options as unknown as TlbFlush2Options),
    plan: planTlbFlush2,
  },
  together: {
    make: (options) => together(...partsOf(options).map(reviveWorkload)),
    plan: (workload, context) =>
      composePlans(
        (workload.options.parts as readonly WorkloadData[]).map((part) => {
          const revived = reviveWorkload(part);
          return (inner) => planWorkload(revived, inner);
        }),
        context,
      ),
  },
};

/** A workload from a plain clone of one. Throws SD001 for anything else, SD002 for other types. */
export function reviveWorkload(value: unknown): Workload {
  if (value instanceof Workload) return value;
  const { name, options } = readPlainData("workload", value, "type", Object.keys(KINDS));
  return KINDS[name]!.make((options ?? {}) as Readonly<Record<string, unknown>>);
}

function partsOf(options: Readonly<Record<string, unknown>>): readonly unknown[] {
  checkKeys("workload.together", options, ["parts"]);
  const { parts } = options;
  if (!Array.isArray(parts)) throw invalid("together", parts, "a list of workloads");
  return parts;
}

/** The tasks of a workload. */
export function planWorkload(workload: Workload, context: PlanContext): WorkloadPlan {
  return KINDS[workload.type]!.plan(workload, context);
}

/** Where Linux can have a workload, those of its parts included. */
export function constraintsOf(workload: Workload): readonly Constraint[] {
  const parts = (workload.options.parts ?? []) as readonly WorkloadData[];
  const own = KINDS[workload.type]!.constraints ?? [];
  return [...own, ...parts.flatMap((part) => KINDS[part.type]?.constraints ?? [])];
}
