/** Which registers and masks a step reads and writes. */
import type { Operand, Place, Step } from "./instructions.ts";
import { eachStep } from "./walk.ts";

/** Names of registers and of masks, each in order of first appearance. */
export interface StepNames {
  readonly registers: ReadonlySet<string>;
  readonly masks: ReadonlySet<string>;
}

/** The registers and masks that steps write, those of nested steps included. */
export function writtenNames(steps: readonly Step[]): StepNames {
  const registers = new Set<string>();
  const masks = new Set<string>();
  eachStep(steps, (step) => {
    const register = writtenRegister(step);
    if (register !== undefined) registers.add(register);
    const mask = writtenMask(step);
    if (mask !== undefined) masks.add(mask);
  });
  return { registers, masks };
}

/** The registers and masks that steps read or write, those of nested steps included. */
export function usedNames(steps: readonly Step[]): StepNames {
  const registers = new Set<string>();
  const masks = new Set<string>();
  eachStep(steps, (step) => {
    for (const name of [writtenRegister(step), ...readRegisters(step)]) {
      if (name !== undefined) registers.add(name);
    }
    for (const name of [writtenMask(step), ...readMasks(step)]) {
      if (name !== undefined) masks.add(name);
    }
  });
  return { registers, masks };
}

/** The register that a step itself writes, if it writes one. */
export function writtenRegister(step: Step): string | undefined {
  if (step.kind === "loadMask" || step.kind === "copyMask") return undefined;
  return "into" in step ? step.into : undefined;
}

/** The mask that a step fills, whatever was in it before. */
export function writtenMask(step: Step): string | undefined {
  switch (step.kind) {
    case "loadMask":
    case "copyMask":
      return step.into;
    case "emptyMask":
      return step.mask;
    default:
      return undefined;
  }
}

/** Operands that a step itself reads (not those of its nested steps), literals included. */
export function readOperands(step: Step): readonly Operand[] {
  const operands: (Operand | undefined)[] = [];
  for (const key of ["left", "right", "below", "value", "expected", "cpu", "pages"] as const) {
    if (key in step) operands.push((step as unknown as Record<string, Operand>)[key]);
  }
  for (const key of ["times", "table", "by"] as const) {
    if (key in step) operands.push((step as unknown as Record<string, Operand>)[key]);
  }
  if (step.kind === "set") operands.push(step.to);
  if (step.kind === "if" || step.kind === "while") {
    operands.push(step.condition.left, step.condition.right);
  }
  if (step.kind === "crossCall") operands.push(...Object.values(step.args));
  const place = placeOf(step);
  if (place !== undefined) operands.push(place.of);
  return operands.filter((operand): operand is Operand => operand !== undefined);
}

/** Registers that a step itself reads (not those of its nested steps). */
export function readRegisters(step: Step): readonly string[] {
  return readOperands(step).filter((operand): operand is string => typeof operand === "string");
}

/** Masks that a step itself reads. */
export function readMasks(step: Step): readonly string[] {
  switch (step.kind) {
    case "addCpu":
    case "removeCpu":
    case "countMask":
    case "forEachCpu":
    case "crossCall":
      return [step.mask];
    case "copyMask":
      return [step.from];
    default:
      return [];
  }
}

/** The memory location that a step reads or writes, if it has one. */
export function placeOf(step: Step): Place | undefined {
  switch (step.kind) {
    case "load":
    case "loadMask":
    case "testBit":
      return step.from;
    case "store":
      return step.to;
    case "atomic":
    case "maskBit":
      return step.at;
    case "lock":
    case "unlock":
      return step.lock;
    default:
      return undefined;
  }
}
