/** The answer to a question: every interleaving within its bounds. */
import { cellHost } from "../../base/cellHost.ts";
import { checkKeys } from "../../base/check.ts";
import type { Exploration } from "../../explorer/explore.ts";
import { exploreSteps } from "../../explorer/explore.ts";
import type { SearchProgress } from "../../explorer/search.ts";
import type { Property, Witnesses } from "../../explorer/verdictData.ts";
import type { Question } from "./question.ts";
import { question } from "./question.ts";
import type { QuestionSystem } from "./questionSystem.ts";
import { systemOf } from "./questionSystem.ts";
import type { Outcome } from "./verdict.ts";
import { Verdict } from "./verdict.ts";

/** How a check is watched and ended. */
export interface CheckOptions {
  /** Told a few times a second how far the search is. */
  progress?: (progress: SearchProgress) => void;
  /** Ends the check: it rejects with the signal's reason. Default: that of the notebook cell. */
  signal?: AbortSignal;
}

/** Milliseconds between two pauses, in which others run and are told how far it is. */
const TURN_MS = 100;

/**
 * Explores every interleaving of the scenario's kernel paths under the policies of the question.
 * Throws SD004 for what Linux cannot have, SD005 for CPUs or values that do not fit, SD007 for a
 * step that cannot be explored: nothing is passed over. Where the budget is used up, the verdict is
 * `undecided` and names what was.
 */
export async function check(asked: Question, options: CheckOptions = {}): Promise<Verdict> {
  checkKeys("check", options, ["progress", "signal"]);
  const { progress, signal = cellHost()?.signal } = options;
  signal?.throwIfAborted();
  const revived = question(asked);
  const { maxMs, ...budget } = revived.budget;
  const asSystem = systemOf(revived);
  const steps = exploreSteps(asSystem.spec, { ...revived.reductions, ...budget });
  const start = performance.now();
  let turn = start;
  for (let next = steps.next(); ; ) {
    if (next.done === true) return verdictOf(revived, asSystem, next.value);
    const now = performance.now();
    if (now - turn >= TURN_MS) {
      progress?.(next.value);
      await new Promise((resolve) => void setTimeout(resolve));
      signal?.throwIfAborted();
      turn = performance.now();
    }
    next = steps.next(now - start >= maxMs ? "maxMs" : undefined);
  }
}

function verdictOf(asked: Question, system: QuestionSystem, found: Exploration): Verdict {
  const { plan } = system;
  const schedule = found.schedule();
  const missing = plan.sometimes.filter((name) => !found.witnesses[name]);
  const isEmpty = found.outcome === "holds" && missing.length > 0;
  const outcome: Outcome = isEmpty ? "vacuous" : found.outcome;
  return new Verdict({
    question: asked,
    outcome,
    // Of the schedule: reductions exchange CPUs, so that the search may name another one.
    violation: schedule?.violation ?? null,
    cap: found.cap ?? null,
    isBounded: found.isBounded,
    properties: judged(asked, plan.properties),
    bounds: boundsOf(asked, system, found),
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

function boundsOf(
  asked: Question,
  { plan, spec }: QuestionSystem,
  { isBounded, outcome }: Exploration,
): string[] {
  const { memoryModel, storeBuffer, window, preemptions } = asked;
  const isExact = outcome === "holds" && !isBounded;
  const fill = isExact ? ", never full: it bounds nothing" : "";
  return [
    `${asked.cpus} CPUs`,
    ...plan.bounds,
    ...(memoryModel === "x86-tso" ? [`a buffer of ${storeBuffer} stores a CPU${fill}`] : []),
    ...(memoryModel === "weak" ? [`a window of ${window} steps a CPU${fill}`, PRECISE] : []),
    ...(memoryModel === "weak" && spec.hardwareWalkers === true ? [FLUSHES] : []),
    ...(preemptions > 0 ? [`each CPU is stopped up to ${preemptions} times`] : []),
    plan.later === undefined ? "the clock stands still" : "any time passes, or none",
  ];
}

/** Of the weak model: Arm orders a TLBI by a DSB alone, which the programs write as `smp_wmb`. */
const FLUSHES = "any write barrier orders an invalidation, and a local flush is a full barrier";

/** Of the weak model: Arm's interrupt controller is read with a dsb, its eret orders less. */
const PRECISE =
  "a CPU that takes or leaves an interrupt or NMI has made what it did before visible to all";
