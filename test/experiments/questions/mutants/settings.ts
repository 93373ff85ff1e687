/** Scenarios, kernels and places that many rows of the mutant table have in common. */
import * as sd from "../../../../lib/index.ts";
import { linux } from "../../scenarios/ask.ts";
import type { Asked } from "../mutantTable.ts";

/** Mainline. */
export const broadcasting: sd.Linux = linux(sd.tableSync.broadcast());

/** The walkers' CPUs are in `mm_cpumask`. */
export const collapse: sd.Scenario = sd.scenario.collapseVsGupFast();

/** They are not: nothing but the sync waits for walkers. */
export const outside: sd.Scenario = sd.scenario.collapseVsGupFast({ walkers: "outside" });

/** And neither the cleared entry nor the flush orders the initiator. */
export const unordered: sd.Scenario = sd.scenario.collapseVsGupFast({
  walkers: "outside",
  ptClear: "relaxed",
  flush: "none",
});

/** A KVM guest, each of whose CPUs may be stopped once. */
export const kvm: Pick<Asked, "backend"> = { backend: sd.backend.kvm() };

/** An AMD machine with INVLPGB. */
export const turin: Pick<Asked, "machine"> = { machine: sd.machines.turin };

/** A tracking kernel with some options changed. */
export function tracked(options: Parameters<typeof sd.tableSync.targeted>[0]): sd.Linux {
  return linux(sd.tableSync.targeted(options));
}

/** A kernel with one step weakened to the order that `sd.mutants` gives it. */
export function weakened(kernel: sd.Linux, step: string): sd.Linux {
  const found = kernel.mutants().find((one) => one.step === step && /weakened/.test(one.change));
  if (found === undefined) throw new Error(`no weaker ${step}`);
  return found.linux;
}
