/** Loading an address space on POWER (arch/powerpc/mm/mmu_context.c). */
import { of, own, program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import { activeCpus } from "../archVariables.ts";
import type { Environment } from "../environment.ts";
import { oncePerEnvironment } from "../environment.ts";
import { INIT_MM, isLazy, loadedMm, mmCpumask } from "../variables.ts";

/**
 * `switch_mm_irqs_off()`: parameter `next`. The CPU joins `mm_cpumask` and stays in it when it
 * leaves. The barrier orders the bit before the first translation: a flush sees the bit, or this
 * CPU sees the cleared entry.
 */
export const switchMm: (env: Environment) => Program = oncePerEnvironment(() => {
  const source = "arch/powerpc/mm/mmu_context.c switch_mm_irqs_off()";
  return program("switch_mm_irqs_off", { params: ["next"], source }, (k) => {
    k.store(own(isLazy), 0);
    k.if("next", "!=", INIT_MM, () => {
      k.testBit("present", of(mmCpumask, "next"), "self");
      k.if("present", "==", 0, () => {
        k.setBit(of(mmCpumask, "next"), "self", "relaxed");
        k.add(of(activeCpus, "next"), 1, undefined, "relaxed");
        k.smpMb();
      });
    });
    k.work("switchMm");
    k.ghostLoadRoot("next", "kept");
    k.store(own(loadedMm), "next");
  });
});

/** Idle loops and kernel threads keep the loaded tables: the generic `enter_lazy_tlb()`. */
export const enterLazyTlb: (env: Environment) => Program = oncePerEnvironment(() => {
  const source = "include/asm-generic/mmu_context.h enter_lazy_tlb()";
  return program("enter_lazy_tlb", { params: [], source }, (k) => k.store(own(isLazy), 1));
});
