/** Holds where the flush is told of unshared tables; breaks where it spares lazy CPUs. */
import { checkKeys } from "../../base/check.ts";
import type { Environment } from "../../mm/environment.ts";
import { hugetlbUnshare } from "../../mm/hugetlbUnshare.ts";
import { ptShareCount, pud } from "../../mm/hugetlbVariables.ts";
import { ENTRY_TABLE, mmCpumask } from "../../mm/variables.ts";
import type { ScenarioKind, ScenarioPlan, ScenarioScene } from "./scenario.ts";
import { Scenario } from "./scenario.ts";
import { usesAndSwitches } from "./switching.ts";
import { first, MM, maskOf, running } from "./walkers.ts";

/**
 * An address space leaves a hugetlb PMD table that it shares with one other, while CPUs of it go
 * lazy and switch: their hardware walks the table as long as what it has cached of the entry above
 * stands. Once the other one has the table alone, none may. CPUs: the one that leaves, those that
 * switch, and a last one that runs another process: else the mask would hold all CPUs, whom Hyper-V
 * flushes lazy or not. Throws SD002 for an option.
 */
export function unshareVsLazyCpu(options: Readonly<Record<string, unknown>> = {}): Scenario {
  checkKeys("scenario.unshareVsLazyCpu", options, []);
  return new Scenario("unshareVsLazyCpu", {});
}

/** How the scenario becomes CPUs. */
export const unshareVsLazyCpuKind: ScenarioKind = { make: unshareVsLazyCpu, minCpus: 3, plan };

const OTHER = MM + 1;

function plan(_: Scenario, { env, cpus }: ScenarioScene): ScenarioPlan {
  const thread = usesAndSwitches(env);
  const args = { mm: MM, other: OTHER, lives: 1 };
  return {
    lanes: [
      {
        name: "leaves the table",
        thread: hugetlbUnshare(env, "munmap"),
        args: { mm: MM, first: 0, last: 1, huge: 0, freed: 0 },
        initial: running(env, MM),
      },
      ...first(cpus - 2).map((i) => ({
        name: `user ${i + 1}`,
        thread,
        args,
        initial: running(env, MM),
      })),
      { name: "another process", initial: running(env, OTHER) },
    ],
    mms: OTHER + 1,
    tables: 1,
    initial: memory(env, cpus),
    properties: ["P-HW"],
    sometimes: ["translationHeld", "rootLoaded", "tableReused"],
    bounds: [
      "one table of 2 address spaces",
      `${cpus - 2} CPUs that go lazy and switch any number of times`,
    ],
    judgesTranslations: true,
    walked: { variable: pud.name, value: ENTRY_TABLE, mm: MM },
  };
}

function memory(env: Environment, cpus: number): ScenarioPlan["initial"] {
  return [
    ...maskOf(env, MM, first(cpus - 1)),
    { variable: mmCpumask.name, owner: OTHER, value: [cpus - 1] },
    { variable: ptShareCount.name, owner: 0, value: 1 },
  ];
}
