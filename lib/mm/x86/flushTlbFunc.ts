/** What a flush does on one CPU: `flush_tlb_func` (arch/x86/mm/tlb.c). */

import type { Builder } from "../../steps/builder.ts";
import { of, own, program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import type { Environment } from "../environment.ts";
import { oncePerEnvironment } from "../environment.ts";
import { cpuTlbGen, INIT_MM, isLazy, loadedMm, mmCpumask, NO_MM, tlbGen } from "../variables.ts";
import { followGlobalAsid } from "./globalAsid.ts";
import { switchMm } from "./switchMm.ts";

/** TLB_GENERATION_INVALID: the flush belongs to no single generation. */
export const ANY_GENERATION = 0;

/**
 * Parameters: `mm` (NULL: whatever is loaded, as in reclaim), `gen` (the generation this flush
 * brings; 0: any), `pages` (−1: everything) and `initiator`. The TLB row counts executions on other
 * CPUs at the very top, whatever is then found.
 */
export const flushTlbFunc: (env: Environment) => Program = oncePerEnvironment((env) => {
  const params = ["mm", "gen", "pages", "initiator"];
  const source = "arch/x86/mm/tlb.c flush_tlb_func()";
  return program("flush_tlb_func", { params, source }, (k) => {
    k.if("self", "!=", "initiator", () => k.countRow("TLB"));
    k.load("loaded", own(loadedMm));
    k.if("mm", "!=", NO_MM, () => {
      k.if("loaded", "!=", "mm", () => leaveForeignMask(k, env));
    });
    k.if("loaded", "==", INIT_MM, () => k.leave("flush_tlb_func"));
    if (env.invlpgb) followGlobalAsid(k, "loaded", "flush_tlb_func");
    k.load("lazy", own(isLazy));
    k.if("lazy", "==", 1, () => {
      k.trace("tlb_flush", "flush on task switch");
      k.include(switchMm(env), { next: INIT_MM });
      k.leave("flush_tlb_func");
    });
    catchUpWithGeneration(k);
  });
});

/** The CPU runs something else: since 6.13 it leaves the mask here and not when it switched. */
function leaveForeignMask(k: Builder, env: Environment): void {
  if (env.features.lazyCpumask) {
    k.clearBit(of(mmCpumask, "mm"), "self");
    k.trace("tlb_flush", "remote wrong CPU", 0);
  }
  k.leave("flush_tlb_func");
}

/** INVLPG per page when exactly one flush behind, a full flush otherwise. */
function catchUpWithGeneration(k: Builder): void {
  k.load("local_gen", own(cpuTlbGen));
  k.if("gen", "!=", ANY_GENERATION, () => {
    k.if("gen", "<=", "local_gen", () => k.leave("flush_tlb_func"));
  });
  k.load("mm_gen", of(tlbGen, "loaded"));
  k.set("strides", 0);
  k.if("local_gen", "!=", "mm_gen", () => {
    k.set("strides", -1);
    k.if("pages", "!=", -1, () => {
      k.compute("next_gen", "local_gen", "+", 1);
      k.if("gen", "==", "next_gen", () => {
        k.if("gen", "==", "mm_gen", () => k.set("strides", "pages"));
      });
    });
    k.flushLocal("strides");
    k.store(own(cpuTlbGen), "mm_gen");
  });
  traceShootdown(k);
}

function traceShootdown(k: Builder): void {
  k.if(
    "self",
    "!=",
    "initiator",
    () => k.trace("tlb_flush", "remote shootdown", "strides"),
    () =>
      k.if(
        "mm",
        "==",
        NO_MM,
        () => k.trace("tlb_flush", "local shootdown", "strides"),
        () => k.trace("tlb_flush", "local MM shootdown", "strides"),
      ),
  );
}
