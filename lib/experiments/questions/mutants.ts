/** Every step of the policies of a question, dropped or weakened: who notices? */
import { canonicalJson } from "../../base/canonical.ts";
import type { ColumnTable } from "../../tables/frame.ts";
import { toTable } from "../../tables/frame.ts";
import type { CheckOptions } from "./check.ts";
import { check } from "./check.ts";
import type { Question } from "./question.ts";
import { question } from "./question.ts";
import { systemOf } from "./questionSystem.ts";
import type { Verdict } from "./verdict.ts";

/**
 * The question as it is and once for each droppable or weakenable step of its policies, with the
 * columns of the schema `mutants`. A mutant that holds is a step that this scenario does not need;
 * one that is `unreached` is no part of what the scenario runs, and nothing was explored. Where no
 * mutant is violated, the scenario tests nothing.
 */
export async function mutants(asked: Question, options: CheckOptions = {}): Promise<ColumnTable> {
  const base = question(asked);
  const original = canonicalJson(systemOf(base).spec);
  const rows: Row[] = [{ step: "", change: "none", verdict: await check(base, options) }];
  for (const { step, change, linux } of base.linux.mutants()) {
    const changed = base.with({ linux });
    const isReached = canonicalJson(systemOf(changed).spec) !== original;
    rows.push({ step, change, verdict: isReached ? await check(changed, options) : undefined });
  }
  const column = <T>(of: (verdict: Verdict) => T, unreached: T): T[] =>
    rows.map(({ verdict }) => (verdict === undefined ? unreached : of(verdict)));
  return toTable("mutants", {
    mutated: rows.map(({ step }) => step),
    change: rows.map(({ change }) => change),
    verdict: column<string>(({ outcome }) => outcome, "unreached"),
    property: column<string>(({ property }) => property ?? "", ""),
    states: column(({ states }) => states, 0),
    depth: column(({ depth }) => depth, 0),
    schedule: column(({ schedule }) => schedule ?? "", ""),
  });
}

interface Row {
  readonly step: string;
  readonly change: string;
  /** Undefined: the scenario does not run the step. */
  readonly verdict: Verdict | undefined;
}
