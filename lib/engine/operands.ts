/** Reading operands and writing registers of a CPU's current frame. */
import type { EngineState } from "./state.ts";

/** A register of the current frame, or a constant. */
export function readOperand(s: EngineState, cpu: number, x: number): number {
  if (x < 0) return s.constants[-1 - x]!;
  return s.registers[(2 * cpu + s.level[cpu]!) * s.frameSize + x]!;
}

export function writeRegister(s: EngineState, cpu: number, register: number, to: number): void {
  s.registers[(2 * cpu + s.level[cpu]!) * s.frameSize + register] = to;
}
