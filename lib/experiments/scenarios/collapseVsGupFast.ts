/** Holds with mainline's broadcast on every backend; breaks where nobody waits for the walker. */
import { checkKeys, checkOneOf } from "../../base/check.ts";
import { collapseAnonymous } from "../../mm/collapse.ts";
import { FIRST_USER_MM } from "../../mm/variables.ts";
import type { Orders } from "./orders.ts";
import { SYNC_PLACES, withOrders } from "./orders.ts";
import type { ScenarioKind, ScenarioPlan, ScenarioScene } from "./scenario.ts";
import { Scenario } from "./scenario.ts";
import { first, gupFastForever, lane, MM, maskOf, PAGE_TABLES } from "./walkers.ts";

/** Options of {@link collapseVsGupFast}. */
export interface CollapseVsGupFastOptions {
  /**
   * Whether the walkers' CPUs are in `mm_cpumask`. They are wherever Linux keeps it for CPUs that
   * run the address space (x86); outside, the flush reaches no walker, as on arm64. Default:
   * `inside`.
   */
  walkers?: "inside" | "outside";
  /** How the entry is cleared. Default `exchange`, a locked instruction on x86. */
  ptClear?: Orders["ptClear"];
  /** Whether the flush orders the initiator. Default `full`, as on x86 and by the DSB of arm64. */
  flush?: Orders["flush"];
  /** Where the sync stands. Default `after-flush`, as in Linux. */
  sync?: Orders["sync"];
}

/**
 * `collapse_huge_page()` of one table beside threads of the same process that walk it, over and
 * over. The locked exchange and the flush of x86 hide a sync whose fence is too weak; `ptClear:
 * "relaxed"`, `flush: "none"` and `walkers: "outside"` together show it (Peter Zijlstra, 2 Feb
 * 2026). Throws SD001 and SD002 for wrong options.
 */
export function collapseVsGupFast(options: CollapseVsGupFastOptions = {}): Scenario {
  checkKeys("scenario.collapseVsGupFast", options, KEYS);
  const { walkers = "inside", ptClear = "exchange", flush = "full" } = options;
  const { sync = "after-flush" } = options;
  return new Scenario("collapseVsGupFast", {
    walkers: checkOneOf("walkers", walkers, ["inside", "outside"]),
    ptClear: checkOneOf("ptClear", ptClear, ["exchange", "relaxed"]),
    flush: checkOneOf("flush", flush, ["full", "none"]),
    sync: checkOneOf("sync", sync, SYNC_PLACES),
  });
}

const KEYS = ["walkers", "ptClear", "flush", "sync"];

/** How the scenario becomes CPUs. */
export const collapseVsGupFastKind: ScenarioKind = {
  make: collapseVsGupFast,
  minCpus: 2,
  plan,
};

function plan({ options }: Scenario, { env, cpus }: ScenarioScene): ScenarioPlan {
  const collapse = withOrders(collapseAnonymous(env), options as unknown as Orders);
  const walker = gupFastForever(env);
  return {
    lanes: [
      lane(env, "collapse", collapse),
      ...first(cpus - 1).map((i) => lane(env, `walker ${i + 1}`, walker)),
    ],
    mms: FIRST_USER_MM + 1,
    tables: 1,
    initial: maskOf(env, MM, options.walkers === "inside" ? first(cpus) : [0]),
    properties: ["P-UAF"],
    walked: PAGE_TABLES,
    sometimes: ["walkerOverlapped", "tableReused"],
    bounds: ["one collapse of one table", `${cpus - 1} CPUs that walk any number of times`],
  };
}
