/** Cross calls, interrupts and NMIs. */
import type { FrameFields } from "./fields.ts";
import { HANDLER, NMI } from "./fields.ts";
import type { Instruction } from "./instruction.ts";
import { ONLINE } from "./instruction.ts";
import { finishLate } from "./invalidations.ts";
import * as op from "./opcodes.ts";
import { leaveReadSection } from "./readSections.ts";
import type { ExplorerState } from "./state.ts";

/** Sending to somebody orders memory; to nobody it does nothing. One call at a time a sender. */
export function crossCall(
  s: ExplorerState,
  lane: number,
  frame: FrameFields,
  instruction: Instruction,
): boolean {
  const { callRoutine, callArgs } = s.fields.lanes[lane]!;
  const pending = s.fields.notes.pending + lane;
  let targets = 0;
  for (let other = 0; other < s.lanes; other++) {
    if (isTarget(s, lane, frame, instruction, other)) targets++;
  }
  if (targets === 0) return true;
  if (!s.isDrained(lane) || s.anyNote(pending)) return false;
  s.set(callRoutine, instruction.handler);
  const { params } = s.system.code.routines[instruction.handler]!;
  instruction.args.forEach((arg, i) => {
    if (params[i]!.isCpu !== true) s.set(callArgs + i, s.read(frame, arg));
  });
  for (let other = 0; other < s.lanes; other++) {
    if (isTarget(s, lane, frame, instruction, other)) s.setNote(pending, other, 1);
  }
  return true;
}

/** Whether a cross call goes to a lane: to those of its mask, but not to the sender. */
export function isTarget(
  s: ExplorerState,
  lane: number,
  frame: FrameFields,
  instruction: Instruction,
  other: number,
): boolean {
  if (other === lane) return false;
  return instruction.right === ONLINE || s.hasNote(frame.masks + instruction.right, other);
}

/** A CPU takes the interrupt of a sender; an empty function has run at once. */
export function enterHandler(s: ExplorerState, lane: number, sender: number): void {
  const fields = s.fields.lanes[lane]!;
  const { callRoutine, callArgs } = s.fields.lanes[sender]!;
  const routine = s.system.code.routines[s.get(callRoutine)]!;
  const frame = fields.frames[HANDLER]!;
  finishLate(s, lane);
  if (s.merges && s.code[routine.start]!.opcode === op.END) {
    acknowledge(s, lane, sender);
    return;
  }
  s.jump(frame, routine.start);
  s.set(fields.from, sender);
  routine.params.forEach(({ slot, isCpu }, i) => {
    if (isCpu) s.setNote(frame.cpus + slot, sender, 1);
    else s.set(frame.values + slot, s.get(callArgs + i));
  });
}

/** The sender's call has run here; a sender whose last call has run forgets what it was. */
function acknowledge(s: ExplorerState, lane: number, sender: number): void {
  const pending = s.fields.notes.pending + sender;
  s.setNote(pending, lane, 0);
  leaveReadSection(s, lane);
  if (s.anyNote(pending)) return;
  const { callRoutine, callArgs } = s.fields.lanes[sender]!;
  const { params } = s.system.code.routines[s.get(callRoutine)]!;
  params.forEach(({ isCpu }, i) => {
    if (!isCpu) s.set(callArgs + i, 0);
  });
  s.set(callRoutine, 0);
}

/** A handler or NMI ends: its registers are forgotten. */
export function leaveFrame(s: ExplorerState, lane: number, level: number): void {
  const fields = s.fields.lanes[lane]!;
  const frame = fields.frames[level]!;
  s.set(frame.pc, 0);
  if (level === NMI) leaveReadSection(s, lane);
  if (level === HANDLER) {
    const sender = s.get(fields.from);
    s.set(fields.from, 0);
    clearFrame(s, frame);
    acknowledge(s, lane, sender);
  }
}

function clearFrame(s: ExplorerState, frame: FrameFields): void {
  const most = (of: "values" | "cpus" | "masks"): number =>
    s.system.handlers.reduce((max, routine) => Math.max(max, routine[of]), 0);
  for (let i = 0; i < most("values"); i++) s.set(frame.values + i, 0);
  for (let i = 0; i < most("cpus"); i++) s.clearNote(frame.cpus + i);
  for (let i = 0; i < most("masks"); i++) s.clearNote(frame.masks + i);
}

/** A CPU takes its NMI, which comes once, or its timer interrupt. */
export function enterNmi(s: ExplorerState, lane: number): void {
  const fields = s.fields.lanes[lane]!;
  const routine = s.system.code.routines[s.system.nmis[lane]!]!;
  const { nmi, nmiArgs = {} } = s.system.spec.lanes[lane]!;
  const frame = fields.frames[NMI]!;
  if (s.get(fields.irqOff) === 1) s.witnesses.nmiInWalk = true;
  if (nmi !== undefined) s.set(fields.nmiLeft, 0);
  s.jump(frame, routine.start);
  routine.params.forEach(({ slot }, i) => {
    const value = nmiArgs[nmi!.params[i]!] ?? 0;
    s.set(frame.values + slot, s.system.code.dictionary.numberOf(value));
  });
}
