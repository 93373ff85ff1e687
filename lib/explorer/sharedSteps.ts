/** Steps that others can notice: each is a transition of its own. */
import { crossCall } from "./calls.ts";
import type { FrameFields } from "./fields.ts";
import type { Instruction } from "./instruction.ts";
import { ONLINE } from "./instruction.ts";
import { awaitInvalidations, sendInvalidation } from "./invalidations.ts";
import { atomic, load, lock, maskInMemory, store } from "./memory.ts";
import * as op from "./opcodes.ts";
import { isInReadSection, leaveReadSection } from "./readSections.ts";
import { maskInterrupts } from "./registers.ts";
import { freeRoot } from "./roots.ts";
import type { ExplorerState } from "./state.ts";
import { ghost, loadRoot } from "./tables.ts";
import { flushLoaded, forgetTranslations } from "./translations.ts";

/** Runs what others can notice; returns false where the CPU must wait. */
export function runShared(
  s: ExplorerState,
  lane: number,
  frame: FrameFields,
  instruction: Instruction,
): boolean {
  switch (instruction.opcode) {
    case op.LOAD:
      s.write(frame, instruction.into, load(s, lane, frame, instruction.place!));
      return true;
    case op.STORE:
      return store(s, lane, frame, instruction.place!, s.read(frame, instruction.left));
    case op.FENCE:
      return instruction.word !== "full" || s.isDrained(lane);
    case op.EXCHANGE:
    case op.ATOMIC_ADD:
    case op.COMPARE_EXCHANGE:
      return atomic(s, lane, frame, instruction);
    case op.IRQ_OFF:
      maskInterrupts(s, lane, 1);
      return true;
    case op.IRQ_ON:
      maskInterrupts(s, lane, 0);
      return true;
    case op.LOCK:
      return lock(s, lane, frame, instruction.place!);
    case op.UNLOCK:
      return store(s, lane, frame, instruction.place!, 0);
    default:
      return instruction.opcode <= op.TEST_BIT
        ? maskInMemory(s, lane, frame, instruction)
        : synchronise(s, lane, frame, instruction);
  }
}

function synchronise(
  s: ExplorerState,
  lane: number,
  frame: FrameFields,
  instruction: Instruction,
): boolean {
  const fields = s.fields.lanes[lane]!;
  const { notes } = s.fields;
  switch (instruction.opcode) {
    case op.CROSS_CALL:
      return crossCall(s, lane, frame, instruction);
    case op.AWAIT_CALLS:
      return !s.anyNote(notes.pending + lane);
    case op.RCU_LOCK:
      s.set(fields.rcu, 1);
      return true;
    case op.RCU_UNLOCK:
      s.set(fields.rcu, 0);
      leaveReadSection(s, lane);
      return true;
    case op.GRACE_BEGIN:
      if (!s.isDrained(lane)) return false;
      for (let other = 0; other < s.lanes; other++) {
        const waits = other !== lane && isInReadSection(s, other);
        s.set(s.fields.note(notes.grace + lane, other), waits ? 1 : 0);
      }
      return true;
    case op.GRACE_END:
      return !s.anyNote(notes.grace + lane);
    case op.FLUSH_LOCAL:
      flushLoaded(s, lane);
      return true;
    case op.FLUSH_BROADCAST:
      return sendInvalidation(s, lane, instruction.word);
    case op.FLUSH_COMPLETE:
      return awaitInvalidations(s, lane);
    case op.FLUSH_CPUS:
      if (!s.isDrained(lane)) return false;
      for (let other = 0; other < s.lanes; other++) {
        const isIn =
          instruction.right === ONLINE || s.hasNote(frame.masks + instruction.right, other);
        if (isIn) forgetTranslations(s, other);
      }
      return true;
    case op.LOAD_ROOT:
      return loadRoot(s, lane, s.read(frame, instruction.left), instruction.word);
    case op.FREE_ROOT:
      return freeRoot(s, lane, s.valueOf(frame, instruction.left));
    default:
      return ghost(s, lane, frame, instruction);
  }
}
