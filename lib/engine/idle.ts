/** What a CPU does when an interrupt is sent to it. */
import type { EngineState } from "./state.ts";
import { ASLEEP, NO_TASK } from "./state.ts";

/** The CPU is in its idle loop: nothing runs, or its thread sleeps. */
export function isIdle(s: EngineState, cpu: number): boolean {
  if (s.level[cpu] === 1 || s.isBusy[cpu] === 1) return false;
  return s.condition[cpu] === NO_TASK || s.condition[cpu] === ASLEEP;
}

/** The idle loop watches for need-resched, so that a lone target needs no interrupt. */
export function pollsIdle(s: EngineState, cpu: number): boolean {
  return s.machine.idle === "polling" && isIdle(s, cpu);
}
