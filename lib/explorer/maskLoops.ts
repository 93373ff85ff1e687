/** Loops over masks: which CPU comes next. */
import type { FrameFields } from "./fields.ts";
import type { Instruction } from "./instruction.ts";
import type { ExplorerState } from "./state.ts";

/** The first CPU that a loop has not taken yet; −1: none is left. */
export function firstLeft(s: ExplorerState, frame: FrameFields, { left }: Instruction): number {
  for (let lane = 0; lane < s.lanes; lane++) if (s.hasNote(frame.masks + left, lane)) return lane;
  return -1;
}

/**
 * Another CPU, after one that may come next, that may come next as well; −1: none. Loops take CPUs
 * in order, as for_each_cpu does. But where states stand for all that differ in the names of equal
 * CPUs, the order of equal ones says nothing, and each of them may come: never fewer orders than
 * Linux has, and more only where several loops could be seen to take equal CPUs in other orders.
 */
export function nextLeft(
  s: ExplorerState,
  frame: FrameFields,
  { left }: Instruction,
  after: number,
): number {
  if (!s.anyOrder) return -1;
  const { groups } = s.system;
  for (let lane = after + 1; lane < s.lanes && groups[lane] === groups[after]; lane++) {
    if (s.hasNote(frame.masks + left, lane)) return lane;
  }
  return -1;
}

/** A loop goes on with a CPU, or ends (−1). */
export function takeLane(
  s: ExplorerState,
  frame: FrameFields,
  instruction: Instruction,
  lane: number,
): void {
  if (lane < 0) {
    s.goOn(frame, instruction.target, instruction.deadAtTarget);
    return;
  }
  s.setNote(frame.masks + instruction.left, lane, 0);
  s.clearNote(frame.cpus + instruction.into);
  s.setNote(frame.cpus + instruction.into, lane, 1);
  s.goOn(frame, instruction.next, instruction.deadAtNext);
}
