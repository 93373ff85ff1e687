/** Steps that only the CPU itself can notice. */
import type { Arithmetic } from "../steps/instructions.ts";
import { compare, compute } from "./arithmetic.ts";
import type { FrameFields } from "./fields.ts";
import { THREAD } from "./fields.ts";
import type { Instruction } from "./instruction.ts";
import { ONLINE } from "./instruction.ts";
import * as op from "./opcodes.ts";
import { leaveReadSection } from "./readSections.ts";
import type { ExplorerState } from "./state.ts";

/** Runs one of them and goes on. */
export function runLocal(
  s: ExplorerState,
  lane: number,
  frame: FrameFields,
  instruction: Instruction,
): boolean {
  const { opcode, into, left, right } = instruction;
  switch (opcode) {
    case op.SET:
      s.write(frame, into, s.read(frame, left));
      break;
    case op.COMPUTE:
      s.writeValue(
        frame,
        into,
        compute(instruction.word as Arithmetic, s.valueOf(frame, left), s.valueOf(frame, right)),
      );
      break;
    case op.BRANCH: {
      const holds = compare(instruction.relation!, s.valueOf(frame, left), s.valueOf(frame, right));
      branch(s, lane, frame, instruction, holds);
      return true;
    }
    case op.BRANCH_CPU: {
      const same = s.cpuOf(lane, frame, left) === s.cpuOf(lane, frame, right);
      branch(s, lane, frame, instruction, same === (instruction.relation === "=="));
      return true;
    }
    case op.CPU_SET: {
      const cpu = s.cpuOf(lane, frame, left);
      s.clearNote(frame.cpus + into);
      if (cpu >= 0) s.set(s.fields.note(frame.cpus + into, cpu), 1);
      break;
    }
    case op.MASK_COUNT: {
      let count = 0;
      for (let other = 0; other < s.lanes; other++) {
        if (right === ONLINE || s.hasNote(frame.masks + right, other)) count++;
      }
      s.writeValue(frame, into, count);
      break;
    }
    case op.JUMP:
      s.goOn(frame, instruction.target, instruction.deadAtTarget);
      return true;
    case op.IRQ_ON:
      maskInterrupts(s, lane, 0);
      break;
    case op.FENCE:
      break;
    default:
      changeMask(s, lane, frame, instruction);
  }
  s.goOn(frame, instruction.next, instruction.deadAtNext);
  return true;
}

/**
 * `local_irq_disable()` and `local_irq_enable()`. In handlers and NMIs interrupts are off already,
 * and the paths, which save and restore in Linux, leave them so.
 */
export function maskInterrupts(s: ExplorerState, lane: number, off: 0 | 1): void {
  if (s.levelOf(lane) !== THREAD) return;
  s.set(s.fields.lanes[lane]!.irqOff, off);
  if (off === 0) leaveReadSection(s, lane);
}

function branch(
  s: ExplorerState,
  _lane: number,
  frame: FrameFields,
  instruction: Instruction,
  holds: boolean,
): void {
  if (holds) s.goOn(frame, instruction.next, instruction.deadAtNext);
  else s.goOn(frame, instruction.target, instruction.deadAtTarget);
}

function changeMask(
  s: ExplorerState,
  lane: number,
  frame: FrameFields,
  instruction: Instruction,
): void {
  const { opcode, into, left, right } = instruction;
  const note = frame.masks + into;
  if (opcode === op.MASK_ADD || opcode === op.MASK_REMOVE) {
    const cpu = s.cpuOf(lane, frame, left);
    s.set(s.fields.note(note, cpu), opcode === op.MASK_ADD ? 1 : 0);
    return;
  }
  for (let other = 0; other < s.lanes; other++) {
    const isIn = right === ONLINE || s.hasNote(frame.masks + right, other);
    const bit = opcode === op.MASK_COPY && isIn ? 1 : 0;
    s.set(s.fields.note(note, other), bit);
  }
}
