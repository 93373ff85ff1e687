/** What is done at the old end of a window leaves it: its results reach registers. */

import type { FrameFields } from "../fields.ts";
import type { Instruction } from "../instruction.ts";
import { firstLeft, takeLane } from "../maskLoops.ts";
import { settleLane } from "../merging.ts";
import * as op from "../opcodes.ts";
import { runShared } from "../sharedSteps.ts";
import type { ExplorerState } from "../state.ts";
import { judgeUse } from "../tables.ts";
import { isAccess, isUse } from "./access.ts";
import { maskOf } from "./knowledge.ts";
import { choicesOf } from "./loops.ts";
import { DONE, Items } from "./window.ts";

/** Whether the oldest instruction of a CPU has an item of the window. */
export function isItem(s: ExplorerState, lane: number, level: number): boolean {
  const frame = s.fields.lanes[lane]!.frames[level]!;
  const at = s.instructionAt(frame);
  if (at < 0) return false;
  const instruction = s.code[at]!;
  if (s.isOwn(lane, at)) return false;
  if (instruction.opcode === op.PICK) return true;
  if (instruction.opcode !== op.MASK_TAKE) return isAccess(instruction);
  const choices = choicesOf(s, maskOf(s, frame.masks + instruction.left));
  return (choices & (choices - 1)) !== 0;
}

/** Takes whatever is done from the old end, and what is merged with it. */
export function retire(s: ExplorerState, lane: number): void {
  const items = new Items();
  for (;;) {
    settleLane(s, lane);
    const level = s.levelOf(lane);
    if (s.merges && takeSilently(s, lane, level)) continue;
    if (!s.runsAhead(lane)) return;
    items.read(s, lane);
    if (items.kinds[0] !== DONE || !isItem(s, lane, level)) return;
    const frame = s.fields.lanes[lane]!.frames[level]!;
    const instruction = s.code[s.instructionAt(frame)]!;
    give(s, lane, frame, { instruction, number: items.numbers[0]!, mask: items.masks[0]! });
    items.shift();
    items.write(s, lane);
    s.goOn(frame, instruction.next, instruction.deadAtNext);
  }
}

/**
 * Takes the oldest instruction where nobody can notice when: a loop that has no choice; masking
 * interrupts, which cannot come while the CPU runs ahead, and RCU sections, for which a CPU that
 * runs ahead is in one.
 */
function takeSilently(s: ExplorerState, lane: number, level: number): boolean {
  const fields = s.fields.lanes[lane]!;
  const frame = fields.frames[level]!;
  const at = s.instructionAt(frame);
  if (at < 0 || s.get(fields.preempted) === 1) return false;
  const instruction = s.code[at]!;
  if (instruction.opcode === op.MASK_TAKE) {
    if (isItem(s, lane, level)) return false;
    takeLane(s, frame, instruction, firstLeft(s, frame, instruction));
    return true;
  }
  if (!isSilent(s, lane, at) || !s.runsAhead(lane)) return false;
  if (!runShared(s, lane, frame, instruction)) return false;
  s.goOn(frame, instruction.next, instruction.deadAtNext);
  return true;
}

/** Instructions that nothing needs to be done ahead of: done after them, it makes no difference. */
export function isSilent(s: ExplorerState, lane: number, at: number): boolean {
  return SILENT.has(s.code[at]!.opcode) || s.isOwn(lane, at);
}

const SILENT: ReadonlySet<number> = new Set([op.IRQ_OFF, op.RCU_LOCK, op.RCU_UNLOCK]);

/** An instruction that is done, and what it has found. */
interface Found {
  readonly instruction: Instruction;
  readonly number: number;
  readonly mask: number;
}

function give(s: ExplorerState, lane: number, frame: FrameFields, found: Found): void {
  const { instruction, number, mask } = found;
  const { opcode, into, left } = instruction;
  switch (opcode) {
    case op.LOAD:
    case op.PICK:
    case op.TEST_BIT:
    case op.EXCHANGE:
    case op.COMPARE_EXCHANGE:
      s.write(frame, into, number);
      return;
    case op.ATOMIC_ADD: {
      if (into < 0) return;
      const old = s.system.code.dictionary.values[number]!;
      s.writeValue(frame, into, old + s.valueOf(frame, left));
      return;
    }
    case op.LOAD_MASK:
      setMask(s, frame.masks + into, mask);
      return;
    case op.MASK_TAKE:
      setMask(s, frame.masks + left, maskOf(s, frame.masks + left) & ~mask);
      setMask(s, frame.cpus + into, mask);
      return;
    case op.GHOST:
      if (isUse(instruction)) judgeUse(s, lane, s.valueOf(frame, left), number);
  }
}

function setMask(s: ExplorerState, note: number, mask: number): void {
  for (let lane = 0; lane < s.lanes; lane++) s.setNote(note, lane, ((mask >>> lane) & 1) as 0 | 1);
}
