/** How walkers say that they walk, in the series that ask them: trackers, counters, contexts. */
import type { Scope, Variable } from "../steps/instructions.ts";

/** NO_MM, which variables.ts declares; that file imports this one. */
const NOBODY = 0;

function number(scope: Scope, name: string, initial: number, meaning: string): Variable {
  return { name, scope, holds: "number", initial, meaning };
}

/** User mode, or idle: no walk with interrupts off can be under way. */
export const CONTEXT_USER = 0;
/** Kernel mode. */
export const CONTEXT_KERNEL = 1;
/** User mode, with work for the entry into the kernel (Valentin Schneider's series). */
export const CONTEXT_USER_OWES = 2;

/** The tracker of "[PATCH v4 1/3] mm: use targeted IPIs …" (Lance Yang, 2 Feb 2026). */
export const walkedMm: Variable = number(
  "cpu",
  "active_lockless_pt_walk_mm",
  NOBODY,
  "address space that this CPU walks with interrupts off",
);

/** What the tracker held when the innermost walk of this CPU began: an NMI's walk restores it. */
export const outerWalkedMm: Variable = number(
  "cpu",
  "outer_lockless_pt_walk_mm",
  NOBODY,
  "address space of the walk that an NMI has interrupted",
);

/** `mm->context.lockless_pgtbl_walk_count` of Bras's v4 (27 Sep 2019). */
export const mmWalkers: Variable = number(
  "mm",
  "lockless_pgtbl_walk_count",
  0,
  "walks of this address space under way",
);

/** The per-CPU counter of Bras's v6, 6 Feb 2020. */
export const cpuWalks: Variable = number(
  "cpu",
  "lockless_pgtbl_walk_counter",
  0,
  "walks under way on this CPU",
);

/** `tlb->tlb_flush_sent_ipi` of v3: of the `mmu_gather` that the task on this CPU has. */
export const flushSentIpi: Variable = number(
  "cpu",
  "tlb_flush_sent_ipi",
  0,
  "1 after a flush for freed tables that interrupted its targets",
);

/** `context_tracking.state` (kernel/context_tracking.c). */
export const contextState: Variable = number(
  "cpu",
  "context_tracking_state",
  CONTEXT_USER,
  "0 in user mode or idle, 1 in the kernel, 2 in user mode and owing a flush",
);

/** All of this file. */
export const WALKER_VARIABLES: readonly Variable[] = [
  walkedMm,
  outerWalkedMm,
  mmWalkers,
  cpuWalks,
  flushSentIpi,
  contextState,
];
