/** The flush of pages unmapped on behalf of a file or of reclaim: `arch_tlbbatch_flush`. */
import { of, program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import type { Environment } from "../environment.ts";
import { mmCpumask, tlbGen } from "../variables.ts";
import { ANY_GENERATION } from "./flushTlbFunc.ts";

/**
 * Parameter `mm`: the address space whose pages were unmapped. The flush is deferred, and later
 * sent, only when another CPU is in the mask; it spares CPUs that borrow the address space.
 */
export function flushUnmapBatch(env: Environment): Program {
  const source = "mm/rmap.c try_to_unmap_flush(), arch/x86/mm/tlb.c arch_tlbbatch_flush()";
  return program("try_to_unmap_flush", { params: ["mm"], source }, (k) => {
    k.loadMask("others", of(mmCpumask, "mm"));
    k.removeCpu("others", "self");
    k.countMask("remote", "others");
    k.if("remote", ">", 0, () => {
      k.begin("tlb_flush");
      k.add(of(tlbGen, "mm"), 1);
      if (env.invlpgb) {
        k.flushBroadcast("INVLPGB", -1);
        k.flushComplete("TLBSYNC");
      } else {
        k.trace("tlb_flush", "remote IPI send", -1);
        k.tally("flush_rounds");
        const args = { mm: "mm", gen: ANY_GENERATION, pages: -1, trim: 0 };
        k.include(env.flushTlbMulti({ freed: false, anyMm: true }), args);
      }
      k.end("tlb_flush");
    });
  });
}
