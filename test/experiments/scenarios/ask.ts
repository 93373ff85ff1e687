/** Questions as the tests of scenarios put them. */
import type { Question, QuestionOptions, Verdict } from "../../../lib/index.ts";
import * as sd from "../../../lib/index.ts";

export { linuxWith as linux, nothing } from "../../../lib/experiments/mutantTable/settings.ts";

/** A question with two CPUs unless it says otherwise. */
export function ask(options: Omit<QuestionOptions, "cpus"> & { cpus?: number }): Question {
  return sd.question({ cpus: 2, ...options });
}

/** The verdict in one word, and the property where there is one. */
export function inShort({ outcome, property }: Verdict): string {
  return property === undefined ? outcome : `${outcome} ${property}`;
}
