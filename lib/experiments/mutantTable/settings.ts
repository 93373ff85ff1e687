/** Scenarios, kernels and places that many rows of the mutant table have in common. */
import { kvm } from "../../backends/backend.ts";
import { unknownName } from "../../base/messages.ts";
import { machines } from "../../machine/presets.ts";
import type { Linux } from "../../policies/linux.ts";
import { linux } from "../../policies/linux.ts";
import type { Policy } from "../../policies/policy.ts";
import { broadcast } from "../../policies/tableSync/broadcast.ts";
import { tableSyncPolicy } from "../../policies/tableSync/tableSync.ts";
import type { TargetedOptions } from "../../policies/tableSync/targeted.ts";
import { targeted } from "../../policies/tableSync/targeted.ts";
import { collapseVsGupFast } from "../scenarios/collapseVsGupFast.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import type { Asked } from "./row.ts";

/** A policy without any hook: nobody waits for walkers. */
export const nothing: Policy = tableSyncPolicy({
  name: "nothing",
  options: {},
  hooks: {},
  summary: "nobody waits for walkers",
  source: "a wrong kernel",
});

/** A kernel by its policy of the group tableSync. */
export function linuxWith(tableSync: Policy, release = "7.2"): Linux {
  return linux({ release, tableSync });
}

/** Mainline. */
export const broadcasting: Linux = linuxWith(broadcast());

/** The walkers' CPUs are in `mm_cpumask`. */
export const collapse: Scenario = collapseVsGupFast();

/** They are not: nothing but the sync waits for walkers. */
export const outside: Scenario = collapseVsGupFast({ walkers: "outside" });

/** And neither the cleared entry nor the flush orders the initiator. */
export const unordered: Scenario = collapseVsGupFast({
  walkers: "outside",
  ptClear: "relaxed",
  flush: "none",
});

/** A KVM guest, each of whose CPUs may be stopped once. */
export const onKvm: Pick<Asked, "backend"> = { backend: kvm() };

/** An AMD machine with INVLPGB. */
export const turin: Pick<Asked, "machine"> = { machine: machines.turin };

/** A tracking kernel with some options changed. */
export function tracked(options: TargetedOptions): Linux {
  return linuxWith(targeted(options));
}

/** A kernel with one step weakened to the order that `mutants` gives it. */
export function weakened(kernel: Linux, step: string): Linux {
  const weaker = kernel.mutants().filter(({ change }) => /weakened/.test(change));
  const found = weaker.find((one) => one.step === step);
  if (found !== undefined) return found.linux;
  throw unknownName(
    "step",
    step,
    weaker.map((one) => one.step),
  );
}
