/** All scenarios by type: how each is revived from plain data, and how it becomes CPUs. */
import { checkKeys, checkOneOf } from "../../base/check.ts";
import { invalid, tooLarge, unknownName } from "../../base/messages.ts";
import { allocationFailureKind } from "./allocationFailure.ts";
import { batchedUnmapVsMprotectKind } from "./batchedUnmap.ts";
import { collapseVsGupFastKind } from "./collapseVsGupFast.ts";
import { perfNmiInGupFastKind } from "./perfNmiInGupFast.ts";
import type { ScenarioKind, ScenarioPlan, ScenarioScene } from "./scenario.ts";
import { Scenario } from "./scenario.ts";
import { tableFreeVsWalkerKind } from "./tableFreeVsWalker.ts";
import { unshareKind } from "./unshare.ts";

const KINDS: Readonly<Record<string, ScenarioKind>> = {
  collapseVsGupFast: collapseVsGupFastKind,
  tableFreeVsWalker: tableFreeVsWalkerKind,
  unshare: unshareKind,
  perfNmiInGupFast: perfNmiInGupFastKind,
  allocationFailure: allocationFailureKind,
  batchedUnmapVsMprotect: batchedUnmapVsMprotectKind,
};

/**
 * A scenario from a plain clone of one. Throws SD001 for anything else, SD002 for another type or
 * option.
 */
export function reviveScenario(value: unknown): Scenario {
  if (value instanceof Scenario) return value;
  if (typeof value !== "object" || value === null || !("kind" in value)) {
    throw invalid("scenario", value, "a scenario made by sd.scenario.…()");
  }
  checkKeys("scenario", value, ["kind", "type", "options"]);
  const { kind, type, options = {} } = value as { kind: unknown; type?: unknown; options?: object };
  checkOneOf("kind", kind, ["scenario"]);
  if (typeof type !== "string" || !Object.hasOwn(KINDS, type)) {
    throw unknownName("scenario", type, Object.keys(KINDS));
  }
  return KINDS[type]!.make(options as Record<string, unknown>);
}

/** The CPUs of a scenario. Throws SD005 for too few CPUs, SD004 where it cannot happen. */
export function planScenario(scenario: Scenario, scene: ScenarioScene): ScenarioPlan {
  const kind = KINDS[scenario.type]!;
  if (scene.cpus < kind.minCpus) {
    throw tooLarge(scenario.type, `${scene.cpus} CPUs`, `at least ${kind.minCpus} CPUs`);
  }
  return kind.plan(scenario, scene);
}
