/**
 * What a kernel path is built for: the release, the architecture, and the programs that policies
 * and backends plug into the paths.
 */
import type { Arch } from "../machine/arch.ts";
import type { Program } from "../steps/instructions.ts";
import type { PolicyHooks } from "./hookPoints.ts";
import type { ReleaseFeatures } from "./release.ts";

/** What decides which CPUs a flush must reach. */
export interface FlushOptions {
  /** `freed_tables`: page tables go, so CPUs that borrow the address space must be told too. */
  readonly freed: boolean;
  /** `info->mm` is NULL: flush whatever a CPU of the mask has loaded, as reclaim does. */
  readonly anyMm?: boolean;
}

/** What one flush of a range is for. */
export interface RangeFlushOptions {
  /** `freed_tables`, as in {@link FlushOptions}. */
  readonly freed: boolean;
  /** `tlb->fullmm`: the process ends, and the address space with it (exit_mmap). */
  readonly fullMm?: boolean;
}

/** What an architecture brings to the paths: arch/ARCH/mm of Linux, one folder here each. */
export interface ArchPaths {
  /** Loads an address space: parameter `next`; interrupts are off. */
  switchMm(env: Environment): Program;
  /** The idle loop or a kernel thread keeps the loaded address space: no parameter. */
  enterLazyTlb(env: Environment): Program;
  /** One flush of a range: parameters `mm` and `pages` (strides; −1: the whole address space). */
  flushRange(env: Environment, options: RangeFlushOptions): Program;
  /** `pmdp_collapse_flush()`, parameters `mm` and `pages`; absent: a flush for freed tables. */
  flushCollapsed?(env: Environment): Program;
  /** Flushes of unmapped pages that wait; absent where each page is flushed at once. */
  readonly unmapBatch?: UnmapBatchPaths;
}

/** CONFIG_ARCH_WANT_BATCHED_UNMAP_TLB_FLUSH: every path has the one parameter `mm`. */
export interface UnmapBatchPaths {
  /** `arch_tlbbatch_should_defer()`: sets register `defer` to 1 or 0. Absent: always 1. */
  shouldDefer?(env: Environment): Program;
  /** `arch_tlbbatch_add_pending()`: one page of `mm` was unmapped. */
  addPending(env: Environment): Program;
  /** `arch_tlbbatch_flush()`: what this CPU has added is flushed; `mm` is the last one. */
  flush(env: Environment): Program;
}

/** Everything that decides which steps a kernel path has. */
export interface Environment {
  /** The architecture of the machine, with the features that the kernel uses. */
  readonly cpu: Arch;
  /** What that architecture does in its own way. */
  readonly arch: ArchPaths;
  readonly features: ReleaseFeatures;
  /** The CPUs have INVLPGB and the kernel uses it. */
  readonly invlpgb: boolean;
  /** The CPUs have Intel RAR and the kernel uses it, as in the series of 2025; no release does. */
  readonly rar: boolean;
  readonly hooks: PolicyHooks;
  /** A kernel path by the name under which policies call it; throws SD002 for an unknown name. */
  readonly kernelPath: (name: string) => Program;
  /**
   * The flush that follows an unshare also reaches CPUs that borrow the address space: part of the
   * series that skip or target the sync, absent in mainline.
   */
  readonly unshareReachesLazy: boolean;
  /**
   * x86: the backend's `flush_tlb_multi`, with parameters `mm`, `gen`, `pages` (−1: everything) and
   * `trim`; flushes every CPU of `mm_cpumask` that needs it, this one included, and waits.
   */
  readonly flushTlbMulti: (options: FlushOptions) => Program;
}

/** One flush of a range of an address space: parameters `mm` and `pages`. */
export function flushRange(env: Environment, options: RangeFlushOptions): Program {
  return env.arch.flushRange(env, options);
}

/**
 * A path that is built once for each environment: paths include one another many times, and a
 * program is a value, so that one can stand for all.
 */
export function oncePerEnvironment(
  build: (env: Environment) => Program,
): (env: Environment) => Program {
  const built = new WeakMap<Environment, Program>();
  return (env) => {
    const known = built.get(env);
    if (known !== undefined) return known;
    const program = build(env);
    built.set(env, program);
    return program;
  };
}
