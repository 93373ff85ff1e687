/**
 * Taking CPUs off `mm_cpumask`, which grows when a CPU loads the address space and shrinks nowhere
 * else (arch/powerpc/mm/book3s64/radix_tlb.c).
 */
import { of, own, program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import { activeCpus, trimClock } from "../archVariables.ts";
import type { Environment } from "../environment.ts";
import { oncePerEnvironment } from "../environment.ts";
import { runHook } from "../hooks.ts";
import { switchToInitMm } from "../switchToInitMm.ts";
import { activeMm, INIT_MM, isLazy, loadedMm, mmCpumask } from "../variables.ts";

/** `tlb_mm_cpumask_trim_timer`: flushes of a CPU between two attempts to trim. */
const TRIM_INTERVAL = 1073;

/**
 * `exit_lazy_flush_tlb()`: parameter `mm`; interrupts are off. A kernel thread that borrows the
 * address space borrows `init_mm` instead, and the CPU leaves the mask; one that runs a thread of
 * it stays. Either way its translations go, because the initiator flushes only its own.
 */
export const exitLazyFlushTlb: (env: Environment) => Program = oncePerEnvironment((env) => {
  const source = "arch/powerpc/mm/book3s64/radix_tlb.c exit_lazy_flush_tlb()";
  return program("exit_lazy_flush_tlb", { params: ["mm"], source }, (k) => {
    k.load("borrowed", own(activeMm));
    k.if("borrowed", "==", "mm", () => {
      runHook(k, env, "goLazy", { mm: INIT_MM });
      k.include(switchToInitMm(env));
      runHook(k, env, "leaveLazy", { mm: "mm" });
    });
    k.section("out", () => {
      k.load("loaded", own(loadedMm));
      k.load("lazy", own(isLazy));
      k.if("loaded", "==", "mm", () => k.if("lazy", "==", 0, () => k.leave("out")));
      k.testBit("member", of(mmCpumask, "mm"), "self");
      k.if("member", "==", 1, () => {
        k.add(of(activeCpus, "mm"), -1, undefined, "relaxed");
        k.clearBit(of(mmCpumask, "mm"), "self", "relaxed");
      });
    });
    k.flushLocal(-1);
  });
});

/**
 * `exit_flush_lazy_tlbs()`: parameter `mm`. One interrupt to each other CPU of `mm_cpumask`; those
 * that do not run the address space are out of it afterwards.
 */
export const exitFlushLazyTlbs: (env: Environment) => Program = oncePerEnvironment((env) => {
  const source = "arch/powerpc/mm/book3s64/radix_tlb.c exit_flush_lazy_tlbs()";
  return program("exit_flush_lazy_tlbs", { params: ["mm"], source }, (k) => {
    k.loadMask("lazies", of(mmCpumask, "mm"));
    k.crossCall("lazies", exitLazyFlushTlb(env), { mm: "mm" });
    k.awaitCalls();
  });
});

/**
 * `tick_and_test_trim_clock()`: sets register `due` to 1 at every 1,073rd flush of this CPU. The
 * clock of a machine that has been up for a while stands anywhere; here it starts at 0.
 */
export const tickTrimClock: Program = program(
  "tick_and_test_trim_clock",
  { source: "arch/powerpc/mm/book3s64/radix_tlb.c tick_and_test_trim_clock()" },
  (k) => {
    k.set("due", 0);
    k.load("clock", own(trimClock));
    k.compute("clock", "clock", "+", 1);
    k.if("clock", "==", TRIM_INTERVAL, () => {
      k.set("due", 1);
      k.set("clock", 0);
    });
    k.store(own(trimClock), "clock");
  },
);
