/**
 * The hooks of policies: points of the kernel paths at which a policy may put a program of its own.
 * An absent hook is a no-op, except where its meaning says what Linux does without.
 */
import type { Program } from "../steps/instructions.ts";

/** Groups of policies; each hook belongs to one. */
export type PolicyGroup = "tableSync" | "lazyTlb" | "unmapFlush";

/** What a hook is for. */
export interface HookData {
  readonly group: PolicyGroup;
  /** The parameters it is called with. */
  readonly params: readonly string[];
  /** When it runs. */
  readonly meaning: string;
}

/** Argument `sent` of the hook `flush`: handlers ran on no CPU that the flush concerns, … */
export const SENT_TO_NONE = 0;
/** … on all of them, this one alone included; */
export const SENT_TO_ALL = 1;
/** … on some: preempted vCPUs were left out. */
export const SENT_TO_SOME = 2;

/** The name of a hook. */
export type HookName =
  | "walkerEnter"
  | "walkerExit"
  | "detach"
  | "flush"
  | "sync"
  | "syncShared"
  | "syncRcu"
  | "reuse"
  | "serialize"
  | "thpCleared"
  | "kernelEntry"
  | "kernelExit"
  | "kernelFlush"
  | "switchMm"
  | "goLazy"
  | "leaveLazy"
  | "exitMm"
  | "dropMm"
  | "deferUnmap"
  | "flushBatch"
  | "checkPending";

/** All hooks, in the order of a listing. */
export const HOOKS: Readonly<Record<HookName, HookData>> = {
  walkerEnter: {
    group: "tableSync",
    params: ["mm"],
    meaning: "a lockless walker begins; interrupts are already off",
  },
  walkerExit: {
    group: "tableSync",
    params: ["mm"],
    meaning: "a lockless walker ends; interrupts are still off",
  },
  detach: {
    group: "tableSync",
    params: ["mm"],
    meaning: "an upper-level entry was cleared; nothing is flushed yet",
  },
  flush: {
    group: "tableSync",
    params: ["mm", "sent"],
    meaning:
      "a flush for freed tables is done; sent: handlers of no CPU ran (0), of all (1), of some (2)",
  },
  sync: {
    group: "tableSync",
    params: ["mm"],
    meaning: "a detached and flushed table is about to be freed, reused or deposited",
  },
  syncShared: {
    group: "tableSync",
    params: ["mm"],
    meaning: "hugetlb: a shared table has one owner left, who may reuse it; without: sync",
  },
  syncRcu: {
    group: "tableSync",
    params: ["mm"],
    meaning: "tlb_remove_table_sync_rcu(): a table is about to be freed; without: a grace period",
  },
  reuse: {
    group: "tableSync",
    params: ["mm"],
    meaning: "the table is now freed, reused or deposited",
  },
  serialize: {
    group: "tableSync",
    params: ["mm"],
    meaning: "powerpc hash: serialize_against_pte_lookup(); without: a call to mm_cpumask",
  },
  thpCleared: {
    group: "tableSync",
    params: ["mm"],
    meaning: "powerpc hash: the entry of a huge page was cleared; its table is not yet withdrawn",
  },
  kernelEntry: {
    group: "tableSync",
    params: [],
    meaning: "a thread that will walk page tables enters the kernel",
  },
  kernelExit: {
    group: "tableSync",
    params: [],
    meaning: "it goes back to user space",
  },
  kernelFlush: {
    group: "tableSync",
    params: [],
    meaning: "kernel mappings have gone, no CPU may use them from here on; without: a call to all",
  },
  switchMm: {
    group: "lazyTlb",
    params: ["mm"],
    meaning: "the address space of a user thread was loaded; interrupts are off",
  },
  goLazy: {
    group: "lazyTlb",
    params: ["mm"],
    meaning: "a kernel thread or the idle loop begins to borrow the address space",
  },
  leaveLazy: {
    group: "lazyTlb",
    params: ["mm"],
    meaning: "the borrowed address space is given back; another one is loaded",
  },
  exitMm: {
    group: "lazyTlb",
    params: ["mm"],
    meaning: "the last user has left; the user part is torn down next (exit_mmap)",
  },
  dropMm: {
    group: "lazyTlb",
    params: ["mm"],
    meaning: "the last reference is gone: frees the root table by mm_free_pgd; without: at once",
  },
  deferUnmap: {
    group: "unmapFlush",
    params: ["mm"],
    meaning: "the entry of one page was cleared, under the page-table lock, and could be batched",
  },
  flushBatch: {
    group: "unmapFlush",
    params: ["mm"],
    meaning: "the unmapped pages are about to be freed or written out",
  },
  checkPending: {
    group: "unmapFlush",
    params: ["mm"],
    meaning: "an operation that takes rights away holds the page-table lock",
  },
};

/** Names of all hooks, in the order of a listing. */
export const HOOK_NAMES: readonly HookName[] = Object.keys(HOOKS) as HookName[];

/** The hooks of a policy: hook → program. */
export type PolicyHooks = Readonly<Partial<Record<HookName, Program>>>;
