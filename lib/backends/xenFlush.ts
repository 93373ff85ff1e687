/** `xen_flush_tlb_multi`: one hypercall flushes all vCPUs of the mask, this one included. */
import type { Environment, FlushOptions } from "../mm/environment.ts";
import { SENT_TO_NONE } from "../mm/hookPoints.ts";
import { flushMaskOf } from "../mm/x86/flushMask.ts";
import { program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import { FLUSH_PARAMS, reportSent } from "./nativeFlush.ts";

/**
 * Parameters `mm`, `gen`, `pages`, `trim`. Neither laziness nor freed tables matter, and no
 * `flush_tlb_func` runs: generations, lazy CPUs and stale bits of the mask stay as they are. One
 * page is taken as one stride.
 */
export function xenFlushTlbMulti(env: Environment, options: FlushOptions): Program {
  const source = "arch/x86/xen/mmu_pv.c xen_flush_tlb_multi()";
  return program("xen_flush_tlb_multi", { params: FLUSH_PARAMS, source }, (k) => {
    k.trace("xen_mmu_flush_tlb_multi", "hypercall", "pages");
    k.loadMask("cpus", flushMaskOf(options));
    k.countMask("members", "cpus");
    k.section("multicall", () => {
      k.if("members", "==", 0, () => k.leave("multicall"));
      k.if(
        "pages",
        "==",
        1,
        () => k.flushCpus("hypercall", "MMUEXT_INVLPG_MULTI", "cpus", "pages"),
        () => k.flushCpus("hypercall", "MMUEXT_TLB_FLUSH_MULTI", "cpus", -1),
      );
      k.work("hypercallTarget", "members");
    });
    reportSent(k, env, options, SENT_TO_NONE);
  });
}
