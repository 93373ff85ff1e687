/** What a backend does, apart from its name. */
import type { Arch } from "../machine/arch.ts";
import type { Constraint } from "../mm/constraint.ts";
import type { Environment, FlushOptions } from "../mm/environment.ts";
import type { Program } from "../steps/instructions.ts";

/**
 * Three independent attributes of a flush; most wrong patches of this field confused two of them.
 */
export interface FlushAttributes {
  /** Which CPUs lose translations. */
  readonly tlbTargets: string;
  /** Which CPUs run an interrupt handler before the initiator goes on. */
  readonly handlerTargets: string;
  /** How strongly the flush orders the initiator's own accesses. */
  readonly ordersInitiator: "none" | "full";
}

/** What a backend does; one object a file of this folder. */
export interface BackendBehaviour {
  readonly name: string;
  /** Where it exists; everywhere without. */
  readonly constraints: readonly Constraint[];
  /** x86: the `flush_tlb_multi` that a kernel on this backend uses. */
  flushTlbMulti(env: Environment, options: FlushOptions): Program;
  /**
   * Whether every flush is known at boot to interrupt all CPUs that may walk the tables, which is
   * what `tlb_ipi_broadcast_key` says.
   */
  flushInterruptsWalkers(cpu: Arch): boolean;
  /** The kernel overrides `tlb_remove_table` so that tables go through RCU (x86 before 6.14). */
  readonly freesTablesByRcu: boolean;
  attributes(cpu: Arch): FlushAttributes;
}
