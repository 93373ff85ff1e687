/** The meaning of register, mask and control steps, word by word: the oracle of inlining. */
import type { Operand, Step } from "../../lib/steps/instructions.ts";

/** CPUs that are online in tests. */
const ONLINE: readonly number[] = [0, 1, 2, 3];

/** Registers and masks of one frame. */
export interface Frame {
  readonly registers: Map<string, number>;
  readonly masks: Map<string, ReadonlySet<number>>;
}

/** A frame of CPU 0 in which registers have the given values. */
export function frameWith(values: Readonly<Record<string, number>>): Frame {
  return {
    registers: new Map([["self", 0], ...Object.entries(values)]),
    masks: new Map([["online", new Set(ONLINE)]]),
  };
}

/** Runs steps in a frame. Returns the section that is being left, if any. */
export function interpret(steps: readonly Step[], frame: Frame): string | undefined {
  for (const step of steps) {
    const left = interpretOne(step, frame);
    if (left !== undefined) return left;
  }
  return undefined;
}

function interpretOne(step: Step, frame: Frame): string | undefined {
  const { registers, masks } = frame;
  const value = (operand: Operand): number =>
    typeof operand === "number" ? operand : registers.get(operand)!;
  const maskOf = (name: string): number[] => [...masks.get(name)!];
  switch (step.kind) {
    case "set":
      registers.set(step.into, value(step.to));
      return undefined;
    case "compute":
      registers.set(step.into, compute(value(step.left), step.op, value(step.right)));
      return undefined;
    case "emptyMask":
      masks.set(step.mask, new Set());
      return undefined;
    case "copyMask":
      masks.set(step.into, new Set(maskOf(step.from)));
      return undefined;
    case "addCpu":
      masks.set(step.mask, new Set([...maskOf(step.mask), value(step.cpu)]));
      return undefined;
    case "removeCpu":
      masks.set(step.mask, new Set(maskOf(step.mask).filter((cpu) => cpu !== value(step.cpu))));
      return undefined;
    case "removeMask":
      masks.set(
        step.mask,
        new Set(maskOf(step.mask).filter((cpu) => !maskOf(step.from).includes(cpu))),
      );
      return undefined;
    case "countMask":
      registers.set(step.into, maskOf(step.mask).length);
      return undefined;
    case "if": {
      const holds = compare(
        value(step.condition.left),
        step.condition.is,
        value(step.condition.right),
      );
      return interpret(holds ? step.body : (step.otherwise ?? []), frame);
    }
    case "forEachCpu":
      for (const cpu of maskOf(step.mask).sort((x, y) => x - y)) {
        registers.set(step.into, cpu);
        const left = interpret(step.body, frame);
        if (left !== undefined) return left;
      }
      return undefined;
    case "section": {
      const left = interpret(step.body, frame);
      return left === step.label ? undefined : left;
    }
    case "leave":
      return step.section;
    default:
      throw new Error(`no meaning for ${step.kind}`);
  }
}

function compute(left: number, op: string, right: number): number {
  switch (op) {
    case "+":
      return (left + right) | 0;
    case "-":
      return (left - right) | 0;
    case "*":
      return Math.imul(left, right);
    case "min":
      return Math.min(left, right);
    default:
      return Math.max(left, right);
  }
}

function compare(left: number, is: string, right: number): boolean {
  switch (is) {
    case "==":
      return left === right;
    case "!=":
      return left !== right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    default:
      return left >= right;
  }
}
