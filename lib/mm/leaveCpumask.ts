/** A CPU leaves `mm_cpumask` of an address space that nobody uses any more. */
import { of, program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import { activeCpus } from "./archVariables.ts";
import type { Environment } from "./environment.ts";
import { oncePerEnvironment } from "./environment.ts";
import { mmCpumask } from "./variables.ts";

/**
 * Parameter `mm`, which is not loaded here; interrupts are off. No flush will look for this CPU
 * afterwards: it drops its translations itself.
 */
export const leaveCpumask: (env: Environment) => Program = oncePerEnvironment((env) => {
  const source = "kernel/fork.c cleanup_lazy_tlbs(), its comment on clearing mm_cpumask";
  return program("leave_mm_cpumask", { params: ["mm"], source }, (k) => {
    k.testBit("member", of(mmCpumask, "mm"), "self");
    k.if("member", "==", 1, () => {
      if (env.cpu.kind === "powerpc") k.add(of(activeCpus, "mm"), -1, undefined, "relaxed");
      k.clearBit(of(mmCpumask, "mm"), "self");
      k.flushLocal(-1);
    });
  });
});
