/** One TLB flush of an address space on POWER: tlbie and ptesync. */
import { program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import type { Environment } from "../environment.ts";

/** Parameters: `mm` and `pages`, the strides of the range (−1: everything). No interrupts. */
export function flushTlbRange(_env: Environment, _options: { readonly freed: boolean }): Program {
  const source = "arch/powerpc/mm/book3s64/radix_tlb.c radix__flush_tlb_range()";
  return program("radix__flush_tlb_range", { params: ["mm", "pages"], source }, (k) => {
    k.begin("tlb_flush");
    k.flushBroadcast("tlbie", "pages");
    k.flushComplete("ptesync");
    k.end("tlb_flush");
    k.tally("flush_rounds");
  });
}
