/** The rules of the instruction set, checked when a program is built. */
import { badProgram, unknownName } from "../base/messages.ts";
import type { Operand, Place, Program, Step } from "./instructions.ts";
import { bodiesOf, eachStep } from "./walk.ts";

/**
 * Throws SD007 when a program cannot be run: a register that nothing sets, a mask nobody fills, a
 * `leave` outside its section, a handler whose parameters are not given, a duration that is not a
 * whole number of ns.
 */
export function checkProgram(program: Program): void {
  const known = writtenNames(program);
  eachStep(program.steps, (step) => {
    for (const register of readRegisters(step)) {
      if (!known.registers.has(register)) {
        throw badProgram(program.name, `nothing sets register ${register} read by ${step.name}`);
      }
    }
    for (const mask of readMasks(step)) {
      if (!known.masks.has(mask)) {
        throw badProgram(program.name, `nothing fills mask ${mask} used by ${step.name}`);
      }
    }
    checkStep(program, step);
  });
  checkSections(program, program.steps, []);
}

function checkStep(program: Program, step: Step): void {
  switch (step.kind) {
    case "crossCall":
      checkArguments(program, step);
      return;
    case "emptyMask":
    case "addCpu":
    case "removeCpu":
      if (step.mask === "online") throw badProgram(program.name, "the mask online is read-only");
      return;
    case "pause":
      for (const value of Object.values(step.duration)) {
        if (typeof value === "number" && !(Number.isSafeInteger(value) && value >= 0)) {
          throw badProgram(program.name, `a pause of ${value} ns (expected a whole number >= 0)`);
        }
      }
      return;
    default:
      return;
  }
}

function checkArguments(program: Program, step: Extract<Step, { kind: "crossCall" }>): void {
  const { handler, args } = step;
  for (const param of handler.params) {
    if (!(param in args)) {
      throw badProgram(program.name, `handler ${handler.name} needs a value for ${param}`);
    }
  }
  for (const given of Object.keys(args)) {
    if (!handler.params.includes(given)) {
      throw unknownName(`parameter of ${handler.name}`, given, handler.params);
    }
  }
}

function checkSections(program: Program, steps: readonly Step[], open: readonly string[]): void {
  for (const step of steps) {
    if (step.kind === "leave" && step.section !== program.name && !open.includes(step.section)) {
      throw badProgram(program.name, `leaves section ${step.section}, which is not open`);
    }
    const inner = step.kind === "section" ? [...open, step.label] : open;
    for (const body of bodiesOf(step)) checkSections(program, body, inner);
  }
}

interface Names {
  registers: Set<string>;
  masks: Set<string>;
}

function writtenNames(program: Program): Names {
  const registers = new Set<string>(["self", ...program.params]);
  const masks = new Set<string>(["online"]);
  eachStep(program.steps, (step) => {
    switch (step.kind) {
      case "loadMask":
      case "copyMask":
        masks.add(step.into);
        return;
      case "emptyMask":
        masks.add(step.mask);
        return;
      default:
        if ("into" in step && step.into !== undefined) registers.add(step.into);
    }
  });
  return { registers, masks };
}

/** Registers that a step itself reads (not those of its nested steps). */
export function readRegisters(step: Step): readonly string[] {
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
  return operands.filter((operand): operand is string => typeof operand === "string");
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

function readMasks(step: Step): readonly string[] {
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
