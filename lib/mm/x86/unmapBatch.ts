/** Deferred flushes on x86: a mask of CPUs per task (asm/tlbflush.h, arch/x86/mm/tlb.c). */
import type { Builder } from "../../steps/builder.ts";
import { of, own, program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import type { Environment, UnmapBatchPaths } from "../environment.ts";
import { oncePerEnvironment } from "../environment.ts";
import { ubcCpumask } from "../unmapVariables.ts";
import { mmCpumask, NO_MM, tlbGen } from "../variables.ts";
import { ANY_GENERATION, flushTlbFunc } from "./flushTlbFunc.ts";
import { rarFlush } from "./rar.ts";

/** `arch_tlbbatch_should_defer()`: parameter `mm`; `defer` is 1 if another CPU is in its mask. */
const shouldDefer = program(
  "arch_tlbbatch_should_defer",
  { params: ["mm"], source: "arch/x86/include/asm/tlbflush.h arch_tlbbatch_should_defer()" },
  (k) => {
    k.loadMask("others", of(mmCpumask, "mm"));
    k.removeCpu("others", "self");
    k.countMask("remote", "others");
    k.compute("defer", "remote", "min", 1);
  },
);

/**
 * `arch_tlbbatch_add_pending()`: parameter `mm`. `cpumask_or()` is written as the bits that come
 * new, which are few: the mask of a process hardly changes within a batch.
 */
const addPending = program(
  "arch_tlbbatch_add_pending",
  { params: ["mm"], source: "arch/x86/include/asm/tlbflush.h arch_tlbbatch_add_pending()" },
  (k) => {
    k.add(of(tlbGen, "mm"), 1);
    k.loadMask("more", of(mmCpumask, "mm"));
    k.loadMask("batch", own(ubcCpumask));
    k.removeMask("more", "batch");
    k.forEachCpu("cpu", "more", () => k.setBit(own(ubcCpumask), "cpu", "relaxed"));
  },
);

/**
 * `arch_tlbbatch_flush()`: a full flush on every CPU of the task's mask that does not borrow its
 * address space, whichever that is (`info->mm` is NULL). With INVLPGB one instruction does it for
 * all CPUs, without interrupts. Parameter `mm`: not used, there may be several.
 */
const flush: (env: Environment) => Program = oncePerEnvironment((env) => {
  const source = "arch/x86/mm/tlb.c arch_tlbbatch_flush()";
  return program("arch_tlbbatch_flush", { params: ["mm"], source }, (k) => {
    k.begin("tlb_flush");
    k.loadMask("batch", own(ubcCpumask));
    if (env.invlpgb) {
      k.flushBroadcast("INVLPGB", -1);
      k.flushComplete("TLBSYNC");
    } else if (env.rar) {
      k.include(rarFlush(own(ubcCpumask)), { mm: NO_MM, pages: -1 });
    } else flushMask(k, env);
    k.forEachCpu("cpu", "batch", () => k.clearBit(own(ubcCpumask), "cpu", "relaxed"));
    k.end("tlb_flush");
  });
});

/** Only what interrupts do: the CPUs of the task's mask flush, and the mask is empty then. */
export const flushBatchMask: (env: Environment) => Program = oncePerEnvironment((env) => {
  const source = "arch/x86/mm/tlb.c arch_tlbbatch_flush()";
  return program("arch_tlbbatch_flush_mask", { params: ["mm"], source }, (k) => {
    k.loadMask("batch", own(ubcCpumask));
    flushMask(k, env);
    k.forEachCpu("cpu", "batch", () => k.clearBit(own(ubcCpumask), "cpu", "relaxed"));
  });
});

function flushMask(k: Builder, env: Environment): void {
  const whole = { mm: NO_MM, gen: ANY_GENERATION, pages: -1 };
  k.copyMask("others", "batch");
  k.removeCpu("others", "self");
  k.countMask("remote", "others");
  k.if(
    "remote",
    ">",
    0,
    () => {
      k.tally("flush_rounds");
      k.include(env.flushTlbMulti({ freed: false, anyMm: true }), { ...whole, trim: 0 });
    },
    () => {
      k.testBit("member", own(ubcCpumask), "self");
      k.if("member", "==", 1, () => {
        k.irqOff();
        k.include(flushTlbFunc(env), { ...whole, initiator: "self" });
        k.irqOn();
      });
    },
  );
}

/** What x86 brings to deferred flushes. */
export const unmapBatch: UnmapBatchPaths = {
  shouldDefer: () => shouldDefer,
  addPending: () => addPending,
  flush,
};
