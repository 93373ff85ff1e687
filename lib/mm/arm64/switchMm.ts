/** Loading an address space on arm64 (arch/arm64/mm/context.c). */
import { own, program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import type { Environment } from "../environment.ts";
import { oncePerEnvironment } from "../environment.ts";
import { INIT_MM, isLazy, loadedMm } from "../variables.ts";
import { enterSmeUser, hasSmeErratum, leaveSmeUser } from "./smeSync.ts";

/**
 * `check_and_switch_context()`: parameter `next`. `mm_cpumask` is not kept on arm64, except for the
 * SME erratum.
 */
export const switchMm: (env: Environment) => Program = oncePerEnvironment((env) => {
  const source = "arch/arm64/mm/context.c check_and_switch_context()";
  return program("check_and_switch_context", { params: ["next"], source }, (k) => {
    k.store(own(isLazy), 0);
    if (hasSmeErratum(env)) {
      k.load("prev", own(loadedMm));
      leaveSmeUser(k, env, "prev");
      k.if("next", "!=", INIT_MM, () => enterSmeUser(k, env, "next"));
    }
    k.work("switchMm");
    k.ghostLoadRoot("next", "kept");
    k.store(own(loadedMm), "next");
  });
});

/** Idle loops and kernel threads keep the loaded tables: the generic `enter_lazy_tlb()`. */
export const enterLazyTlb: (env: Environment) => Program = oncePerEnvironment((env) => {
  const source = "include/asm-generic/mmu_context.h enter_lazy_tlb()";
  return program("enter_lazy_tlb", { params: [], source }, (k) => {
    if (hasSmeErratum(env)) {
      k.load("borrowed", own(loadedMm));
      leaveSmeUser(k, env, "borrowed");
    }
    k.store(own(isLazy), 1);
  });
});
