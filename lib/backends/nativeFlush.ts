/** `native_flush_tlb_multi`: interrupt the CPUs that need the flush (arch/x86/mm/tlb.c). */
import type { Environment, FlushOptions } from "../mm/environment.ts";
import { SENT_TO_ALL, type SENT_TO_NONE } from "../mm/hookPoints.ts";
import { hasHook } from "../mm/hooks.ts";
import { isLazy, loadedMm, NO_MM, SWITCHING } from "../mm/variables.ts";
import { flushMaskOf } from "../mm/x86/flushMask.ts";
import { flushTlbFunc } from "../mm/x86/flushTlbFunc.ts";
import type { Builder } from "../steps/builder.ts";
import { of, own, program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";

/** Parameters of every `flush_tlb_multi`. */
export const FLUSH_PARAMS: readonly string[] = ["mm", "gen", "pages", "trim"];

/** Whether the other CPUs flush while this one does (since 5.13), or after it. */
export type FlushOrder = "concurrent" | "sequential";

/**
 * Parameters `mm`, `gen`, `pages`, `trim`. With `freed`, every CPU of the mask: active, lazy, stale
 * and switching ones. Without: `should_flush_tlb()` spares the lazy and, unless this round trims,
 * the stale ones.
 */
export function nativeFlushTlbMulti(
  env: Environment,
  options: FlushOptions,
  order: FlushOrder = "concurrent",
): Program {
  const source = "arch/x86/mm/tlb.c native_flush_tlb_multi(), should_flush_tlb()";
  return program("native_flush_tlb_multi", { params: FLUSH_PARAMS, source }, (k) => {
    k.loadMask("users", flushMaskOf(options));
    k.removeCpu("users", "self");
    flushUsers(k, env, options, order);
    reportSent(k, env, options, SENT_TO_ALL);
  });
}

/** The native flush of the CPUs in mask register `users`, and of this one if it is in the mm's. */
export function flushUsers(
  k: Builder,
  env: Environment,
  options: FlushOptions,
  order: FlushOrder = "concurrent",
): void {
  const func = flushTlbFunc(env);
  const mm = options.anyMm === true ? NO_MM : "mm";
  const args = { mm, gen: "gen", pages: "pages", initiator: "self" };
  const local = (): void => runLocally(k, env, options, () => k.include(func, args));
  k.trace("tlb_flush", "remote IPI send", "pages");
  if (order === "sequential") local();
  if (options.freed) k.copyMask("targets", "users");
  else selectTargets(k, env, options);
  k.crossCall("targets", func, args);
  if (order === "concurrent") local();
  k.awaitCalls();
}

/** Tells the hook `flush`, where a policy has it, whose handlers ran. */
export function reportSent(
  k: Builder,
  env: Environment,
  options: FlushOptions,
  sent: typeof SENT_TO_NONE | typeof SENT_TO_ALL,
): void {
  if (options.freed && hasHook(env, "flush")) k.set("sent", sent);
}

function selectTargets(k: Builder, env: Environment, options: FlushOptions): void {
  k.emptyMask("targets");
  k.forEachCpu("cpu", "users", () => {
    k.section("should_flush_tlb", () => {
      k.load("loaded", of(loadedMm, "cpu"));
      k.smpRmb();
      k.load("lazy", of(isLazy, "cpu"));
      k.if("lazy", "==", 1, () => k.leave("should_flush_tlb"));
      if (options.anyMm === true) {
        k.addCpu("targets", "cpu");
        return;
      }
      k.if("loaded", "==", SWITCHING, () => k.addCpu("targets", "cpu"));
      k.if("loaded", "==", "mm", () => k.addCpu("targets", "cpu"));
      if (!env.features.lazyCpumask) return;
      k.if("trim", "==", 1, () => k.addCpu("targets", "cpu"));
    });
  });
}

/** `on_each_cpu_cond_mask` runs the function on this CPU too, under the same condition. */
function runLocally(k: Builder, env: Environment, options: FlushOptions, run: () => void): void {
  k.testBit("member", flushMaskOf(options), "self");
  if (!options.freed) {
    if (options.anyMm !== true) {
      k.load("loaded_here", own(loadedMm));
      const spared = env.features.lazyCpumask ? "trim" : 0;
      k.if("loaded_here", "!=", "mm", () => k.compute("member", "member", "min", spared));
    }
    k.load("borrowed", own(isLazy));
    k.if("borrowed", "==", 1, () => k.set("member", 0));
  }
  k.if("member", "==", 1, () => {
    k.irqOff();
    run();
    k.irqOn();
  });
}
