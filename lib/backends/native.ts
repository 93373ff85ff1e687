import type { Arch } from "../machine/arch.ts";
import type { BackendBehaviour, FlushAttributes } from "./behaviour.ts";
import { nativeFlushTlbMulti } from "./nativeFlush.ts";

/**
 * Bare metal. On x86 without INVLPGB and RAR every flush that leaves this CPU interrupts all CPUs
 * that may hold translations; everywhere else the hardware carries the flush.
 */
export const native: BackendBehaviour = {
  name: "native",
  constraints: [],
  flushTlbMulti: nativeFlushTlbMulti,
  flushInterruptsWalkers: (cpu) => cpu.kind === "x86" && !cpu.invlpgb && !cpu.rar,
  freesTablesByRcu: false,
  attributes,
};

function attributes(cpu: Arch): FlushAttributes {
  switch (cpu.kind) {
    case "x86":
      return {
        tlbTargets: cpu.invlpgb
          ? "all CPUs, once the ASID is global"
          : "mm_cpumask, lazy CPUs if freed",
        handlerTargets: cpu.invlpgb ? "none, once the ASID is global" : "the same CPUs",
        ordersInitiator: "full",
      };
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
