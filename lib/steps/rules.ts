/** The rules of the instruction set, checked when a program is built. */
import { badProgram, unknownName } from "../base/messages.ts";
import type { Duration, Operand, Program, Step } from "./instructions.ts";
import { filledMask, readMasks, readOperands, writtenNames, writtenRegister } from "./registers.ts";
import { isStepKind } from "./shapes.ts";
import { bodiesOf, eachStep } from "./walk.ts";

/**
 * Throws SD007 when a program cannot be run: a register that nothing sets, a mask nobody fills, a
 * write to `self` or `online`, a literal that is no integer, a `leave` outside its section, a
 * handler whose parameters are not given, a duration that is not a whole number of ns. Throws SD002
 * for an argument that a handler does not take.
 */
export function checkProgram(program: Program): void {
  eachStep(program.steps, ({ kind }) => {
    if (!isStepKind(kind)) throw badProgram(program.name, `has a step of unknown kind ${kind}`);
  });
  const { registers, masks } = writtenNames(program.steps);
  const known = new Set(["self", ...program.params, ...registers]);
  const filled = new Set(["online", ...masks]);
  eachStep(program.steps, (step) => {
    for (const operand of readOperands(step)) checkOperand(program, step, operand, known);
    for (const mask of readMasks(step)) {
      if (!filled.has(mask)) {
        throw badProgram(program.name, `nothing fills mask ${mask} used by ${step.name}`);
      }
    }
    checkStep(program, step);
  });
  checkSections(program, program.steps, []);
}

/**
 * Throws SD007 when a parameter of `callee` has no value, SD002 when a value is given for something
 * that is no parameter of it.
 */
export function checkArguments(
  caller: string,
  callee: Program,
  args: Readonly<Record<string, Operand>>,
): void {
  for (const param of callee.params) {
    if (args[param] === undefined) {
      throw badProgram(caller, `${callee.name} needs a value for ${param}`);
    }
  }
  for (const given of Object.keys(args)) {
    if (!callee.params.includes(given)) {
      throw unknownName(`parameter of ${callee.name}`, given, callee.params);
    }
  }
}

function checkOperand(
  program: Program,
  step: Step,
  operand: Operand,
  known: ReadonlySet<string>,
): void {
  if (typeof operand === "string") {
    if (known.has(operand)) return;
    throw badProgram(program.name, `nothing sets register ${operand} read by ${step.name}`);
  }
  if (!Number.isSafeInteger(operand)) {
    throw badProgram(program.name, `${step.name} takes ${operand} (expected an integer)`);
  }
}

function checkStep(program: Program, step: Step): void {
  if (writtenRegister(step) === "self") throw badProgram(program.name, "self is read-only");
  if (changedMask(step) === "online") {
    throw badProgram(program.name, "the mask online is read-only");
  }
  if (step.kind === "crossCall") checkArguments(program.name, step.handler, step.args);
  if (step.kind === "pause") checkDuration(program, step.duration);
}

/** The mask that a step fills or changes. */
function changedMask(step: Step): string | undefined {
  switch (step.kind) {
    case "addCpu":
    case "removeCpu":
    case "removeMask":
      return step.mask;
    default:
      return filledMask(step);
  }
}

function checkDuration(program: Program, duration: Duration): void {
  for (const value of Object.values(duration)) {
    if (typeof value === "number" && !(Number.isSafeInteger(value) && value >= 0)) {
      throw badProgram(program.name, `a pause of ${value} ns (expected a whole number >= 0)`);
    }
  }
  if (duration.kind === "uniform" && duration.fromNs > duration.toNs) {
    const { fromNs, toNs } = duration;
    throw badProgram(program.name, `a pause of ${fromNs} to ${toNs} ns (expected a range)`);
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
