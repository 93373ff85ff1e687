/** Passing over and rewriting the nested steps of a program. */
import { canonicalJson } from "../base/canonical.ts";
import type { Condition, Operand, Place, Program, Step } from "./instructions.ts";

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

/** Keys under which steps keep a register that they read or write. */
const REGISTER_KEYS = [
  "into",
  "to",
  "left",
  "right",
  "below",
  "value",
  "expected",
  "cpu",
  "pages",
  "times",
  "table",
  "by",
] as const;

const MASK_KINDS = new Set([
  "loadMask",
  "emptyMask",
  "copyMask",
  "addCpu",
  "removeCpu",
  "countMask",
  "forEachCpu",
  "crossCall",
]);

/** The same steps with registers, masks and sections renamed, so that programs can be inlined. */
export function renameSteps(
  steps: readonly Step[],
  register: (name: string) => Operand,
  mask: (name: string) => string,
  section: (name: string) => string,
): readonly Step[] {
  const operand = (value: Operand): Operand =>
    typeof value === "number" ? value : register(value);
  return mapSteps(steps, (step) => [renameStep(step, operand, mask, section)]);
}

function renameStep(
  step: Step,
  operand: (value: Operand) => Operand,
  mask: (name: string) => string,
  section: (name: string) => string,
): Step {
  const renamed: Record<string, unknown> = { ...step };
  for (const key of REGISTER_KEYS) {
    const value = renamed[key];
    if (typeof value === "number" || typeof value === "string") renamed[key] = operand(value);
  }
  if (MASK_KINDS.has(step.kind)) renameMasks(step, renamed, mask);
  for (const key of ["from", "to", "at", "lock"]) {
    const place = renamed[key];
    if (typeof place === "object" && place !== null) {
      renamed[key] = renamePlace(place as Place, operand);
    }
  }
  if (step.kind === "if" || step.kind === "while") {
    renamed.condition = renameCondition(step.condition, operand);
  }
  if (step.kind === "crossCall") {
    renamed.args = Object.fromEntries(
      Object.entries(step.args).map(([param, value]) => [param, operand(value)]),
    );
  }
  if (step.kind === "section") renamed.label = section(step.label);
  if (step.kind === "leave") renamed.section = section(step.section);
  return renamed as unknown as Step;
}

function renameMasks(
  step: Step,
  renamed: Record<string, unknown>,
  mask: (name: string) => string,
): void {
  if (typeof renamed.mask === "string") renamed.mask = mask(renamed.mask);
  if (step.kind === "loadMask") renamed.into = mask(step.into);
  if (step.kind === "copyMask") {
    renamed.into = mask(step.into);
    renamed.from = mask(step.from);
  }
}

function renamePlace(place: Place, operand: (value: Operand) => Operand): Place {
  return place.of === undefined ? place : { ...place, of: operand(place.of) };
}

function renameCondition(condition: Condition, operand: (value: Operand) => Operand): Condition {
  return { ...condition, left: operand(condition.left), right: operand(condition.right) };
}
