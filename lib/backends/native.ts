import type { BackendBehaviour } from "./behaviour.ts";
import { nativeFlushTlbMulti } from "./nativeFlush.ts";

/**
 * Bare metal x86. Without INVLPGB every flush that leaves this CPU interrupts all CPUs that may
 * hold translations; with it, address spaces with a global ASID are flushed without interrupts.
 */
export const native: BackendBehaviour = {
  name: "native",
  flushTlbMulti: nativeFlushTlbMulti,
  flushInterruptsWalkers: ({ invlpgb }) => !invlpgb,
  attributes: ({ invlpgb }) => ({
    tlbTargets: invlpgb ? "all CPUs, once the ASID is global" : "mm_cpumask, lazy CPUs if freed",
    handlerTargets: invlpgb ? "none, once the ASID is global" : "the same CPUs",
    ordersInitiator: "full",
  }),
};
