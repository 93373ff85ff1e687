/** CPUs that walk page tables, and their memory, as the scenarios use them. */
import type { InitialValue, LaneSpec, SystemSpec } from "../../explorer/system.ts";
import { activeCpus, mmUsers, smeActiveCpus } from "../../mm/archVariables.ts";
import type { Environment } from "../../mm/environment.ts";
import { gupFast } from "../../mm/gupFast.ts";
import { runHook } from "../../mm/hooks.ts";
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
import type { Builder } from "../../steps/builder.ts";
import { of, program } from "../../steps/builder.ts";
import type { Program, Variable } from "../../steps/instructions.ts";
import type { ScenarioPlan, ScenarioScene } from "./scenario.ts";

/** The address space of a scenario that has one. */
export const MM: number = FIRST_USER_MM;

/** Hardware walks page tables on CPUs that have loaded {@link MM}. */
export const PAGE_TABLES: NonNullable<SystemSpec["tableEntry"]> = {
  variable: pmd.name,
  value: ENTRY_TABLE,
  mm: MM,
};

/** How a walker keeps its table: interrupts off (GUP-fast), or an RCU read section. */
export type WalkerClass = "gup-fast" | "rcu";

/** All of them. */
export const WALKER_CLASSES: readonly WalkerClass[] = ["gup-fast", "rcu"];

/** GUP-fast, or another program like it, again and again: parameters `mm`, `table`. */
export function gupFastForever(env: Environment, walk: Program = gupFast(env)): Program {
  const params = ["mm", "table"];
  return program("gup_fast_loop", { params, source: "mm/gup.c gup_fast()" }, (k) => {
    forever(k, env, () => k.include(walk, { mm: "mm", table: "table", pages: 1 }));
  });
}

/** A thread that enters the kernel, walks, and goes back to user space, over and over. */
export function forever(k: Builder, env: Environment, walk: () => void): void {
  k.forever(() => {
    runHook(k, env, "kernelEntry", {});
    walk();
    runHook(k, env, "kernelExit", {});
  });
}

/** `pte_offset_map()` … `pte_unmap()`, interrupts on, again and again: parameters `mm`, `table`. */
function rcuReaderForever(env: Environment): Program {
  const params = ["mm", "table"];
  const source = "mm/pgtable-generic.c __pte_offset_map(), include/linux/pgtable.h pte_unmap()";
  return program("pte_offset_map_loop", { params, source }, (k) => {
    forever(k, env, () => {
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
  return walker === "rcu" ? rcuReaderForever(env) : gupFastForever(env);
}

/** What a CPU holds that runs threads of an address space; INVLPGB: by its global ASID. */
export function running(env: Environment, mm: number): Readonly<Record<string, number>> {
  const asid = env.invlpgb ? { [loadedGlobalAsid.name]: 1 } : {};
  return { [loadedMm.name]: mm, [cpuTlbGen.name]: 1, ...asid };
}

/** A CPU with a program of an address space, which it has loaded, and table 0. */
export function lane(env: Environment, name: string, thread: Program, mm: number = MM): LaneSpec {
  return { name, thread, args: { mm, table: 0 }, initial: running(env, mm) };
}

/**
 * Where an address space has been loaded, as the architecture keeps it: the mask and, with INVLPGB,
 * the global ASID; on powerpc how many CPUs that are; on arm64 nothing.
 */
export function maskOf(env: Environment, mm: number, lanes: readonly number[]): InitialValue[] {
  const { kind } = env.cpu;
  if (kind === "arm64") return [];
  const owned = (variable: Variable, value: number): InitialValue[] => [
    { variable: variable.name, owner: mm, value },
  ];
  return [
    { variable: mmCpumask.name, owner: mm, value: lanes },
    ...(env.invlpgb ? owned(globalAsid, 1) : []),
    ...(kind === "powerpc" ? owned(activeCpus, lanes.length) : []),
    ...(kind === "powerpc" ? owned(mmUsers, lanes.length) : []),
  ];
}

/** CPUs in user code of an address space that uses SME: with the erratum arm64 notes them. */
export function smeUsers(env: Environment, mm: number, lanes: readonly number[]): InitialValue[] {
  if (env.cpu.kind !== "arm64" || !env.cpu.smeErratum) return [];
  return [
    { variable: smeActiveCpus.name, value: lanes },
    { variable: mmCpumask.name, owner: mm, value: lanes },
  ];
}

/** Somebody takes table 0 from {@link MM}, while the other CPUs walk it over and over. */
export interface TakenTable {
  /** What the first CPU runs: parameters `mm`, `table`. */
  readonly taker: readonly [name: string, thread: Program];
  /** What the others run: the same parameters. */
  readonly walker: Program;
  /** The address space that the walkers run. Default: {@link MM} */
  readonly walkersMm?: number;
  /** Whether `mm_cpumask` has the walkers' CPUs. Default true. */
  readonly isInMask?: boolean;
  /** How far the scenario goes, beside the number of walkers. */
  readonly bound: string;
}

/** The plan of a {@link TakenTable}. */
export function planOfTakenTable(scene: ScenarioScene, taken: TakenTable): ScenarioPlan {
  const { env, cpus } = scene;
  const { walkersMm = MM, isInMask = true } = taken;
  return {
    lanes: [
      lane(env, ...taken.taker),
      ...first(cpus - 1).map((i) => lane(env, `walker ${i + 1}`, taken.walker, walkersMm)),
    ],
    mms: Math.max(MM, walkersMm) + 1,
    tables: 1,
    initial: maskOf(env, MM, isInMask ? first(cpus) : [0]),
    properties: ["P-UAF"],
    walked: PAGE_TABLES,
    sometimes: ["walkerOverlapped", "tableReused"],
    bounds: [taken.bound, `${cpus - 1} CPUs that walk any number of times`],
  };
}

/** 0 … count − 1. */
export function first(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
