/** One TLB-flush round of an address space: `flush_tlb_mm_range` (arch/x86/mm/tlb.c). */

import type { Builder } from "../../steps/builder.ts";
import { of, own, program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import type { Environment, FlushOptions } from "../environment.ts";
import { oncePerEnvironment } from "../environment.ts";
import { SENT_TO_ALL, SENT_TO_NONE } from "../hookPoints.ts";
import { hasHook, runHook } from "../hooks.ts";
import { globalAsid, HZ, loadedMm, mmCpumask, nextTrim, tlbGen } from "../variables.ts";
import { flushTlbFunc } from "./flushTlbFunc.ts";
import { considerGlobalAsid, flushGlobalAsid } from "./globalAsid.ts";
import { rarFlush } from "./rar.ts";

/** `tlb_single_page_flush_ceiling`: up to 33 strides are flushed one by one, 34 as a whole. */
const FLUSH_CEILING = 33;

/**
 * Parameters: `mm` and `pages`, the strides of the range (−1: everything). With `freed` the round
 * also reaches CPUs that borrow the address space (F+); without, it spares them (F0).
 */
export function flushTlbMmRange(env: Environment, options: { readonly freed: boolean }): Program {
  return options.freed ? flushFreed(env) : flushKept(env);
}

const flushFreed = oncePerEnvironment((env) => flushRange(env, { freed: true }));
const flushKept = oncePerEnvironment((env) => flushRange(env, { freed: false }));

function flushRange(env: Environment, options: FlushOptions): Program {
  const source = "arch/x86/mm/tlb.c flush_tlb_mm_range()";
  return program("flush_tlb_mm_range", { params: ["mm", "pages"], source }, (k) => {
    k.begin("tlb_flush");
    k.add(of(tlbGen, "mm"), 1, "gen");
    k.set("range", "pages");
    k.if("pages", ">", FLUSH_CEILING, () => k.set("range", -1));
    if (env.rar) {
      flushByRar(k, env, options);
    } else if (!env.invlpgb) {
      flushByInterrupts(k, env, options);
    } else {
      k.load("global", of(globalAsid, "mm"));
      k.if(
        "global",
        "==",
        1,
        () => {
          k.include(flushGlobalAsid(env), { mm: "mm", gen: "gen", pages: "range" });
          if (options.freed) runHook(k, env, "flush", { mm: "mm", sent: SENT_TO_NONE });
        },
        () => flushByInterrupts(k, env, options),
      );
    }
    k.end("tlb_flush");
  });
}

function flushByInterrupts(k: Builder, env: Environment, options: FlushOptions): void {
  k.loadMask("others", of(mmCpumask, "mm"));
  k.removeCpu("others", "self");
  k.countMask("remote", "others");
  k.if(
    "remote",
    ">",
    0,
    () => {
      k.set("trim", 0);
      if (env.features.lazyCpumask) trimOncePerSecond(k);
      k.tally("flush_rounds");
      const args = { mm: "mm", gen: "gen", pages: "range", trim: "trim" };
      const reports = options.freed && hasHook(env, "flush");
      k.include(env.flushTlbMulti(options), args, reports ? { results: { sent: "sent" } } : {});
      if (reports) runHook(k, env, "flush", { mm: "mm", sent: "sent" });
      if (env.invlpgb) k.include(considerGlobalAsid(), { mm: "mm" });
    },
    () => {
      flushThisCpu(k, env);
      if (options.freed) runHook(k, env, "flush", { mm: "mm", sent: SENT_TO_ALL });
    },
  );
}

/** The CPUs of the mask invalidate without an interrupt; nobody leaves the mask that way. */
function flushByRar(k: Builder, env: Environment, options: FlushOptions): void {
  k.include(rarFlush(of(mmCpumask, "mm")), { mm: "mm", pages: "range" });
  if (options.freed) runHook(k, env, "flush", { mm: "mm", sent: SENT_TO_NONE });
}

/** `should_trim_cpumask()`: at most one round per second and mm carries the trim. */
function trimOncePerSecond(k: Builder): void {
  k.clock("now", "jiffies");
  k.load("due", of(nextTrim, "mm"));
  k.if("now", ">", "due", () => {
    k.compute("next", "now", "+", HZ);
    k.store(of(nextTrim, "mm"), "next");
    k.set("trim", 1);
  });
}

/** Nobody else may hold translations: no interrupt, no counter. */
function flushThisCpu(k: Builder, env: Environment): void {
  k.load("loaded", own(loadedMm));
  k.if("loaded", "==", "mm", () => {
    k.irqOff();
    const args = { mm: "mm", gen: "gen", pages: "range", initiator: "self" };
    k.include(flushTlbFunc(env), args);
    k.irqOn();
  });
}
