/** Holds where a batch ends with TLBSYNC and interrupts; breaks where it ends with one of them. */
import { checkKeys } from "../../base/check.ts";
import { impossible } from "../../base/messages.ts";
import type { LaneSpec } from "../../explorer/system.ts";
import type { Environment } from "../../mm/environment.ts";
import { runHook } from "../../mm/hooks.ts";
import { PTE_NONE, PTE_WRITABLE, pageTableLock, pte } from "../../mm/pageVariables.ts";
import { tryToUnmap } from "../../mm/unmap.ts";
import { cpuTlbGen, globalAsid, INIT_MM, loadedMm, mmCpumask } from "../../mm/variables.ts";
import { of, program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import type { ScenarioKind, ScenarioPlan, ScenarioScene } from "./scenario.ts";
import { Scenario } from "./scenario.ts";
import { usesAndSwitches } from "./switching.ts";
import { first, MM } from "./walkers.ts";

/**
 * kswapd unmaps a page of a process that has a global ASID, and one of a process that has none, in
 * one batch, and frees the second, which CPUs of its process access. Only with INVLPGB. CPUs:
 * kswapd, one of the first process, the rest of the second. Throws SD002 for an option.
 */
export function invlpgbReclaim(options: Readonly<Record<string, unknown>> = {}): Scenario {
  checkKeys("scenario.invlpgbReclaim", options, []);
  return new Scenario("invlpgbReclaim", {});
}

/** How the scenario becomes CPUs. */
export const invlpgbReclaimKind: ScenarioKind = { make: invlpgbReclaim, minCpus: 3, plan };

/** The process with a global ASID; what {@link MM} is not. */
const GLOBAL = MM + 1;

function plan(_: Scenario, { env, cpus }: ScenarioScene): ScenarioPlan {
  if (!env.invlpgb) throw impossible("scenario", "invlpgbReclaim", "only with INVLPGB");
  const args = { mm: MM, other: GLOBAL, lives: 1 };
  const users = first(cpus - 2).map(
    (i): LaneSpec => ({
      name: `user ${i + 1}`,
      thread: usesAndSwitches(env),
      args,
      initial: { [loadedMm.name]: MM, [cpuTlbGen.name]: 1 },
    }),
  );
  const ofGlobal = { [loadedMm.name]: GLOBAL, [cpuTlbGen.name]: 1 };
  return {
    lanes: [
      {
        name: "kswapd",
        thread: reclaim(env),
        args: { mm: MM, other: GLOBAL },
        initial: { [loadedMm.name]: INIT_MM },
      },
      { name: "other process", initial: ofGlobal, root: { mm: GLOBAL, global: true } },
      ...users,
    ],
    mms: GLOBAL + 1,
    tables: 2,
    initial: [
      { variable: mmCpumask.name, owner: MM, value: first(cpus).slice(2) },
      { variable: mmCpumask.name, owner: GLOBAL, value: [1] },
      { variable: globalAsid.name, owner: GLOBAL, value: 1 },
    ],
    properties: ["P-REUSE"],
    sometimes: ["translationHeld", "tableReused", "accessedAfter"],
    bounds: [
      "one page of each of 2 processes",
      "one reclaim",
      `${cpus - 2} CPUs that go lazy and switch any number of times`,
    ],
    judgesTranslations: true,
    walked: { variable: pte.name, value: PTE_WRITABLE, mm: MM, isLeaf: true },
  };
}

/** `shrink_folio_list()`: page 0 is of `mm`, page 1 of `other`; a flush, then page 0 goes. */
function reclaim(env: Environment): Program {
  const source = "mm/rmap.c try_to_unmap_one(), mm/vmscan.c shrink_folio_list()";
  return program("shrink_folio_list", { params: ["mm", "other"], source }, (k) => {
    const unmap = (page: number, mm: string): void => {
      k.lock(of(pageTableLock, page));
      k.exchange(of(pte, page), PTE_NONE);
      k.include(tryToUnmap(env), { mm });
      k.unlock(of(pageTableLock, page));
    };
    unmap(1, "other");
    unmap(0, "mm");
    runHook(k, env, "flushBatch", { mm: "mm" });
    k.ghost("freePage", 0);
  });
}
