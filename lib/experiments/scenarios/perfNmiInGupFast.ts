/** Holds where an NMI's walk restores the tracker; breaks where it clears the outer walk's. */
import { checkKeys, checkOneOf } from "../../base/check.ts";
import { collapseAnonymous } from "../../mm/collapse.ts";
import { perfPageSize } from "../../mm/perfPageSize.ts";
import { FIRST_USER_MM } from "../../mm/variables.ts";
import type { ScenarioKind, ScenarioPlan, ScenarioScene } from "./scenario.ts";
import { Scenario } from "./scenario.ts";
import { first, gupFastForever, lane, MM, maskOf, PAGE_TABLES } from "./walkers.ts";

/** Options of {@link perfNmiInGupFast}. */
export interface PerfNmiInGupFastOptions {
  /** As in `collapseVsGupFast`; outside, nothing but the sync waits for walkers. */
  walkers?: "inside" | "outside";
}

/**
 * `collapse_huge_page()` beside walkers one of which is interrupted, once and anywhere, by an NMI
 * of perf that looks up the size of a sampled page (`perf_get_page_size()`) in the same address
 * space. Throws SD001 and SD002 for wrong options.
 */
export function perfNmiInGupFast(options: PerfNmiInGupFastOptions = {}): Scenario {
  checkKeys("scenario.perfNmiInGupFast", options, ["walkers"]);
  const { walkers = "outside" } = options;
  return new Scenario("perfNmiInGupFast", {
    walkers: checkOneOf("walkers", walkers, ["inside", "outside"]),
  });
}

/** How the scenario becomes CPUs. */
export const perfNmiInGupFastKind: ScenarioKind = { make: perfNmiInGupFast, minCpus: 2, plan };

function plan({ options }: Scenario, { env, cpus }: ScenarioScene): ScenarioPlan {
  const walker = gupFastForever(env);
  const sampled = {
    nmi: perfPageSize(env),
    nmiArgs: { mm: MM, table: 0, tables: 1 },
  };
  return {
    lanes: [
      lane(env, "collapse", collapseAnonymous(env)),
      { ...lane(env, "walker 1, sampled", walker), ...sampled },
      ...first(cpus - 2).map((i) => lane(env, `walker ${i + 2}`, walker)),
    ],
    mms: FIRST_USER_MM + 1,
    tables: 1,
    initial: maskOf(env, MM, options.walkers === "inside" ? first(cpus) : [0]),
    properties: ["P-UAF"],
    walked: PAGE_TABLES,
    sometimes: ["walkerOverlapped", "tableReused", "nmiInWalk"],
    bounds: [
      "one collapse of one table",
      `${cpus - 1} CPUs that walk any number of times`,
      "one NMI",
    ],
  };
}
