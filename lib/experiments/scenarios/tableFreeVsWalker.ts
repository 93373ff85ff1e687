/** Holds where RCU or the flush's interrupts wait for the walker; breaks where neither does. */
import { checkKeys, checkOneOf } from "../../base/check.ts";
import type { Environment } from "../../mm/environment.ts";
import { flushRange } from "../../mm/environment.ts";
import { ENTRY_NONE, pmd } from "../../mm/variables.ts";
import { of, program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import type { ScenarioKind, ScenarioPlan, ScenarioScene } from "./scenario.ts";
import { Scenario } from "./scenario.ts";
import type { WalkerClass } from "./walkers.ts";
import { planOfTakenTable, WALKER_CLASSES, walkerOf } from "./walkers.ts";

/** Options of {@link tableFreeVsWalker}. */
export interface TableFreeVsWalkerOptions {
  /** How the walkers keep the table. Default `gup-fast`: interrupts off. */
  walker?: WalkerClass;
  /** What takes the tables: `rcu` since 6.14, in guests before; `at-once` on bare metal before. */
  freed?: "release" | "rcu" | "at-once";
}

/**
 * munmap frees one page table in a batch (mm/mmu_gather.c `tlb_table_flush`) beside CPUs that walk
 * it. x86 on bare metal gave tables back right after the flush until 6.13, because its interrupts
 * wait for GUP-fast; guests, whose flush interrupts nobody, and since 6.14 all, give them to RCU.
 * Throws SD001 and SD002 for wrong options.
 */
export function tableFreeVsWalker(options: TableFreeVsWalkerOptions = {}): Scenario {
  checkKeys("scenario.tableFreeVsWalker", options, ["walker", "freed"]);
  const { walker = "gup-fast", freed = "release" } = options;
  return new Scenario("tableFreeVsWalker", {
    walker: checkOneOf("walker", walker, WALKER_CLASSES),
    freed: checkOneOf("freed", freed, ["release", "rcu", "at-once"]),
  });
}

/** How the scenario becomes CPUs. */
export const tableFreeVsWalkerKind: ScenarioKind = { make: tableFreeVsWalker, minCpus: 2, plan };

function plan({ options }: Scenario, scene: ScenarioScene): ScenarioPlan {
  const { env } = scene;
  const usesRcu = options.freed === "release" ? env.features.tableBatch !== null : undefined;
  return planOfTakenTable(scene, {
    taker: ["munmap", freeOneTable(env, usesRcu ?? options.freed === "rcu")],
    walker: walkerOf(env, options.walker as WalkerClass),
    bound: "one page table is freed",
  });
}

/** `pmd_clear()`, the flush of the batch, and what frees the table: parameters `mm`, `table`. */
function freeOneTable(env: Environment, usesRcu: boolean): Program {
  const source = "mm/memory.c free_pte_range(), mm/mmu_gather.c tlb_remove_table_free()";
  return program("free_pte_range", { params: ["mm", "table"], source }, (k) => {
    k.store(of(pmd, "table"), ENTRY_NONE);
    k.ghost("detach", "table");
    k.include(flushRange(env, { freed: true }), { mm: "mm", pages: -1 });
    if (usesRcu) k.named("call_rcu").gracePeriod();
    k.ghost("free", "table");
  });
}
