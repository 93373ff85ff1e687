/** Loading and borrowing an address space on x86 (arch/x86/mm/tlb.c). */
import type { Builder } from "../../steps/builder.ts";
import { of, own, program } from "../../steps/builder.ts";
import type { Program, RootLoad } from "../../steps/instructions.ts";
import type { Environment } from "../environment.ts";
import { oncePerEnvironment } from "../environment.ts";
import {
  cpuTlbGen,
  globalAsid,
  INIT_MM,
  isLazy,
  keptMm,
  keptTlbGen,
  loadedGlobalAsid,
  loadedMm,
  mmCpumask,
  SWITCHING,
  tlbGen,
} from "../variables.ts";
import { followGlobalAsid } from "./globalAsid.ts";

/**
 * `switch_mm_irqs_off(next)`: parameter `next`. Until 6.12 the CPU leaves the mask of the old
 * address space at once; since 6.13 its bit stays until a flush finds it elsewhere. With RAR every
 * CPU of the mask is kept clean, lazy ones too, and one that comes from outside flushes.
 */
export const switchMm: (env: Environment) => Program = oncePerEnvironment((env) => {
  const source = "arch/x86/mm/tlb.c switch_mm_irqs_off()";
  return program("switch_mm_irqs_off", { params: ["next"], source }, (k) => {
    k.load("prev", own(loadedMm));
    k.load("was_lazy", own(isLazy));
    k.if("was_lazy", "==", 1, () => k.store(own(isLazy), 0));
    k.if("prev", "==", "next", () => {
      if (env.invlpgb) followGlobalAsid(k, "next", "switch_mm_irqs_off");
      if (env.rar) k.leave("switch_mm_irqs_off");
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
    if (keepsContexts(env)) takeContext(k);
    k.work("switchMm");
    loadNextRoot(k, env);
    k.store(own(cpuTlbGen), "gen");
    k.store(own(loadedMm), "next");
  });
});

/** With PCID a CPU keeps translations of address spaces that it has left. */
function keepsContexts({ cpu, rar }: Environment): boolean {
  return cpu.kind === "x86" && cpu.pcid && !rar;
}

/**
 * `choose_new_asid()`: what was kept of `next` serves if no flush has passed it since. Linux keeps
 * six contexts, this model the last one before the one that is loaded.
 */
function takeContext(k: Builder): void {
  k.load("kept_mm", own(keptMm));
  k.load("kept_gen", own(keptTlbGen));
  k.load("prev_gen", own(cpuTlbGen));
  k.store(own(keptMm), "prev");
  k.store(own(keptTlbGen), "prev_gen");
  k.set("need_flush", 1);
  k.if("kept_mm", "==", "next", () => k.if("kept_gen", ">=", "gen", () => k.set("need_flush", 0)));
}

/** `load_new_mm_cr3()`: the write of CR3 flushes the address space it loads, or does not. */
function loadNextRoot(k: Builder, env: Environment): void {
  const load = (translations: RootLoad): (() => void) => {
    return () => k.ghostLoadRoot("next", translations);
  };
  const flushed = load("flushed");
  const chosen = (): void => {
    if (keepsContexts(env)) k.if("need_flush", "==", 0, load("kept"), flushed);
    else flushed();
  };
  if (env.rar) {
    k.if("present", "==", 0, () => k.flushLocal(-1));
    k.if("present", "==", 0, flushed, load("kept"));
  } else if (env.invlpgb) k.if("asid", "==", 1, load("global"), chosen);
  else chosen();
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

/** `enter_lazy_tlb()`: parameter `mm`, the address space that stays loaded. */
export const enterLazyTlb: (env: Environment) => Program = oncePerEnvironment(() => {
  const source = "arch/x86/mm/tlb.c enter_lazy_tlb()";
  return program("enter_lazy_tlb", { params: [], source }, (k) => k.store(own(isLazy), 1));
});
