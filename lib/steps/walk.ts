/** Passing over and rewriting the nested steps of a program. */
import { canonicalJson } from "../base/canonical.ts";
import type { Condition, Operand, Place, Program, Step } from "./instructions.ts";
import { shapeOf } from "./shapes.ts";

/** The step lists nested directly inside a step. */
export function bodiesOf(step: Step): readonly (readonly Step[])[] {
  switch (step.kind) {
    case "if":
      return step.otherwise === undefined ? [step.body] : [step.body, step.otherwise];
    case "while":
    case "forEachCpu":
    case "section":
      return [step.body];
    default:
      return [];
  }
}

/** Calls `visit` for every step in order, outer steps before inner ones. */
export function eachStep(
  steps: readonly Step[],
  visit: (step: Step, depth: number) => void,
  depth = 0,
): void {
  for (const step of steps) {
    visit(step, depth);
    for (const body of bodiesOf(step)) eachStep(body, visit, depth + 1);
  }
}

/** Rewrites every step; `change` returns the steps that take its place. */
export function mapSteps(
  steps: readonly Step[],
  change: (step: Step) => readonly Step[],
): readonly Step[] {
  return steps.flatMap((step) => change(withBodies(step, (body) => mapSteps(body, change))));
}

/** The same step with its nested lists replaced. */
export function withBodies(step: Step, replace: (body: readonly Step[]) => readonly Step[]): Step {
  switch (step.kind) {
    case "if":
      return {
        ...step,
        body: replace(step.body),
        ...(step.otherwise === undefined ? {} : { otherwise: replace(step.otherwise) }),
      };
    case "while":
    case "forEachCpu":
    case "section":
      return { ...step, body: replace(step.body) };
    default:
      return step;
  }
}

/** Handlers that a program sends to other CPUs, outermost first, equal ones once. */
export function handlersOf(program: Program): readonly Program[] {
  const found = new Map<string, Program>();
  const collect = (steps: readonly Step[]): void =>
    eachStep(steps, (step) => {
      if (step.kind !== "crossCall") return;
      // By content: a program that was cloned or saved has a copy of a handler for every use.
      const text = canonicalJson(step.handler);
      if (found.has(text)) return;
      found.set(text, step.handler);
      collect(step.handler.steps);
    });
  collect(program.steps);
  return [...found.values()];
}

/** New names: of registers (or the values that take their place), masks and sections. */
export interface Renaming {
  register(name: string): Operand;
  mask(name: string): string;
  section(name: string): string;
}

/** The same steps with registers, masks and sections renamed. */
export function renameSteps(steps: readonly Step[], to: Renaming): readonly Step[] {
  return steps.map((step) =>
    renameStep(
      withBodies(step, (body) => renameSteps(body, to)),
      to,
    ),
  );
}

function renameStep(step: Step, to: Renaming): Step {
  const operand = (value: Operand): Operand =>
    typeof value === "number" ? value : to.register(value);
  const { reads, writes, masks = [], fills, place } = shapeOf(step);
  const renamed = { ...step } as unknown as Record<string, unknown>;
  const change = <T>(key: string, rename: (value: T) => unknown): void => {
    if (renamed[key] !== undefined) renamed[key] = rename(renamed[key] as T);
  };
  for (const key of reads) change(key, operand);
  if (writes !== undefined) change(writes, operand);
  for (const key of masks) change(key, to.mask);
  if (fills !== undefined) change(fills, to.mask);
  if (place !== undefined) change<Place>(place, (at) => renamePlace(at, operand));
  switch (step.kind) {
    case "if":
    case "while":
      change<Condition>("condition", (test) => renameCondition(test, operand));
      break;
    case "crossCall":
    case "callPath":
      renamed.args = renameArguments(step.args, operand);
      break;
    case "section":
      renamed.label = to.section(step.label);
      break;
    case "leave":
      renamed.section = to.section(step.section);
      break;
    default:
  }
  return renamed as unknown as Step;
}

function renamePlace(place: Place, operand: (value: Operand) => Operand): Place {
  return place.of === undefined ? place : { ...place, of: operand(place.of) };
}

function renameCondition(condition: Condition, operand: (value: Operand) => Operand): Condition {
  return { ...condition, left: operand(condition.left), right: operand(condition.right) };
}

function renameArguments(
  args: Readonly<Record<string, Operand>>,
  operand: (value: Operand) => Operand,
): Readonly<Record<string, Operand>> {
  return Object.fromEntries(Object.entries(args).map(([param, value]) => [param, operand(value)]));
}
