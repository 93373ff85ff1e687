/** Every step of the policies of a question, dropped or weakened: who notices? */
import { canonicalJson } from "../../base/canonical.ts";
import { ShootdownError } from "../../base/messages.ts";
import type { ColumnTable } from "../../tables/frame.ts";
import { toTable } from "../../tables/frame.ts";
import type { CheckOptions } from "./check.ts";
import { check } from "./check.ts";
import type { Question } from "./question.ts";
import { question } from "./question.ts";
import { systemOf } from "./questionSystem.ts";
import { Verdict } from "./verdict.ts";

/**
 * The question as it is and once for each droppable or weakenable step of its policies, with the
 * columns of the schema `mutants`. A mutant that holds is a step that this scenario does not need;
 * one that is `unreached` is no part of what the scenario runs, and nothing was explored. Where no
 * mutant is violated, the scenario tests nothing. A mutant that counts without end has more values
 * than can be explored: it is `undecided`, with 0 states.
 */
export async function mutants(asked: Question, options: CheckOptions = {}): Promise<ColumnTable> {
  const base = question(asked);
  const original = canonicalJson(systemOf(base).spec);
  const rows: Row[] = [{ step: "", change: "none", verdict: await check(base, options) }];
  for (const { step, change, linux } of base.linux.mutants()) {
    const changed = base.with({ linux });
    const isReached = canonicalJson(systemOf(changed).spec) !== original;
    const verdict = isReached ? await checkMutant(changed, options) : "unreached";
    rows.push({ step, change, verdict });
  }
  const column = <T>(of: (verdict: Verdict) => T, otherwise: T): T[] =>
    rows.map(({ verdict }) => (verdict instanceof Verdict ? of(verdict) : otherwise));
  return toTable("mutants", {
    mutated: rows.map(({ step }) => step),
    change: rows.map(({ change }) => change),
    verdict: rows.map(({ verdict }) => (verdict instanceof Verdict ? verdict.outcome : verdict)),
    property: column<string>(({ property }) => property ?? "", ""),
    states: column(({ states }) => states, 0),
    depth: column(({ depth }) => depth, 0),
    schedule: column(({ schedule }) => schedule ?? "", ""),
  });
}

interface Row {
  readonly step: string;
  readonly change: string;
  /** `unreached`: the scenario does not run the step. `undecided`: it cannot be explored. */
  readonly verdict: Verdict | "unreached" | "undecided";
}

/** What is too large for the explorer with a step dropped is no fault of the question. */
async function checkMutant(asked: Question, options: CheckOptions): Promise<Row["verdict"]> {
  try {
    return await check(asked, options);
  } catch (error) {
    if (error instanceof ShootdownError && error.code === "SD005") return "undecided";
    throw error;
  }
}
