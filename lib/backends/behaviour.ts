/** What a backend does, apart from its name. */
import type { Arch, MaskSend, X86 } from "../machine/arch.ts";
import type { CostChanges } from "../machine/costs.ts";
import type { Machine } from "../machine/machine.ts";
import type { Constraint } from "../mm/constraint.ts";
import type { Environment, FlushOptions } from "../mm/environment.ts";
import type { Program } from "../steps/instructions.ts";
import type { Preemption } from "./overcommit.ts";

/** Plain options of a backend. */
export type BackendOptions = Readonly<Record<string, string | number | boolean>>;

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

/** A kind of backend; one a file of this folder. */
export interface BackendKind {
  /** The options with their defaults. Throws SD001 and SD002 for wrong ones. */
  complete(options: object): BackendOptions;
  /** What it does with completed options. */
  behaviour(options: BackendOptions): BackendBehaviour;
}

/**
 * What a backend does. Policies that skip or target the sync differ in which of these facts they
 * trust: `flushOp` (RFC to v2, v5 to v10: native only; v4: also KVM), `sparesPreempted` (why v4 was
 * wrong), `fallsBack` (why v1's review called a fact known at boot too coarse).
 */
export interface BackendBehaviour {
  /** Where it exists; everywhere without. */
  readonly constraints: readonly Constraint[];
  /** x86: whose `flush_tlb_multi` it is, as code that compares the pointer sees it. */
  readonly flushOp: "native" | "kvm" | "hyperv" | "xen";
  /** A flush may leave out vCPUs that do not run, whatever they were doing. */
  readonly sparesPreempted: boolean;
  /** A flush may go the native way after all, decided anew each time. */
  readonly fallsBack: boolean;
  /** The kernel overrides `tlb_remove_table` so that tables go through RCU (x86 before 6.14). */
  readonly freesTablesByRcu: boolean;
  /**
   * x86: the `flush_tlb_multi` that a kernel on this backend uses. Where a policy has the hook
   * `flush`, a round with freed tables leaves in the register `sent` whose handlers ran: 1 those of
   * all CPUs it concerns, 2 of some (preempted vCPUs left out), 0 of none.
   */
  flushTlbMulti(env: Environment, options: FlushOptions): Program;
  /**
   * Whether every flush is known at boot to interrupt all CPUs that may walk the tables, which is
   * what `tlb_ipi_broadcast_key` says. `cpu`: with the features that the kernel sees.
   */
  flushInterruptsWalkers(cpu: Arch): boolean;
  attributes(cpu: Arch): FlushAttributes;
  /** The features of a machine that the kernel sees. */
  exposed(cpu: X86): X86;
  /** What costs differ from those of the machine. */
  costs(machine: Machine): CostChanges;
  /** How one interrupt is sent to many CPUs; without: as on the machine itself. */
  readonly maskSend?: MaskSend;
  /** How vCPUs run and stand still; without: they always run. */
  readonly preemption: Preemption | undefined;
}

/** The constraint of backends that are interfaces of x86 hypervisors. */
export function onlyX86(reason: string): readonly Constraint[] {
  return [{ on: "arch", oneOf: ["x86"], reason }];
}

/** A guest sees no instruction that flushes other CPUs unless the hypervisor lets it. */
export function withoutBroadcast(cpu: X86): X86 {
  return { ...cpu, invlpgb: false, rar: false };
}
