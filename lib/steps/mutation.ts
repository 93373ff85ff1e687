/**
 * Mutation: a program with a step dropped or weakened. A verdict about a program means something
 * only if some mutant of it fails.
 */
import { unknownName } from "../base/messages.ts";
import { finishProgram } from "./builder.ts";
import type { Program, Step } from "./instructions.ts";
import { eachStep, mapSteps } from "./walk.ts";

/** One change to a program. */
export interface Mutant {
  /** The name of the changed step; a weakened step keeps it. */
  readonly step: string;
  /** `without smp_mb`, `smp_mb weakened to smp_rmb` … */
  readonly change: string;
  readonly program: Program;
}

/** The program without the step of that name. Throws SD002 when it has no such step. */
export function without(program: Program, name: string): Program {
  requireStep(program, name);
  return rewrite(program, name, () => []);
}

/**
 * One mutant per step that can be dropped, and per order that can be weakened. `prefix` stands
 * before the name of the step: the hook of a policy, `sync:`.
 */
export function mutants(program: Program, prefix: string = ""): readonly Mutant[] {
  const found: Mutant[] = [];
  eachStep(program.steps, (step) => {
    const name = step.name ?? "";
    const shown = prefix + name;
    if (isDroppable(step)) {
      found.push({ step: shown, change: `without ${shown}`, program: without(program, name) });
    }
    const weak = weakened(step);
    if (weak === undefined) return;
    found.push({
      step: shown,
      change: `${shown} weakened to ${weak.order}`,
      program: rewrite(program, name, () => [weak.step]),
    });
  });
  return found;
}

/** Names of all steps of a program, in order. */
export function stepNames(program: Program): readonly string[] {
  const names: string[] = [];
  eachStep(program.steps, (step) => names.push(step.name ?? ""));
  return names;
}

function requireStep(program: Program, name: string): void {
  const names = stepNames(program);
  if (!names.includes(name)) throw unknownName(`step of ${program.name}`, name, names);
}

function rewrite(program: Program, name: string, change: (step: Step) => readonly Step[]): Program {
  const steps = mapSteps(program.steps, (step) => (step.name === name ? change(step) : [step]));
  return finishProgram({ ...program, steps });
}

/** Steps whose absence leaves a program that still runs, and that others can notice. */
function isDroppable(step: Step): boolean {
  switch (step.kind) {
    case "store":
    case "fence":
    case "irqOff":
    case "irqOn":
    case "crossCall":
    case "awaitCalls":
    case "gracePeriod":
    case "maskBit":
    case "flushLocal":
    case "flushBroadcast":
    case "flushComplete":
    case "flushCpus":
    case "hypercall":
    case "rcuLock":
    case "rcuUnlock":
    case "callPath":
      return true;
    case "atomic":
      return step.into === undefined;
    default:
      return false;
  }
}

/** The step with a weaker order, under its own name, and what that order is called. */
function weakened(step: Step): { step: Step; order: string } | undefined {
  if (step.kind === "fence" && step.order === "full") {
    return { step: { ...step, order: "read" }, order: "smp_rmb" };
  }
  if (step.kind === "store" && step.order === "release") {
    return { step: { ...step, order: "once" }, order: "WRITE_ONCE" };
  }
  if (step.kind === "atomic" && step.order === "full") {
    return { step: { ...step, order: "relaxed" }, order: "relaxed" };
  }
  return undefined;
}
