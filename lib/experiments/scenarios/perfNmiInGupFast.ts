/** Holds where an NMI's walk restores the tracker; breaks where it clears the outer walk's. */
import { checkKeys, checkOneOf } from "../../base/check.ts";
import { collapseAnonymous } from "../../mm/collapse.ts";
import { perfPageSize } from "../../mm/perfPageSize.ts";
import type { ScenarioKind, ScenarioPlan, ScenarioScene } from "./scenario.ts";
import { Scenario } from "./scenario.ts";
import { gupFastForever, MM, planOfTakenTable } from "./walkers.ts";

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

function plan({ options }: Scenario, scene: ScenarioScene): ScenarioPlan {
  const { env } = scene;
  const plan = planOfTakenTable(scene, {
    taker: ["collapse", collapseAnonymous(env)],
    walker: gupFastForever(env),
    isInMask: options.walkers === "inside",
    bound: "one collapse of one table",
  });
  const [collapse, sampled, ...others] = plan.lanes;
  const nmi = { nmi: perfPageSize(env), nmiArgs: { mm: MM, table: 0, tables: 1 } };
  return {
    ...plan,
    lanes: [collapse!, { ...sampled!, name: `${sampled!.name}, sampled`, ...nmi }, ...others],
    sometimes: [...plan.sometimes, "nmiInWalk"],
    bounds: [...plan.bounds, "one NMI"],
  };
}
