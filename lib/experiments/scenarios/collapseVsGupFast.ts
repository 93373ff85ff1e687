/** Holds with mainline's broadcast on every backend; breaks where nobody waits for the walker. */
import { checkKeys, checkOneOf } from "../../base/check.ts";
import { collapseAnonymous } from "../../mm/collapse.ts";
import { gupFast } from "../../mm/gupFast.ts";
import type { Orders } from "./orders.ts";
import { SYNC_PLACES, usedAfterExit, withOrders } from "./orders.ts";
import type { ScenarioKind, ScenarioPlan, ScenarioScene } from "./scenario.ts";
import { Scenario } from "./scenario.ts";
import { gupFastForever, MM, planOfTakenTable } from "./walkers.ts";

/** Options of {@link collapseVsGupFast}. */
export interface CollapseVsGupFastOptions {
  /**
   * Whether the walkers' CPUs are in `mm_cpumask`. They are wherever Linux keeps it for CPUs that
   * run the address space (x86); outside, the flush reaches no walker, as on arm64. `other-mm`:
   * outside, and the walkers run another address space, from which they reach the table of file
   * memory. Default: `inside`.
   */
  walkers?: "inside" | "outside" | "other-mm";
  /** How the entry is cleared. Default `exchange`, a locked instruction on x86. */
  ptClear?: Orders["ptClear"];
  /** Whether the flush orders the initiator. Default `full`, as on x86 and by the DSB of arm64. */
  flush?: Orders["flush"];
  /** Where the sync stands. Default `after-flush`, as in Linux. */
  sync?: Orders["sync"];
  /** Where a walker says that it has ended. Default `last`, behind the last use of the table. */
  exit?: "last" | "before-use";
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
  const { sync = "after-flush", exit = "last" } = options;
  return new Scenario("collapseVsGupFast", {
    walkers: checkOneOf("walkers", walkers, ["inside", "outside", "other-mm"]),
    ptClear: checkOneOf("ptClear", ptClear, ["exchange", "relaxed"]),
    flush: checkOneOf("flush", flush, ["full", "none", "absent"]),
    sync: checkOneOf("sync", sync, SYNC_PLACES),
    exit: checkOneOf("exit", exit, ["last", "before-use"]),
  });
}

const KEYS = ["walkers", "ptClear", "flush", "sync", "exit"];

/** How the scenario becomes CPUs. */
export const collapseVsGupFastKind: ScenarioKind = {
  make: collapseVsGupFast,
  minCpus: 2,
  plan,
};

function plan({ options }: Scenario, scene: ScenarioScene): ScenarioPlan {
  const { env } = scene;
  const walk = options.exit === "before-use" ? usedAfterExit(gupFast(env)) : gupFast(env);
  return planOfTakenTable(scene, {
    taker: ["collapse", withOrders(collapseAnonymous(env), options as unknown as Orders)],
    walker: gupFastForever(env, walk),
    walkersMm: options.walkers === "other-mm" ? MM + 1 : MM,
    isInMask: options.walkers === "inside",
    bound: "one collapse of one table",
  });
}
