/** Flushes of an address space on POWER: the MMU decides how (asm/book3s/64/tlbflush.h). */
import { program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import type { Environment, RangeFlushOptions } from "../environment.ts";
import { oncePerEnvironment } from "../environment.ts";
import { PAGE_BYTES } from "../pageTables.ts";
import { serializeLookups } from "../sync.ts";
import { hashFlushRange } from "./hashFlush.ts";
import { radixFlushRange } from "./radixFlush.ts";

/** Whether the machine runs with the hash MMU. */
export function isHash({ cpu }: Environment): boolean {
  return cpu.kind === "powerpc" && cpu.mmu === "hash";
}

/** Parameters `mm` and `pages` (strides; −1: everything). */
export function flushTlbRange(env: Environment, options: RangeFlushOptions): Program {
  return isHash(env) ? hashFlushRange(env) : radixFlushRange(env, options);
}

/**
 * `pmdp_collapse_flush()`: parameters `mm` and `pages`, the entries of the table that was cleared.
 * Radix flushes the whole address space with 4 KiB pages, the range with 64 KiB, and what is cached
 * of tables with either; it has not waited for lookups since 2022. Hash interrupts `mm_cpumask` to
 * wait for them, then flushes the entries.
 */
export const flushCollapsed: (env: Environment) => Program = oncePerEnvironment((env) =>
  isHash(env) ? hashCollapse(env) : radixCollapse(env),
);

const params = ["mm", "pages"];

function radixCollapse(env: Environment): Program {
  const source = "arch/powerpc/mm/book3s64/radix_tlb.c radix__flush_tlb_collapsed_pmd()";
  const isSmall = env.cpu.kind === "powerpc" && env.cpu.pageBytes === PAGE_BYTES;
  return program("radix__flush_tlb_collapsed_pmd", { params, source }, (k) => {
    const pages = isSmall ? -1 : "pages";
    k.include(radixFlushRange(env, { freed: true }), { mm: "mm", pages });
  });
}

function hashCollapse(env: Environment): Program {
  const source = "arch/powerpc/mm/book3s64/hash_pgtable.c hash__pmdp_collapse_flush()";
  return program("hash__pmdp_collapse_flush", { params, source }, (k) => {
    serializeLookups(k, env);
    k.include(hashFlushRange(env), { mm: "mm", pages: "pages" });
  });
}
