/** Holds by generations, masks and lazy flags as in mainline; breaks where one order is swapped. */
import { checkKeys, checkOneOf } from "../../base/check.ts";
import { impossible } from "../../base/messages.ts";
import type { InitialValue, LaneSpec } from "../../explorer/system.ts";
import type { Environment } from "../../mm/environment.ts";
import { flushRange } from "../../mm/environment.ts";
import { PTE_READ_ONLY, PTE_WRITABLE, pte } from "../../mm/pageVariables.ts";
import {
  cpuTlbGen,
  ENTRY_NONE,
  keptMm,
  keptTlbGen,
  loadedMm,
  mmCpumask,
  pmd,
} from "../../mm/variables.ts";
import { of, program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import type { ScenarioKind, ScenarioOption, ScenarioPlan, ScenarioScene } from "./scenario.ts";
import { Scenario } from "./scenario.ts";
import { usesAndSwitches } from "./switching.ts";
import type { TlbOrders } from "./tlbOrders.ts";
import { flushedBy, switchedBy } from "./tlbOrders.ts";
import { first, MM, maskOf, PAGE_TABLES, running } from "./walkers.ts";

/** Options of {@link tlbGenerationsVsSwitch}. All but the first three swap one step of mainline. */
export interface TlbGenerationsVsSwitchOptions {
  /** Default `mprotect`, which takes rights on a page away; `munmap` frees a page table. */
  operation?: "mprotect" | "munmap";
  /** Where the users begin: running, or elsewhere, outside the mask, after they have run before. */
  users?: "running" | "elsewhere";
  /** What takes a freed table: `rcu` since 6.14, `at-once` on bare metal before. */
  freed?: "release" | "rcu" | "at-once";
  /** Whether the flush for a freed table is told so, and reaches lazy CPUs. Default `told`. */
  lazies?: "told" | "spared";
  /** When `tlb_gen` is incremented. Default `first`; `last`: after the interrupts. */
  generation?: TlbOrders["generation"];
  /** When a target says that it is done. Default `flushed`; `early`: as its handler begins. */
  acknowledge?: TlbOrders["acknowledge"];
  /** Whether a switch flushes what is stale. Default `checked`. */
  switchIn?: TlbOrders["switchIn"];
  /** Whether a flush reaches CPUs in the middle of a switch. Default `flushed`. */
  switching?: TlbOrders["switching"];
  /** The barrier of a switch before it reads the generation. Default `smp_mb`. */
  switchFence?: TlbOrders["switchFence"];
}

/**
 * One CPU changes an entry and flushes, while users of the address space access the page, go lazy,
 * switch to another process and come back, over and over (`switch_mm_irqs_off()`). What they kept
 * meanwhile is stale: the generation tells (arch/x86/mm/tlb.c). Only on x86. Throws SD001 and SD002
 * for wrong options.
 */
export function tlbGenerationsVsSwitch(options: TlbGenerationsVsSwitchOptions = {}): Scenario {
  checkKeys("scenario.tlbGenerationsVsSwitch", options, Object.keys(CHOICES));
  const given = options as Readonly<Record<string, string | undefined>>;
  const chosen = Object.entries(CHOICES).map(([key, values]): [string, string] => [
    key,
    checkOneOf(key, given[key] ?? values[0]!, values),
  ]);
  return new Scenario("tlbGenerationsVsSwitch", Object.fromEntries(chosen));
}

/** Every option: what it may be, mainline first. */
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  operation: ["mprotect", "munmap"],
  users: ["running", "elsewhere"],
  freed: ["release", "rcu", "at-once"],
  lazies: ["told", "spared"],
  generation: ["first", "last"],
  acknowledge: ["flushed", "early"],
  switchIn: ["checked", "unchecked"],
  switching: ["flushed", "spared"],
  switchFence: ["smp_mb", "none"],
};

/** How the scenario becomes CPUs. */
export const tlbGenerationsVsSwitchKind: ScenarioKind = {
  make: tlbGenerationsVsSwitch,
  minCpus: 2,
  plan,
};

/** The process that users switch to; nothing is done to it. */
const OTHER = MM + 1;

function plan({ options }: Scenario, { env, cpus }: ScenarioScene): ScenarioPlan {
  if (env.cpu.kind !== "x86") throw impossible("scenario", "tlbGenerationsVsSwitch", "only on x86");
  const orders = options as unknown as TlbOrders;
  const frees = options.operation === "munmap";
  const users = first(cpus - 1).map((i) => user(env, i, options.users === "running", orders));
  const change = frees
    ? freesTable(env, orders, {
        told: options.lazies === "told",
        usesRcu: usesRcu(env, options.freed),
      })
    : protectsPage(env, orders);
  const elsewhere = options.users === "elsewhere";
  return {
    lanes: [
      {
        name: frees ? "munmap" : "mprotect",
        thread: change,
        args: { mm: MM },
        initial: running(env, MM),
      },
      ...users,
    ],
    mms: OTHER + 1,
    tables: 1,
    initial: memory(env, elsewhere ? [0] : first(cpus), elsewhere ? first(cpus).slice(1) : []),
    properties: frees ? ["P-HW"] : ["P-STALE"],
    sometimes: frees
      ? ["translationHeld", "rootLoaded", "tableReused"]
      : ["translationHeld", "rootLoaded", "rightsRevoked", "accessedAfter"],
    bounds: [
      frees ? "one page table is freed" : "rights on one page are taken away",
      `${cpus - 1} CPUs that go lazy and switch any number of times`,
      ...(env.cpu.pcid ? ["2 ASIDs a CPU"] : []),
    ],
    judgesTranslations: true,
    walked: frees ? PAGE_TABLES : { variable: pte.name, value: PTE_WRITABLE, mm: MM, isLeaf: true },
  };
}

function memory(
  env: Environment,
  members: readonly number[],
  others: readonly number[],
): InitialValue[] {
  return [...maskOf(env, MM, members), { variable: mmCpumask.name, owner: OTHER, value: others }];
}

/** `change_pte_range()` of one page: parameter `mm`. */
function protectsPage(env: Environment, orders: TlbOrders): Program {
  const source = "mm/mprotect.c change_pte_range(), tlb_end_vma()";
  return program("change_protection", { params: ["mm"], source }, (k) => {
    k.exchange(of(pte, 0), PTE_READ_ONLY);
    k.include(flushedBy(flushRange(env, { freed: false }), orders), { mm: "mm", pages: 1 });
    k.ghost("revoke", 0);
  });
}

function usesRcu(env: Environment, freed: ScenarioOption | undefined): boolean {
  return freed === "release" ? env.features.tableBatch !== null : freed === "rcu";
}

/** `pmd_clear()`, the flush of the batch, and what frees the table: parameter `mm`. */
function freesTable(
  env: Environment,
  orders: TlbOrders,
  { told, usesRcu }: { readonly told: boolean; readonly usesRcu: boolean },
): Program {
  const source = "mm/memory.c free_pte_range(), mm/mmu_gather.c tlb_remove_table_free()";
  return program("free_pte_range", { params: ["mm"], source }, (k) => {
    k.store(of(pmd, 0), ENTRY_NONE);
    k.ghost("detach", 0);
    k.include(flushedBy(flushRange(env, { freed: told }), orders), { mm: "mm", pages: -1 });
    if (usesRcu) k.named("call_rcu").gracePeriod();
    k.ghost("free", 0);
  });
}

function user(env: Environment, i: number, isRunning: boolean, orders: TlbOrders): LaneSpec {
  const one = {
    name: `user ${i + 1}`,
    thread: usesAndSwitches(env, switchedBy(env.arch.switchMm(env), orders)),
  };
  const args = { mm: MM, other: OTHER, lives: isRunning ? 1 : 0 };
  if (isRunning) return { ...one, args, initial: running(env, MM) };
  const kept = { [keptMm.name]: MM, [keptTlbGen.name]: 1 };
  const initial = { [loadedMm.name]: OTHER, [cpuTlbGen.name]: 1, ...kept };
  return { ...one, args, initial, root: { mm: OTHER, hasRun: true } };
}
