/**
 * What a kernel path is built for: the release, the flush instruction of the machine, and the
 * programs that policies and backends plug into the paths.
 */
import type { Program } from "../steps/instructions.ts";
import type { ReleaseFeatures } from "./release.ts";

/**
 * The hooks of a policy. Each is a program with one parameter `mm`; an absent hook is a no-op.
 */
export interface PolicyHooks {
  /** A lockless walker begins; interrupts are already off. */
  readonly walkerEnter?: Program;
  /** A lockless walker ends; interrupts are still off. */
  readonly walkerExit?: Program;
  /** A page table was detached and flushed, and is about to be freed, reused or deposited. */
  readonly sync?: Program;
  /** A kernel thread or the idle loop begins to borrow the address space. */
  readonly goLazy?: Program;
  /** The borrowed address space is given back. */
  readonly leaveLazy?: Program;
}

/** Names of all hooks, in the order of a listing. */
export const HOOK_NAMES = ["walkerEnter", "walkerExit", "sync", "goLazy", "leaveLazy"] as const;

/** The name of a hook. */
export type HookName = (typeof HOOK_NAMES)[number];

/** What decides which CPUs a flush must reach. */
export interface FlushOptions {
  /** `freed_tables`: page tables go, so CPUs that borrow the address space must be told too. */
  readonly freed: boolean;
  /** `info->mm` is NULL: flush whatever a CPU of the mask has loaded, as reclaim does. */
  readonly anyMm?: boolean;
}

/** Everything that decides which steps a kernel path has. */
export interface Environment {
  readonly features: ReleaseFeatures;
  /** The CPUs have INVLPGB and the release uses it. */
  readonly invlpgb: boolean;
  readonly hooks: PolicyHooks;
  /**
   * The backend's `flush_tlb_multi`: parameters `mm`, `gen`, `pages` (−1: everything) and `trim`;
   * interrupts every CPU of `mm_cpumask` that needs it, flushes locally and waits.
   */
  readonly flushTlbMulti: (options: FlushOptions) => Program;
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
