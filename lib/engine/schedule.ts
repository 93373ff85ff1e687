/** Putting events on the queue. */
import type { EngineState } from "./state.ts";
import { KIND_SHIFT } from "./state.ts";

/** Delays below this one are 32-bit integers, with which the queue is fastest. */
const longNs = 1 << 30;

/** Schedules an event of a CPU at an absolute time, ns. */
export function schedule(s: EngineState, time: number, kind: number, cpu: number): void {
  s.wheel.after(time - s.wheel.now, (kind << KIND_SHIFT) | cpu);
}

/** Whether a CPU needs an event for its next step, rather than being advanced when looked at. */
export function isDriven(s: EngineState, cpu: number): boolean {
  if (s.level[cpu] !== 0 || s.pendingIpi[cpu] === 1) return true;
  return s.isQuiet[cpu] === 0 && s.isPassive[cpu] === 0;
}

/** Schedules the next step (an event of kind 0) of a CPU that has one, if somebody drives it. */
export function scheduleStep(s: EngineState, cpu: number): void {
  if (s.eager !== true && !isDriven(s, cpu)) return;
  const delay = s.at[cpu]! - s.wheel.now;
  if (delay < longNs) s.wheel.after(delay | 0, cpu);
  else if (delay < Infinity) s.wheel.after(delay, cpu);
}
