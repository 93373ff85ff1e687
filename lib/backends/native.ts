import { checkKeys, checkOneOf } from "../base/check.ts";
import type { Arch } from "../machine/arch.ts";
import type { BackendBehaviour, BackendKind, FlushAttributes } from "./behaviour.ts";
import type { FlushOrder } from "./nativeFlush.ts";
import { nativeFlushTlbMulti } from "./nativeFlush.ts";

/** Options of the native backend. */
export interface NativeOptions {
  /**
   * x86: `concurrent`, the initiator flushes its own translations while the others do theirs
   * ("x86/mm/tlb: Flush remote and local TLBs concurrently", Nadav Amit, since 5.13); `sequential`,
   * first its own and then the others', as before. Default `concurrent`.
   */
  flush?: FlushOrder;
}

/**
 * Bare metal. On x86 without INVLPGB and RAR every flush that leaves this CPU interrupts all CPUs
 * that may hold translations; everywhere else the hardware carries the flush.
 */
export const nativeKind: BackendKind = { complete, behaviour: (options) => nativeOf(options) };

function complete(options: NativeOptions): Required<NativeOptions> & { flush: string } {
  checkKeys("backend.native", options, ["flush"]);
  const { flush = "concurrent" } = options;
  return { flush: checkOneOf("flush", flush, ["concurrent", "sequential"]) };
}

function nativeOf({ flush }: Readonly<Record<string, unknown>>): BackendBehaviour {
  return {
    constraints: [],
    flushOp: "native",
    sparesPreempted: false,
    fallsBack: false,
    freesTablesByRcu: false,
    flushTlbMulti: (env, options) => nativeFlushTlbMulti(env, options, flush as FlushOrder),
    flushInterruptsWalkers: isInterruptDriven,
    attributes: nativeAttributes,
    exposed: (cpu) => cpu,
    costs: () => ({}),
    preemption: undefined,
  };
}

/** Whether the native flush of these CPUs is always an interrupt. */
export function isInterruptDriven(cpu: Arch): boolean {
  return cpu.kind === "x86" && !cpu.invlpgb && !cpu.rar;
}

/** What the native flush reaches. */
export function nativeAttributes(cpu: Arch): FlushAttributes {
  switch (cpu.kind) {
    case "x86":
      if (cpu.invlpgb) return ONCE_GLOBAL;
      return { ...INTERRUPTS, ...(cpu.rar ? { handlerTargets: "none" } : {}) };
    case "arm64":
      return { tlbTargets: "all CPUs", handlerTargets: "none", ordersInitiator: "full" };
    case "powerpc":
      return {
        tlbTargets: "all CPUs, or this one if it is alone in mm_cpumask",
        handlerTargets: "none, but once every CPU that is trimmed from mm_cpumask",
        ordersInitiator: "full",
      };
  }
}

const INTERRUPTS: FlushAttributes = {
  tlbTargets: "mm_cpumask, lazy CPUs if freed",
  handlerTargets: "the same CPUs",
  ordersInitiator: "full",
};

const ONCE_GLOBAL: FlushAttributes = {
  tlbTargets: "all CPUs, once the ASID is global",
  handlerTargets: "none, once the ASID is global",
  ordersInitiator: "full",
};
