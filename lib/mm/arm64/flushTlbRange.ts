/** One TLB flush of an address space on arm64: broadcast TLBI, then DSB (asm/tlbflush.h). */
import { program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import type { Environment } from "../environment.ts";
import { oncePerEnvironment } from "../environment.ts";
import { syncSmeUsers } from "./smeSync.ts";
import { invalidateRange } from "./tlbi.ts";

/**
 * Parameters: `mm` and `pages`, the strides of the range (−1: everything). Whoever holds
 * translations, no CPU is interrupted, unless the machine has the SME erratum. Without freed tables
 * only entries that map pages go.
 */
export function flushTlbRange(env: Environment, options: { readonly freed: boolean }): Program {
  return options.freed ? flushFreed(env) : flushKept(env);
}

const flushFreed = oncePerEnvironment((env) => flushRange(env, true));
const flushKept = oncePerEnvironment((env) => flushRange(env, false));

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
