/** Kernel mappings that go: every CPU may have them, whichever address space it runs. */
import { program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { Environment } from "./environment.ts";
import { hasHook, runHook } from "./hooks.ts";

const flushHere = program(
  "do_kernel_range_flush",
  { source: "arch/x86/mm/tlb.c do_kernel_range_flush()" },
  (k) => k.flushLocal(-1),
);

/** `flush_tlb_kernel_range()`: no parameter. Every online CPU flushes, isolated ones too. */
export function flushKernelRange(env: Environment): Program {
  const source = "arch/x86/mm/tlb.c flush_tlb_kernel_range()";
  return program("flush_tlb_kernel_range", { params: [], source }, (k) => {
    if (hasHook(env, "kernelFlush")) {
      runHook(k, env, "kernelFlush", {});
      return;
    }
    k.crossCall("online", flushHere);
    k.flushLocal(-1);
    k.awaitCalls();
  });
}
