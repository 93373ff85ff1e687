/** Questions as the tests of scenarios put them. */
import type { Question, QuestionOptions, Verdict } from "../../../lib/index.ts";
import * as sd from "../../../lib/index.ts";

/** A policy without any hook: nobody waits for walkers. */
export const nothing: sd.Policy = sd.tableSync.custom({
  name: "nothing",
  options: {},
  hooks: {},
  summary: "nobody waits for walkers",
  source: "test",
});

/** Kernels by their policy of the group tableSync. */
export function linux(tableSync: sd.Policy, release = "7.2"): sd.Linux {
  return sd.linux({ release, tableSync });
}

/** A question with two CPUs unless it says otherwise. */
export function ask(options: Omit<QuestionOptions, "cpus"> & { cpus?: number }): Question {
  return sd.question({ cpus: 2, ...options });
}

/** The verdict in one word, and the property where there is one. */
export function inShort({ outcome, property }: Verdict): string {
  return property === undefined ? outcome : `${outcome} ${property}`;
}
