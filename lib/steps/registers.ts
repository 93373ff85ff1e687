/** Which registers, masks and memory a step reads and writes. */
import type { Operand, Place, Step } from "./instructions.ts";
import { shapeOf } from "./shapes.ts";
import { eachStep } from "./walk.ts";

/** Names of registers and of masks, each in order of first appearance. */
export interface StepNames {
  readonly registers: ReadonlySet<string>;
  readonly masks: ReadonlySet<string>;
}

/** The registers that steps write and the masks that they fill, nested steps included. */
export function writtenNames(steps: readonly Step[]): StepNames {
  const registers = new Set<string>();
  const masks = new Set<string>();
  eachStep(steps, (step) => {
    const register = writtenRegister(step);
    if (register !== undefined) registers.add(register);
    const mask = filledMask(step);
    if (mask !== undefined) masks.add(mask);
  });
  return { registers, masks };
}

/** The register that a step itself writes, if it writes one. */
export function writtenRegister(step: Step): string | undefined {
  const { writes } = shapeOf(step);
  return writes === undefined ? undefined : (step as { into?: string }).into;
}

/** The mask that a step fills, whatever was in it before. */
export function filledMask(step: Step): string | undefined {
  const { fills } = shapeOf(step);
  return fills === undefined ? undefined : (step as { into?: string; mask?: string })[fills];
}

/** Operands that a step itself reads (not those of its nested steps), literals included. */
export function readOperands(step: Step): readonly Operand[] {
  const operands: Operand[] = [];
  const add = (operand: Operand | undefined): void => {
    if (operand !== undefined) operands.push(operand);
  };
  const fields = step as unknown as Readonly<Record<string, Operand | undefined>>;
  for (const key of shapeOf(step).reads) add(fields[key]);
  if (step.kind === "if" || step.kind === "while") {
    add(step.condition.left);
    add(step.condition.right);
  }
  if (step.kind === "crossCall" || step.kind === "callPath") Object.values(step.args).forEach(add);
  add(placeOf(step)?.of);
  return operands;
}

/** Registers that a step itself reads (not those of its nested steps). */
export function readRegisters(step: Step): readonly string[] {
  return readOperands(step).filter((operand): operand is string => typeof operand === "string");
}

/** Masks that a step itself reads or changes. */
export function readMasks(step: Step): readonly string[] {
  const fields = step as unknown as Readonly<Record<string, string>>;
  return (shapeOf(step).masks ?? []).map((key) => fields[key]!);
}

/** The memory location that a step reads or writes, if it has one. */
export function placeOf(step: Step): Place | undefined {
  const { place } = shapeOf(step);
  const fields = step as unknown as Readonly<Record<string, Place>>;
  return place === undefined ? undefined : fields[place];
}
