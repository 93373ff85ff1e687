/** Putting events on the queue. */
import type { EngineState } from "./state.ts";
import { KIND_SHIFT } from "./state.ts";

/** Schedules an event of a CPU at an absolute time, ns. */
export function schedule(s: EngineState, time: number, kind: number, cpu: number): void {
  s.wheel.after(time - s.wheel.now, (kind << KIND_SHIFT) | cpu);
}

/** Whether a CPU needs an event for its next step, rather than being advanced when looked at. */
export function isDriven(s: EngineState, cpu: number): boolean {
  if (s.level[cpu] === 1 || s.pendingIpi[cpu] === 1) return true;
  return s.isQuiet[cpu] === 0 && s.isPassive[cpu] === 0;
}

/** Schedules the next step (an event of kind 0) of a CPU, if it has one and somebody must drive it. */
export function scheduleStep(s: EngineState, cpu: number): void {
  const next = s.at[cpu]!;
  if (next < Infinity && (s.eager === true || isDriven(s, cpu)))
    s.wheel.after(next - s.wheel.now, cpu);
}
