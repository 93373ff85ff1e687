/** Holds by RCU, and by broadcast for walkers with interrupts off; breaks where neither is done. */
import { checkBoolean, checkKeys, checkOneOf } from "../../base/check.ts";
import type { Environment } from "../../mm/environment.ts";
import { removeTablesOneByOne } from "../../mm/tableFallback.ts";
import { ENTRY_NONE, pmd } from "../../mm/variables.ts";
import { of, program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import type { ScenarioKind, ScenarioPlan, ScenarioScene } from "./scenario.ts";
import { Scenario } from "./scenario.ts";
import type { WalkerClass } from "./walkers.ts";
import { planOfTakenTable, WALKER_CLASSES, walkerOf } from "./walkers.ts";

/** Options of {@link allocationFailure}. */
export interface AllocationFailureOptions {
  /** How the walkers keep the table. Default `gup-fast`: interrupts off. */
  walker?: WalkerClass;
  /** CONFIG_PT_RECLAIM: tables always go through `call_rcu`. Default: as the release has it. */
  ptReclaim?: boolean;
}

/**
 * No page can be had to batch a page table that munmap frees: `tlb_remove_table_one()` flushes, and
 * waits by the policy's `sync` (until 6.18), by a grace period (since 7.1) or leaves it to
 * `call_rcu` (CONFIG_PT_RECLAIM). Throws SD001 and SD002 for wrong options.
 */
export function allocationFailure(options: AllocationFailureOptions = {}): Scenario {
  checkKeys("scenario.allocationFailure", options, ["walker", "ptReclaim"]);
  const { walker = "gup-fast", ptReclaim } = options;
  return new Scenario("allocationFailure", {
    walker: checkOneOf("walker", walker, WALKER_CLASSES),
    ...(ptReclaim === undefined ? {} : { ptReclaim: checkBoolean("ptReclaim", ptReclaim) }),
  });
}

/** How the scenario becomes CPUs. */
export const allocationFailureKind: ScenarioKind = { make: allocationFailure, minCpus: 2, plan };

function plan({ options }: Scenario, scene: ScenarioScene): ScenarioPlan {
  const { env } = scene;
  return planOfTakenTable(scene, {
    taker: ["munmap", freeAlone(withPtReclaim(env, options.ptReclaim))],
    walker: walkerOf(env, options.walker as WalkerClass),
    bound: "one page table is freed",
  });
}

/** The environment with or without CONFIG_PT_RECLAIM. */
function withPtReclaim(env: Environment, ptReclaim: unknown): Environment {
  if (typeof ptReclaim !== "boolean") return env;
  const { release, tableFallback } = env.features;
  const without = release.startsWith("7.") ? "synchronizeRcu" : "sync";
  const kept = tableFallback === "callRcu" ? without : tableFallback;
  return {
    ...env,
    features: { ...env.features, tableFallback: ptReclaim ? "callRcu" : kept },
  };
}

/** `pmd_clear()` and `tlb_remove_table()` without a batch: parameters `mm`, `table`. */
function freeAlone(env: Environment): Program {
  const source = "mm/memory.c free_pte_range(), mm/mmu_gather.c tlb_remove_table_one()";
  return program("tlb_remove_table_one", { params: ["mm", "table"], source }, (k) => {
    k.store(of(pmd, "table"), ENTRY_NONE);
    k.ghost("detach", "table");
    k.set("tables_left", 1);
    k.set("range", -1);
    k.set("pending", 1);
    removeTablesOneByOne(k, env);
    if (env.features.tableFallback === "callRcu") k.named("call_rcu").gracePeriod();
    k.ghost("free", "table");
  });
}
