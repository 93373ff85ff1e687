/** Loading an address space on POWER (arch/powerpc/mm/mmu_context.c). */
import { own, program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import type { Environment } from "../environment.ts";
import { oncePerEnvironment } from "../environment.ts";
import { isLazy, loadedMm } from "../variables.ts";

/** `switch_mm_irqs_off()`: parameter `next`. The CPU joins `mm_cpumask` and stays. */
export const switchMm: (env: Environment) => Program = oncePerEnvironment(() => {
  const source = "arch/powerpc/mm/mmu_context.c switch_mm_irqs_off()";
  return program("switch_mm_irqs_off", { params: ["next"], source }, (k) => {
    k.store(own(isLazy), 0);
    k.work("switchMm");
    k.store(own(loadedMm), "next");
  });
});

/** Idle loops and kernel threads keep the loaded tables: the generic `enter_lazy_tlb()`. */
export const enterLazyTlb: (env: Environment) => Program = oncePerEnvironment(() => {
  const source = "include/asm-generic/mmu_context.h enter_lazy_tlb()";
  return program("enter_lazy_tlb", { params: [], source }, (k) => k.store(own(isLazy), 1));
});
