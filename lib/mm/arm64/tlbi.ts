/** Broadcast invalidations of arm64 (arch/arm64/include/asm/tlbflush.h). */
import type { Builder } from "../../steps/builder.ts";
import { program } from "../../steps/builder.ts";
import type { Operand, Program } from "../../steps/instructions.ts";
import type { Environment } from "../environment.ts";
import { oncePerEnvironment } from "../environment.ts";

/** MAX_DVM_OPS, PTRS_PER_PTE with 4 KiB pages: without range TLBI, as many go as a whole. */
export const MAX_DVM_OPS = 512;

/** Entries of what level a flush invalidates: those that map pages, or the tables' too. */
export type Levels = "all" | "leafOnly";

/**
 * Parameter `pages`, strides of the range (−1: the whole ASID). With FEAT_TLBIRANGE the range is
 * cut greedily, scale 3 to 0, into pieces of (num + 1) × 2^(5 × scale + 1) pages, and the odd page
 * is invalidated alone; without, one TLBI a stride. Above the limits the whole ASID goes.
 */
export function invalidateRange(env: Environment, levels: Levels): Program {
  return levels === "leafOnly" ? lastLevel(env) : allLevels(env);
}

const lastLevel = oncePerEnvironment((env) => rangeOf(env, "leafOnly"));
const allLevels = oncePerEnvironment((env) => rangeOf(env, "all"));

function rangeOf(env: Environment, levels: Levels): Program {
  const source = "arch/arm64/include/asm/tlbflush.h __flush_tlb_range_op()";
  return program("__flush_tlb_range_op", { params: ["pages"], source }, (k) => {
    k.set("whole", 0);
    k.if("pages", "<", 0, () => k.set("whole", 1));
    k.if("pages", ">", limitOf(env), () => k.set("whole", 1));
    k.if("whole", "==", 1, () => {
      invalidate(k, env, -1);
      k.leave("__flush_tlb_range_op");
    });
    k.set("left", "pages");
    if (hasRangeTlbi(env)) byScale(k, env, levels);
    else byStride(k, env, levels);
  });
}

function hasRangeTlbi({ cpu }: Environment): boolean {
  return cpu.kind === "arm64" && cpu.tlbiRange;
}

/** The longest range that is not flushed as a whole, in strides. */
function limitOf(env: Environment): number {
  return hasRangeTlbi(env) ? env.features.tlbiRangePages : MAX_DVM_OPS - 1;
}

/** Releases before 6.12 go from scale 0 up and begin with the odd page: as many instructions. */
function byScale(k: Builder, env: Environment, levels: Levels): void {
  for (const unit of [65_536, 2048, 64, 2]) {
    k.compute("num", "left", "/", unit);
    k.if("num", ">", 0, () => {
      k.compute("covered", "num", "*", unit);
      invalidate(k, env, "covered", levels);
      k.compute("left", "left", "-", "covered");
    });
  }
  k.if("left", "==", 1, () => invalidate(k, env, 1, levels));
}

function byStride(k: Builder, env: Environment, levels: Levels): void {
  k.while("left", ">", 0, () => {
    invalidate(k, env, 1, levels);
    k.compute("left", "left", "-", 1);
  });
}

/** One TLBI, and with KPTI another one for the ASID of user mode (`__tlbi_user`). */
export function invalidate(
  k: Builder,
  env: Environment,
  pages: Operand,
  levels: Levels = "all",
): void {
  const times = env.cpu.kind === "arm64" && env.cpu.kpti ? 2 : 1;
  for (let i = 0; i < times; i++) k.flushBroadcast("TLBI", pages, levels);
  k.tally("broadcast_flushes", times);
}
