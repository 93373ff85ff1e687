/** All scenarios by type: how each is revived from plain data, and how it becomes CPUs. */
import { tooLarge } from "../../base/messages.ts";
import { readPlainData } from "../../base/plainData.ts";
import { allocationFailureKind } from "./allocationFailure.ts";
import { batchedUnmapVsMprotectKind } from "./batchedUnmap.ts";
import { collapseVsGupFastKind } from "./collapseVsGupFast.ts";
import { invlpgbMigrationKind } from "./invlpgbMigration.ts";
import { invlpgbReclaimKind } from "./invlpgbReclaim.ts";
import { isolatedCpuDeferralKind } from "./isolatedCpuDeferral.ts";
import { khugepagedRecheckKind } from "./khugepagedRecheck.ts";
import { lazyMmTeardownKind } from "./lazyMmTeardown.ts";
import { perfNmiInGupFastKind } from "./perfNmiInGupFast.ts";
import type { ScenarioKind, ScenarioPlan, ScenarioScene } from "./scenario.ts";
import { Scenario } from "./scenario.ts";
import { splitPmdReadKind } from "./splitPmdRead.ts";
import { tableFreeVsWalkerKind } from "./tableFreeVsWalker.ts";
import { tlbGenerationsVsSwitchKind } from "./tlbGenerations.ts";
import { unshareKind } from "./unshare.ts";
import { unshareVsLazyCpuKind } from "./unshareVsLazyCpu.ts";

const KINDS: Readonly<Record<string, ScenarioKind>> = {
  collapseVsGupFast: collapseVsGupFastKind,
  tableFreeVsWalker: tableFreeVsWalkerKind,
  unshare: unshareKind,
  perfNmiInGupFast: perfNmiInGupFastKind,
  allocationFailure: allocationFailureKind,
  khugepagedRecheck: khugepagedRecheckKind,
  splitPmdRead: splitPmdReadKind,
  batchedUnmapVsMprotect: batchedUnmapVsMprotectKind,
  lazyMmTeardown: lazyMmTeardownKind,
  tlbGenerationsVsSwitch: tlbGenerationsVsSwitchKind,
  unshareVsLazyCpu: unshareVsLazyCpuKind,
  invlpgbMigration: invlpgbMigrationKind,
  invlpgbReclaim: invlpgbReclaimKind,
  isolatedCpuDeferral: isolatedCpuDeferralKind,
};

/**
 * A scenario from a plain clone of one. Throws SD001 for anything else, SD002 for another type or
 * option.
 */
export function reviveScenario(value: unknown): Scenario {
  if (value instanceof Scenario) return value;
  const { name, options = {} } = readPlainData("scenario", value, "type", Object.keys(KINDS));
  return KINDS[name]!.make(options as Record<string, unknown>);
}

/** The CPUs of a scenario. Throws SD005 for too few CPUs, SD004 where it cannot happen. */
export function planScenario(scenario: Scenario, scene: ScenarioScene): ScenarioPlan {
  const kind = KINDS[scenario.type]!;
  if (scene.cpus < kind.minCpus) {
    throw tooLarge(scenario.type, `${scene.cpus} CPUs`, `at least ${kind.minCpus} CPUs`);
  }
  return kind.plan(scenario, scene);
}
