/** CPUs that use an address space, go lazy on it, switch to another one and come back. */
import type { Environment } from "../../mm/environment.ts";
import { program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";

/**
 * User code that accesses page (or table) 0, the idle loop, another process, and back, over and
 * over: parameters `mm`, `other`, and `lives`, 1 where the CPU begins in user code of `mm`.
 * References that borrowers hold are left out. `change`: a `switch_mm_irqs_off()`.
 */
export function usesAndSwitches(
  env: Environment,
  change: Program = env.arch.switchMm(env),
): Program {
  const source = "kernel/sched/core.c context_switch(), arch/x86/mm/tlb.c";
  return program("context_switches", { params: ["mm", "other", "lives"], source }, (k) => {
    const switchTo = (next: string): void => {
      k.irqOff();
      k.include(change, { next });
      k.irqOn();
    };
    k.if("lives", "==", 0, () => switchTo("mm"));
    k.forever(() => {
      k.ghost("access", 0);
      k.pick("borrows", 2);
      k.if("borrows", "==", 1, () => {
        k.irqOff();
        k.include(env.arch.enterLazyTlb(env));
        k.irqOn();
      });
      k.pick("leaves", 2);
      k.if("leaves", "==", 1, () => switchTo("other"));
      switchTo("mm");
    });
  });
}
