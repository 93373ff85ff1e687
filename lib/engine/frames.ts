/**
 * The slots of a CPU's frames: one for what it does, one for the interrupt handler above it, one
 * for what may come above both.
 */
import type { EntryPoint } from "./entryPoint.ts";
import type { EngineState } from "./state.ts";

/** Where the slots of the current frame begin; a CPU has three (`FRAMES`). */
export function frameOf(s: EngineState, cpu: number): number {
  return Math.imul(3 * cpu + s.level[cpu]!, s.frameSize);
}

/** A register or constant of the current frame. */
export function readSlot(s: EngineState, cpu: number, slot: number): number {
  return s.slots[frameOf(s, cpu) + slot]!;
}

/** Sets a register of the current frame. */
export function writeSlot(s: EngineState, cpu: number, slot: number, to: number): void {
  s.slots[frameOf(s, cpu) + slot] = to;
}

/** Begins a program in the current frame: `self`, its constants and its parameters. */
export function beginFrame(
  s: EngineState,
  cpu: number,
  entry: EntryPoint,
  args: readonly number[],
): void {
  const { slots } = s;
  const { constantSlots, constants, params } = entry;
  const frame = frameOf(s, cpu);
  slots[frame] = cpu;
  for (let i = 0; i < constantSlots.length; i++) slots[frame + constantSlots[i]!] = constants[i]!;
  for (let i = 0; i < params.length; i++) slots[frame + params[i]!] = args[i]!;
  s.word[cpu] = entry.start;
}
