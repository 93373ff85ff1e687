/** One TLB flush of an address space on arm64: broadcast TLBI, then DSB (asm/tlbflush.h). */
import { program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import type { Environment, RangeFlushOptions } from "../environment.ts";
import { oncePerEnvironment } from "../environment.ts";
import { syncSmeUsers } from "./smeSync.ts";
import { invalidateRange } from "./tlbi.ts";

/**
 * Parameters: `mm` and `pages`, the strides of the range (−1: everything). Whoever holds
 * translations, no CPU is interrupted, unless the machine has the SME erratum. Without freed tables
 * only entries that map pages go; at process end they stay until their ASID is used again.
 */
export function flushTlbRange(env: Environment, options: RangeFlushOptions): Program {
  if (options.fullMm === true && !options.freed) return leaveToAsid;
  return options.freed ? flushFreed(env) : flushKept(env);
}

const flushFreed = oncePerEnvironment((env) => flushRange(env, true));
const flushKept = oncePerEnvironment((env) => flushRange(env, false));

/** `tlb_flush()` with `fullmm`: the ASID allocator flushes before it gives the number away. */
const leaveToAsid: Program = program(
  "tlb_flush",
  { params: ["mm", "pages"], source: "arch/arm64/include/asm/tlb.h tlb_flush()" },
  () => {},
);

function flushRange(env: Environment, freed: boolean): Program {
  const source = "arch/arm64/include/asm/tlbflush.h __flush_tlb_range(), flush_tlb_mm()";
  return program("__flush_tlb_range", { params: ["mm", "pages"], source }, (k) => {
    k.begin("tlb_flush");
    k.fence("write");
    k.include(invalidateRange(env, freed ? "all" : "leafOnly"), { pages: "pages" });
    k.flushComplete("DSB");
    syncSmeUsers(k, env);
    k.end("tlb_flush");
    k.tally("flush_rounds");
  });
}
