/** What the CPUs of sleeping siblings do, which decides who is sent an interrupt. */
import type { Siblings } from "../../workloads/process.ts";
import type { Repetition } from "./window.ts";

/** The siblings of the model, and why they are not those that were asked for. */
export interface ModelSiblings {
  readonly siblings: Siblings;
  readonly notes: readonly string[];
}

/**
 * A CPU whose thread sleeps keeps the address space while it idles (`sleep`), and has another one
 * when other work runs there (`stale`). Which it was, the measurement tells: on a machine where, as
 * a rule, more than the probe itself was ready to run, their CPUs were not left to idle.
 */
export function modelSiblings(
  siblings: "spin" | "sleep",
  threads: number,
  measured: readonly Repetition[],
): ModelSiblings {
  if (siblings === "spin" || threads === 1) return { siblings, notes: [] };
  const busy = measured.filter(({ running }) => running > 1).length;
  if (2 * busy <= measured.length) return { siblings, notes: [] };
  const why = `other work was ready to run in ${busy} of ${measured.length} repetitions`;
  const note = `${why}: the model has it on the CPUs of the siblings that sleep (stale)`;
  return { siblings: "stale", notes: [note] };
}
