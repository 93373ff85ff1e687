/** Address spaces of a CPU: loading one, borrowing one, giving it back (arch/x86/mm/tlb.c). */
import { of, own, program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { Environment } from "./environment.ts";
import {
  cpuTlbGen,
  globalAsid,
  INIT_MM,
  isLazy,
  loadedGlobalAsid,
  loadedMm,
  mmCpumask,
  SWITCHING,
  tlbGen,
} from "./variables.ts";

/**
 * `switch_mm_irqs_off(next)`: parameter `next`. Until 6.12 the CPU leaves the mask of the old
 * address space at once; since 6.13 its bit stays until a flush finds it elsewhere.
 */
export function switchMm(env: Environment): Program {
  const source = "arch/x86/mm/tlb.c switch_mm_irqs_off()";
  return program("switch_mm_irqs_off", { params: ["next"], source }, (k) => {
    k.load("prev", own(loadedMm));
    k.load("was_lazy", own(isLazy));
    k.if("prev", "==", "next", () => {
      k.store(own(isLazy), 0);
      k.if("was_lazy", "==", 0, () => k.leave("switch_mm_irqs_off"));
      k.smpMb();
      k.load("gen", of(tlbGen, "next"));
      k.load("local_gen", own(cpuTlbGen));
      k.if("local_gen", "==", "gen", () => k.leave("switch_mm_irqs_off"));
      k.flushLocal(-1);
      k.store(own(cpuTlbGen), "gen");
      k.leave("switch_mm_irqs_off");
    });
    if (!env.features.lazyCpumask) {
      k.if("prev", "!=", INIT_MM, () => k.clearBit(of(mmCpumask, "prev"), "self"));
    }
    k.store(own(loadedMm), SWITCHING);
    k.if("next", "!=", INIT_MM, () => {
      k.testBit("present", of(mmCpumask, "next"), "self");
      k.if("present", "==", 0, () => k.setBit(of(mmCpumask, "next"), "self"));
    });
    k.load("gen", of(tlbGen, "next"));
    if (env.invlpgb) {
      k.load("asid", of(globalAsid, "next"));
      k.store(own(loadedGlobalAsid), "asid");
    }
    k.work("switchMm");
    k.store(own(cpuTlbGen), "gen");
    k.store(own(loadedMm), "next");
    k.store(own(isLazy), 0);
  });
}

/** `enter_lazy_tlb()`: the idle loop or a kernel thread keeps the last user's tables loaded. */
export function enterLazyTlb(env: Environment): Program {
  const source = "arch/x86/mm/tlb.c enter_lazy_tlb(); kernel/sched/core.c context_switch()";
  return program("enter_lazy_tlb", { params: [], source }, (k) => {
    k.load("mm", own(loadedMm));
    k.if("mm", "==", INIT_MM, () => k.leave("enter_lazy_tlb"));
    k.store(own(isLazy), 1);
    if (env.hooks.goLazy !== undefined) k.include(env.hooks.goLazy, { mm: "mm" });
  });
}

/** A user thread comes to this CPU: parameter `next`, with interrupts off as in the scheduler. */
export function switchToUser(env: Environment): Program {
  const source = "kernel/sched/core.c context_switch()";
  return program("context_switch", { params: ["next"], source }, (k) => {
    k.irqOff();
    k.load("borrowed", own(isLazy));
    k.load("prev_mm", own(loadedMm));
    k.include(switchMm(env), { next: "next" });
    const { leaveLazy } = env.hooks;
    if (leaveLazy !== undefined) {
      k.if("borrowed", "==", 1, () => k.include(leaveLazy, { mm: "prev_mm" }));
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
