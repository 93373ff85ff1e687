/** Address spaces of a CPU: loading one, borrowing one, giving it back (arch/x86/mm/tlb.c). */
import type { Builder } from "../steps/builder.ts";
import { of, own, program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { Environment } from "./environment.ts";
import { oncePerEnvironment } from "./environment.ts";
import {
  activeMm,
  cpuTlbGen,
  globalAsid,
  INIT_MM,
  isLazy,
  loadedGlobalAsid,
  loadedMm,
  mmCpumask,
  NO_MM,
  SWITCHING,
  tlbGen,
} from "./variables.ts";

/**
 * `switch_mm_irqs_off(next)`: parameter `next`. Until 6.12 the CPU leaves the mask of the old
 * address space at once; since 6.13 its bit stays until a flush finds it elsewhere.
 */
export const switchMm: (env: Environment) => Program = oncePerEnvironment((env) => {
  const source = "arch/x86/mm/tlb.c switch_mm_irqs_off()";
  return program("switch_mm_irqs_off", { params: ["next"], source }, (k) => {
    k.load("prev", own(loadedMm));
    k.load("was_lazy", own(isLazy));
    k.if("was_lazy", "==", 1, () => k.store(own(isLazy), 0));
    k.if("prev", "==", "next", () => {
      if (env.invlpgb) stayOnGlobalAsid(k);
      catchUpAfterLazy(k);
      k.leave("switch_mm_irqs_off");
    });
    if (!env.features.lazyCpumask) {
      k.if("prev", "!=", INIT_MM, () => k.clearBit(of(mmCpumask, "prev"), "self"));
    }
    k.store(own(loadedMm), SWITCHING);
    joinMask(k, env);
    k.load("gen", of(tlbGen, "next"));
    if (env.invlpgb) {
      k.load("asid", of(globalAsid, "next"));
      k.store(own(loadedGlobalAsid), "asid");
    }
    k.work("switchMm");
    k.store(own(cpuTlbGen), "gen");
    k.store(own(loadedMm), "next");
  });
});

/** The address space got a global ASID meanwhile: reload. INVLPGB keeps a global one clean. */
function stayOnGlobalAsid(k: Builder): void {
  k.load("wanted", of(globalAsid, "next"));
  k.load("current", own(loadedGlobalAsid));
  k.if("current", "!=", "wanted", () => {
    k.work("switchMm");
    k.store(own(loadedGlobalAsid), "wanted");
  });
  k.if("wanted", "==", 1, () => k.leave("switch_mm_irqs_off"));
}

/** Flushes spared this CPU while it was lazy; the barrier pairs with their `tlb_gen` increment. */
function catchUpAfterLazy(k: Builder): void {
  k.if("was_lazy", "==", 0, () => k.leave("switch_mm_irqs_off"));
  k.smpMb();
  k.load("gen", of(tlbGen, "next"));
  k.load("local_gen", own(cpuTlbGen));
  k.if("local_gen", "==", "gen", () => k.leave("switch_mm_irqs_off"));
  k.flushLocal(-1);
  k.store(own(cpuTlbGen), "gen");
}

/**
 * The mask bit, then the generation: a flush sees the bit, or this CPU sees its generation. Where
 * the bit may stand already, a barrier takes the place of the atomic ("x86/mm: Fix SMP ordering in
 * switch_mm_irqs_off()").
 */
function joinMask(k: Builder, env: Environment): void {
  const join = (): void => k.setBit(of(mmCpumask, "next"), "self");
  if (!env.features.lazyCpumask) {
    k.if("next", "!=", INIT_MM, join);
    return;
  }
  k.set("present", 1);
  k.if("next", "!=", INIT_MM, () => k.testBit("present", of(mmCpumask, "next"), "self"));
  k.if("present", "==", 0, join, () => k.smpMb());
}

/** `enter_lazy_tlb()`: the idle loop or a kernel thread keeps the last user's tables loaded. */
export function enterLazyTlb(env: Environment): Program {
  const source = "arch/x86/mm/tlb.c enter_lazy_tlb(); kernel/sched/core.c context_switch()";
  return program("enter_lazy_tlb", { params: [], source }, (k) => {
    k.load("mm", own(loadedMm));
    k.if("mm", "==", INIT_MM, () => k.leave("enter_lazy_tlb"));
    k.store(own(isLazy), 1);
    if (env.hooks.goLazy !== undefined) {
      k.store(own(activeMm), "mm");
      k.include(env.hooks.goLazy, { mm: "mm" }, { label: "goLazy" });
    }
  });
}

/** A user thread comes to this CPU: parameter `next`, with interrupts off as in the scheduler. */
export function switchToUser(env: Environment): Program {
  const source = "kernel/sched/core.c context_switch(), finish_task_switch()";
  return program("context_switch", { params: ["next"], source }, (k) => {
    k.irqOff();
    k.include(switchMm(env), { next: "next" });
    const { leaveLazy } = env.hooks;
    if (leaveLazy !== undefined) {
      k.load("borrowed", own(activeMm));
      k.if("borrowed", "!=", NO_MM, () => {
        k.store(own(activeMm), NO_MM);
        k.include(leaveLazy, { mm: "borrowed" }, { label: "leaveLazy" });
      });
    }
    k.work("taskSwitch");
    k.irqOn();
  });
}

/** The last user thread of this CPU sleeps: the idle loop borrows its address space. */
export function switchToIdle(env: Environment): Program {
  const source = "kernel/sched/core.c context_switch()";
  return program("context_switch_to_idle", { params: [], source }, (k) => {
    k.irqOff();
    k.include(enterLazyTlb(env));
    k.work("taskSwitch");
    k.irqOn();
  });
}
