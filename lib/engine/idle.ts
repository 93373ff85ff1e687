/** What a CPU does when an interrupt is sent to it. */
import type { EngineState } from "./state.ts";
import { ABOVE, ASLEEP, NO_TASK } from "./state.ts";

/** The CPU is in its idle loop: nothing runs, or its thread sleeps. */
export function isIdle(s: EngineState, cpu: number): boolean {
  if (s.isBusy[cpu] === 1 || handlerRuns(s, cpu)) return false;
  return s.condition[cpu] === NO_TASK || s.condition[cpu] === ASLEEP;
}

/** An interrupt handler runs, even if something else has put it aside. */
function handlerRuns(s: EngineState, cpu: number): boolean {
  const level = s.level[cpu];
  return level === 1 || (level === ABOVE && s.suspended.level[cpu] === 1);
}

/** The idle loop watches for need-resched, so that a lone target needs no interrupt. */
export function pollsIdle(s: EngineState, cpu: number): boolean {
  return s.machine.idle === "polling" && isIdle(s, cpu);
}
