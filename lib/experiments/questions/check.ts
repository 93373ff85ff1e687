/** The answer to a question: every interleaving within its bounds. */
import { explore } from "../../explorer/explore.ts";
import type { Property, Witnesses } from "../../explorer/verdictData.ts";
import type { Question } from "./question.ts";
import { question } from "./question.ts";
import type { QuestionSystem } from "./questionSystem.ts";
import { systemOf } from "./questionSystem.ts";
import type { Outcome } from "./verdict.ts";
import { Verdict } from "./verdict.ts";

/**
 * Explores every interleaving of the scenario's kernel paths under the policies of the question.
 * Throws SD004 for what Linux cannot have, SD005 for CPUs or values that do not fit, SD007 for a
 * step that cannot be explored: nothing is passed over.
 */
export async function check(asked: Question): Promise<Verdict> {
  return checkNow(asked);
}

/** The same at once. */
export function checkNow(asked: Question): Verdict {
  const revived = question(asked);
  const { spec, plan } = systemOf(revived);
  const { reductions, budget } = revived;
  const found = explore(spec, { ...reductions, ...budget });
  const schedule = found.schedule();
  const missing = plan.sometimes.filter((name) => !found.witnesses[name]);
  const isEmpty = found.outcome === "holds" && missing.length > 0;
  const outcome: Outcome = isEmpty ? "vacuous" : found.outcome;
  return new Verdict({
    question: revived,
    outcome,
    // Of the schedule: reductions exchange CPUs, so that the search may name another one.
    violation: schedule?.violation ?? null,
    properties: judged(revived, plan.properties),
    bounds: boundsOf(revived, { spec, plan }),
    states: found.states,
    transitions: found.transitions,
    depth: found.depth,
    bytes: found.bytes,
    witnesses: { ...found.witnesses } as Witnesses,
    missing: outcome === "vacuous" ? missing : [],
    schedule: schedule?.text ?? null,
  });
}

function judged({ hardwareWalkers }: Question, properties: readonly Property[]): Property[] {
  return [...properties, ...(hardwareWalkers ? (["P-HW"] as const) : []), "P-LIVE"];
}

function boundsOf(asked: Question, { plan }: QuestionSystem): string[] {
  const { memoryModel, storeBuffer, window, preemptions } = asked;
  return [
    `${asked.cpus} CPUs`,
    ...plan.bounds,
    ...(memoryModel === "x86-tso" ? [`${storeBuffer} stores held back a CPU`] : []),
    ...(memoryModel === "weak" ? [`${window} accesses fetched ahead a CPU`] : []),
    ...(preemptions > 0 ? [`each CPU is stopped up to ${preemptions} times`] : []),
    "the clock stands still",
  ];
}
