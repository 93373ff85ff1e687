/** A CPU that borrows an address space borrows the kernel's own instead. */
import { own, program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { Environment } from "./environment.ts";
import { oncePerEnvironment } from "./environment.ts";
import { activeMm, INIT_MM } from "./variables.ts";

/**
 * `current->active_mm = &init_mm; switch_mm(mm, &init_mm, current)`: no parameter; interrupts are
 * off. Both are needed: what is borrowed in name, and what the CPU has loaded.
 */
export const switchToInitMm: (env: Environment) => Program = oncePerEnvironment((env) => {
  const source = "kernel/fork.c do_shoot_lazy_tlb(), arch/powerpc/mm/book3s64/radix_tlb.c";
  return program("switch_to_init_mm", { params: [], source }, (k) => {
    k.store(own(activeMm), INIT_MM);
    k.include(env.arch.switchMm(env), { next: INIT_MM });
  });
});
