/** One TLB flush of an address space on arm64: broadcast TLBI, then DSB (asm/tlbflush.h). */
import { program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import type { Environment } from "../environment.ts";

/** Parameters: `mm` and `pages`, the strides of the range (−1: everything). No interrupts. */
export function flushTlbRange(_env: Environment, _options: { readonly freed: boolean }): Program {
  const source = "arch/arm64/include/asm/tlbflush.h __flush_tlb_range()";
  return program("__flush_tlb_range", { params: ["mm", "pages"], source }, (k) => {
    k.begin("tlb_flush");
    k.flushBroadcast("TLBI", "pages");
    k.flushComplete("DSB");
    k.end("tlb_flush");
    k.tally("flush_rounds");
  });
}
