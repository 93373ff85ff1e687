/** Register steps of instructions that are only fetched: they change what is known, no state. */
import type { Arithmetic } from "../../steps/instructions.ts";
import { compare, compute } from "../arithmetic.ts";
import type { Instruction } from "../instruction.ts";
import * as op from "../opcodes.ts";
import type { Registers } from "./knowledge.ts";
import { SURE } from "./knowledge.ts";

/** Runs a register step other than a branch. */
export function runAhead(r: Registers, { opcode, into, left, right, word }: Instruction): void {
  switch (opcode) {
    case op.SET:
      r.setValue(into, r.value(left), r.stateOfValue(left));
      return;
    case op.COMPUTE: {
      const state = Math.min(r.stateOfValue(left), r.stateOfValue(right));
      r.setValue(into, compute(word as Arithmetic, r.value(left), r.value(right)), state);
      return;
    }
    case op.CPU_SET:
      r.setCpu(into, r.cpu(left), r.stateOfCpu(left));
      return;
    case op.MASK_EMPTY:
      r.setMask(into, 0, SURE);
      return;
    case op.MASK_COPY:
      r.setMask(into, r.mask(right), r.stateOfMask(right));
      return;
    case op.MASK_COUNT:
      r.setValue(into, bitCount(r.mask(right)), r.stateOfMask(right));
      return;
    default: {
      const bit = r.cpu(left) < 0 ? 0 : 1 << r.cpu(left);
      const mask = opcode === op.MASK_ADD ? r.mask(into) | bit : r.mask(into) & ~bit;
      r.setMask(into, mask, Math.min(r.stateOfMask(into), r.stateOfCpu(left)));
    }
  }
}

/** How sure the operands of a branch are. */
export function stateOfBranch(r: Registers, { opcode, left, right }: Instruction): number {
  return opcode === op.BRANCH
    ? Math.min(r.stateOfValue(left), r.stateOfValue(right))
    : Math.min(r.stateOfCpu(left), r.stateOfCpu(right));
}

/** Whether the relation of a branch holds. */
export function branchHolds(r: Registers, instruction: Instruction): boolean {
  const { opcode, left, right, relation } = instruction;
  if (opcode === op.BRANCH) return compare(relation!, r.value(left), r.value(right));
  return (r.cpu(left) === r.cpu(right)) === (relation === "==");
}

function bitCount(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}
