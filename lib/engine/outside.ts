/** Events that no program causes: they come for as long as the window lasts. */
import { stuck } from "../base/messages.ts";
import { leaveNmi, overflow, takeNmi } from "./nmi.ts";
import { enterVcpu, runVcpu, stopVcpu } from "./preemption.ts";
import { isDriven } from "./schedule.ts";
import type { EngineState } from "./state.ts";
import { ABOVE, OVERFLOW_EVENT, RUN_EVENT, STOP_EVENT } from "./state.ts";
import { hold } from "./suspension.ts";

/** After so many of them, whether a run can still end is looked at. */
const PATIENCE = 4096;

/**
 * A vCPU stops or runs, a performance counter interrupts. Throws SD008 when nothing else can happen
 * any more.
 */
export function fromOutside(s: EngineState, kind: number, cpu: number, now: number): void {
  s.outsideEvents++;
  if (s.outsideEvents % PATIENCE === 0 && isStalled(s)) {
    throw stuck("the run", "tasks are left, but nobody goes on");
  }
  if (kind === RUN_EVENT) runVcpu(s, cpu, now);
  else if (kind === OVERFLOW_EVENT) overflow(s, cpu, now);
  else if (s.isSuspended[cpu] === 1) hold(s, cpu, kind);
  else if (kind === STOP_EVENT) stopVcpu(s, cpu, now);
  else takeNmi(s, cpu, now);
}

/** The program above a CPU's other frames has ended. */
export function leaveAbove(s: EngineState, cpu: number, now: number): void {
  if (s.preemption?.isStopped[cpu] === 1) enterVcpu(s, cpu, now);
  else leaveNmi(s, cpu, now);
}

/** Nothing but events of this kind is left, and no CPU that others could wait for goes on. */
function isStalled(s: EngineState): boolean {
  if (!s.isAlone || s.wheel.size >= s.outsideTimers) return false;
  for (let cpu = 0; cpu < s.cpus; cpu++) if (goesOn(s, cpu)) return false;
  return true;
}

function goesOn(s: EngineState, cpu: number): boolean {
  const isSuspended = s.isSuspended[cpu] === 1;
  if (isSuspended && s.suspended.held[cpu] !== 0) return true;
  const left = s.level[cpu] !== ABOVE && isSuspended ? s.suspended.leftNs[cpu]! : s.at[cpu]!;
  return left < Number.POSITIVE_INFINITY && isDriven(s, cpu);
}
