/** One TLB flush of an address space on POWER with the radix MMU (mm/book3s64/radix_tlb.c). */
import type { Builder } from "../../steps/builder.ts";
import { of, own, program } from "../../steps/builder.ts";
import type { Operand, Program } from "../../steps/instructions.ts";
import { activeCpus, mmUsers } from "../archVariables.ts";
import type { Environment, RangeFlushOptions } from "../environment.ts";
import { oncePerEnvironment } from "../environment.ts";
import { isLazy, loadedMm, mmCpumask } from "../variables.ts";
import { exitFlushLazyTlbs, exitLazyFlushTlb, tickTrimClock } from "./trimMask.ts";

/** No CPU holds translations. */
const FLUSH_NONE = 0;
/** Only this CPU does: tlbiel. */
const FLUSH_LOCAL = 1;
/** Others may: tlbie. */
const FLUSH_GLOBAL = 2;

/** `tlb_single_page_flush_ceiling`: more pages are flushed by one tlbie of the process id. */
const GLOBAL_CEILING = 33;
/** `tlb_local_single_page_flush_ceiling`: twice the 128 sets of a POWER9 TLB. */
const LOCAL_CEILING = 256;

/**
 * Parameters: `mm` and `pages`, the strides of the range (−1: everything). tlbie reaches every CPU
 * without an interrupt; interrupts are sent only to trim the mask. With `freed` what was cached of
 * the tables goes too (RIC 1 or 2).
 */
export function radixFlushRange(env: Environment, options: RangeFlushOptions): Program {
  if (options.fullMm === true) return flushFullMm(env);
  return options.freed ? flushFreed(env) : flushKept(env);
}

const flushFreed = oncePerEnvironment((env) => flushRange(env, { freed: true }));
const flushKept = oncePerEnvironment((env) => flushRange(env, { freed: false }));
const flushFullMm = oncePerEnvironment((env) => flushRange(env, { freed: true, fullMm: true }));

function flushRange(env: Environment, options: RangeFlushOptions): Program {
  const source = "arch/powerpc/mm/book3s64/radix_tlb.c radix__flush_tlb_range()";
  return program("radix__flush_tlb_range", { params: ["mm", "pages"], source }, (k) => {
    k.begin("tlb_flush");
    k.smpMb();
    k.include(flushTypeNeeded(env, options), { mm: "mm" }, { results: { type: "type" } });
    k.if("type", "==", FLUSH_LOCAL, () => flushHere(k));
    k.if("type", "==", FLUSH_GLOBAL, () => flushEverywhere(k, options.freed));
    k.end("tlb_flush");
    k.tally("flush_rounds");
  });
}

/**
 * `flush_type_needed()`: parameter `mm`, result `type`. A process with one thread that flushes its
 * own address space takes all other CPUs off the mask first, which costs one interrupt each, once;
 * others try it at every 1,073rd flush. At process end a tlbie is cheaper than that.
 */
function flushTypeNeeded(env: Environment, options: RangeFlushOptions): Program {
  const source = "arch/powerpc/mm/book3s64/radix_tlb.c flush_type_needed()";
  return program("flush_type_needed", { params: ["mm"], source }, (k) => {
    const answer = (type: number): void => {
      k.set("type", type);
      k.leave("flush_type_needed");
    };
    k.load("active", of(activeCpus, "mm"));
    k.if("active", "==", 0, () => answer(FLUSH_NONE));
    findCurrent(k);
    k.testBit("member", of(mmCpumask, "mm"), "self");
    k.compute("alone", "active", "-", "member");
    k.if("alone", "==", 0, () => {
      k.if("is_current", "==", 0, () => trimHere(k, env, answer));
      answer(FLUSH_LOCAL);
    });
    if (options.fullMm === true) return answer(FLUSH_GLOBAL);
    k.load("users", of(mmUsers, "mm"));
    k.if("users", "<=", 1, () => {
      k.if("is_current", "==", 1, () => {
        k.include(exitFlushLazyTlbs(env), { mm: "mm" });
        answer(FLUSH_LOCAL);
      });
    });
    k.include(tickTrimClock, {}, { results: { due: "due" } });
    k.if("due", "==", 1, () => {
      k.include(exitFlushLazyTlbs(env), { mm: "mm" });
      k.if("is_current", "==", 1, () => answer(FLUSH_LOCAL));
      k.if("member", "==", 1, () => k.include(exitLazyFlushTlb(env), { mm: "mm" }));
      answer(FLUSH_NONE);
    });
    k.set("type", FLUSH_GLOBAL);
  });
}

/** `current->mm == mm`: the address space is loaded here and not borrowed. */
function findCurrent(k: Builder): void {
  k.set("is_current", 0);
  k.load("loaded", own(loadedMm));
  k.if("loaded", "==", "mm", () => {
    k.load("lazy", own(isLazy));
    k.if("lazy", "==", 0, () => k.set("is_current", 1));
  });
}

/** Somebody else flushes an address space that only this CPU has borrowed. */
function trimHere(k: Builder, env: Environment, answer: (type: number) => void): void {
  k.include(tickTrimClock, {}, { results: { due: "due" } });
  k.if("due", "==", 1, () => {
    k.include(exitLazyFlushTlb(env), { mm: "mm" });
    answer(FLUSH_NONE);
  });
}

/** tlbiel: page by page, or all sets of the process id. */
function flushHere(k: Builder): void {
  clip(k, LOCAL_CEILING);
  k.flushLocal("range");
}

/** tlbie: page by page, with one more for the page-walk cache, or one for the process id. */
function flushEverywhere(k: Builder, freed: boolean): void {
  clip(k, GLOBAL_CEILING);
  k.if(
    "range",
    "==",
    -1,
    () => tlbie(k, -1, freed),
    () => {
      if (freed) tlbie(k, -1, true);
      k.set("left", "range");
      k.while("left", ">", 0, () => {
        tlbie(k, 1, false);
        k.compute("left", "left", "-", 1);
      });
    },
  );
  k.flushComplete("ptesync");
}

/** −1 in register `range` when more pages are flushed than the ceiling allows one by one. */
function clip(k: Builder, ceiling: number): void {
  k.set("range", "pages");
  k.if("pages", ">", ceiling, () => k.set("range", -1));
}

function tlbie(k: Builder, pages: Operand, tables: boolean): void {
  k.flushBroadcast("tlbie", pages, tables ? "all" : "leafOnly");
  k.tally("broadcast_flushes");
}
