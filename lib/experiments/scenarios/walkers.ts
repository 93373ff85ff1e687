/** CPUs that walk page tables, and their memory, as the scenarios use them. */
import type { InitialValue, LaneSpec, SystemSpec } from "../../explorer/system.ts";
import type { Environment } from "../../mm/environment.ts";
import { gupFast } from "../../mm/gupFast.ts";
import {
  cpuTlbGen,
  ENTRY_TABLE,
  FIRST_USER_MM,
  globalAsid,
  loadedGlobalAsid,
  loadedMm,
  mmCpumask,
  pmd,
} from "../../mm/variables.ts";
import { of, program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";

/** The address space of a scenario that has one. */
export const MM: number = FIRST_USER_MM;

/** Hardware walks page tables on CPUs that have loaded {@link MM}. */
export const PAGE_TABLES: NonNullable<SystemSpec["tableEntry"]> = {
  variable: pmd.name,
  value: ENTRY_TABLE,
  root: { variable: loadedMm.name, value: MM },
};

/** How a walker keeps its table: interrupts off (GUP-fast), or an RCU read section. */
export type WalkerClass = "gup-fast" | "rcu";

/** All of them. */
export const WALKER_CLASSES: readonly WalkerClass[] = ["gup-fast", "rcu"];

/** GUP-fast, again and again: parameters `mm`, `table`. */
export function gupFastForever(env: Environment): Program {
  const params = ["mm", "table"];
  return program("gup_fast_loop", { params, source: "mm/gup.c gup_fast()" }, (k) => {
    k.forever(() => k.include(gupFast(env), { mm: "mm", table: "table", pages: 1 }));
  });
}

/** `pte_offset_map()` … `pte_unmap()`, interrupts on, again and again: parameters `mm`, `table`. */
export function rcuReaderForever(): Program {
  const params = ["mm", "table"];
  const source = "mm/pgtable-generic.c __pte_offset_map(), include/linux/pgtable.h pte_unmap()";
  return program("pte_offset_map_loop", { params, source }, (k) => {
    k.forever(() => {
      k.rcuLock();
      k.load("entry", of(pmd, "table"));
      k.if("entry", "==", ENTRY_TABLE, () => {
        k.ghost("walk", "table");
        k.ghost("use", "table");
      });
      k.rcuUnlock();
    });
  });
}

/** The program of a walker class. */
export function walkerOf(env: Environment, walker: WalkerClass): Program {
  return walker === "rcu" ? rcuReaderForever() : gupFastForever(env);
}

/** What a CPU holds that runs threads of an address space; INVLPGB: by its global ASID. */
export function running(env: Environment, mm: number): Readonly<Record<string, number>> {
  const asid = env.invlpgb ? { [loadedGlobalAsid.name]: 1 } : {};
  return { [loadedMm.name]: mm, [cpuTlbGen.name]: 1, ...asid };
}

/** A CPU with a program of {@link MM}, which it has loaded, and table 0. */
export function lane(env: Environment, name: string, thread: Program): LaneSpec {
  return { name, thread, args: { mm: MM, table: 0 }, initial: running(env, MM) };
}

/** The mask of an address space, and with INVLPGB its global ASID. */
export function maskOf(env: Environment, mm: number, lanes: readonly number[]): InitialValue[] {
  const asid = { variable: globalAsid.name, owner: mm, value: 1 };
  return [{ variable: mmCpumask.name, owner: mm, value: lanes }, ...(env.invlpgb ? [asid] : [])];
}

/** 0 … count − 1. */
export function first(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
