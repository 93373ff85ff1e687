/**
 * Steps that are taken at once, together with what came before them. A step may be merged when it
 * can be taken and nothing can prevent it, when it commutes with everything that others, and
 * interrupts on its own CPU, can do before it, and when no property judges it: then every behaviour
 * has an equivalent one in which the step came first, and the state without it need not be seen.
 *
 * - Register steps change registers of the frame that runs; nobody else reads those, not even a
 *   handler or an NMI on the same CPU. Choices have several outcomes and stay transitions.
 * - Unmasking interrupts makes more possible and prevents nothing. A grace period that saw the CPU
 *   with interrupts off before is the same as one that came later: it is ended either way. The same
 *   goes for the end of a handler or NMI. In handlers and NMIs masking does nothing.
 * - A fence that orders loads or stores does nothing under SC and x86-TSO, nor does a full one
 *   while the buffer is empty: it stays empty until the CPU itself goes on, because handlers and
 *   NMIs end with an empty buffer.
 * - A wait for what is over, and a call to nobody, do nothing: only the CPU itself can send again.
 *   Where handlers or NMIs send or wait as well, these stay transitions.
 * - Without grace periods nobody notices read sections; without hardware walkers there are no
 *   translations to forget.
 * - Under x86-TSO, a store goes into the CPU's own buffer. Others see it when it leaves, which
 *   stays a transition, and putting one in commutes with taking the oldest out. What does not
 *   commute are interrupts, which wait for an empty buffer: so the CPU must have interrupts off, or
 *   be in a handler, or nobody may send to it; no NMI may come that would store or load in between,
 *   and the hypervisor, which waits for an empty buffer too, may not stop the CPU.
 *
 * - What only this frame ever reads or writes, and constants, are as good as registers.
 *
 * No loop of merged steps goes on for ever: stores stop when the buffer is full, and of the others
 * only so many are merged; the rest are transitions.
 */
import { isTarget, leaveFrame } from "./calls.ts";
import type { FrameFields } from "./fields.ts";
import { NMI, THREAD } from "./fields.ts";
import type { Instruction } from "./instruction.ts";
import { firstLeft, nextLeft, takeLane } from "./maskLoops.ts";
import * as op from "./opcodes.ts";
import { OF_FRAME } from "./ownership.ts";
import { runLocal } from "./registers.ts";
import { runShared } from "./sharedSteps.ts";
import type { ExplorerState } from "./state.ts";
import { isMark, isPlainStore } from "./uses.ts";

/** Most steps that are merged into one transition. */
const MOST = 1000;

/** Takes the steps of every CPU that are merged with what was before. */
export function settle(s: ExplorerState): void {
  for (let lane = 0; lane < s.lanes; lane++) settleLane(s, lane);
}

/** The same for one CPU: what the others do makes none of its steps ready to be merged. */
export function settleLane(s: ExplorerState, lane: number): void {
  if (!s.merges) return;
  for (let taken = 0; taken < MOST; taken++) if (!settleOne(s, lane)) return;
}

function settleOne(s: ExplorerState, lane: number): boolean {
  const fields = s.fields.lanes[lane]!;
  if (s.get(fields.preempted) === 1) return false;
  const level = s.levelOf(lane);
  const frame = fields.frames[level]!;
  const at = s.instructionAt(frame);
  if (at < 0) return false;
  const instruction = s.code[at]!;
  const { opcode } = instruction;
  if (opcode === op.END) {
    if (level === THREAD || !s.isDrained(lane)) return false;
    leaveFrame(s, lane, level);
    return true;
  }
  if (opcode <= op.LAST_LOCAL) {
    if (opcode === op.PICK) return false;
    if (opcode === op.MASK_TAKE) return !s.runsAhead(lane) && takeOnly(s, frame, instruction);
    runLocal(s, lane, frame, instruction);
    return true;
  }
  if (!isMerged(s, lane, level, instruction) && !isOfFrame(s, lane, at)) return false;
  if (!runShared(s, lane, frame, instruction)) return false;
  s.onMerged?.(lane, at);
  s.goOn(frame, instruction.next, instruction.deadAtNext);
  return true;
}

/** A loop goes on where only one CPU may come next. */
function takeOnly(s: ExplorerState, frame: FrameFields, instruction: Instruction): boolean {
  const lane = firstLeft(s, frame, instruction);
  if (lane >= 0 && nextLeft(s, frame, instruction, lane) >= 0) return false;
  takeLane(s, frame, instruction, lane);
  return true;
}

/** Whether a step that others could notice is one that they cannot notice now. */
function isMerged(
  s: ExplorerState,
  lane: number,
  level: number,
  instruction: Instruction,
): boolean {
  switch (instruction.opcode) {
    case op.IRQ_ON:
    case op.FENCE:
      return true; // a full fence waits while the buffer is not empty
    case op.IRQ_OFF:
      return level !== THREAD;
    case op.RCU_LOCK:
    case op.RCU_UNLOCK:
      return !s.hasGracePeriods;
    case op.FLUSH_LOCAL:
      return s.system.spec.hardwareWalkers !== true;
    case op.AWAIT_CALLS:
    case op.GRACE_END:
      return s.system.uses.onlyThreadsWait; // and waits itself
    case op.CROSS_CALL:
      return s.system.uses.onlyThreadsWait && isToNobody(s, lane, level, instruction);
    case op.STORE:
    case op.UNLOCK:
    case op.EXCHANGE:
    case op.GHOST:
      return s.isTso && isOwnBuffer(s, instruction) && isUndisturbed(s, lane, level);
    default:
      return false;
  }
}

/** What no other frame does anything with; under x86-TSO, stores wait with those before them. */
function isOfFrame(s: ExplorerState, lane: number, at: number): boolean {
  const isOwn = s.system.ownership[lane]![at] === OF_FRAME;
  return isOwn && (!s.isTso || s.code[at]!.opcode === op.LOAD);
}

function isToNobody(
  s: ExplorerState,
  lane: number,
  level: number,
  instruction: Instruction,
): boolean {
  const frame: FrameFields = s.fields.lanes[lane]!.frames[level]!;
  for (let other = 0; other < s.lanes; other++) {
    if (isTarget(s, lane, frame, instruction, other)) return false;
  }
  return true;
}

/** A store into the buffer that nothing judges: of marks, only that the entry was cleared. */
function isOwnBuffer(s: ExplorerState, instruction: Instruction): boolean {
  if (isMark(instruction)) return instruction.word === "detach";
  return isPlainStore(instruction) && !s.judgedStores.has(instruction.place!.variable);
}

/** Nothing that would notice how full the buffer is can come between two steps of the CPU. */
function isUndisturbed(s: ExplorerState, lane: number, level: number): boolean {
  const { nmiLeft, preemptionsLeft, irqOff } = s.fields.lanes[lane]!;
  if (s.get(preemptionsLeft) > 0) return false;
  if (level !== NMI && s.get(nmiLeft) === 1) return false;
  const isTimed = s.system.spec.lanes[lane]!.timer !== undefined;
  if (level !== THREAD || !(isTimed || s.system.uses.lanes[lane]!.isInterruptible)) return true;
  return s.get(irqOff) === 1;
}
