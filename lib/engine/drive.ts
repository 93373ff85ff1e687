/** The event loop: events in order of (time, kind, CPU), and CPUs that run ahead of them. */
import { stuck } from "../base/messages.ts";
import { arrive, reschedule, resume, runFromIdle } from "./interrupts.ts";
import { isDriven, scheduleStep } from "./schedule.ts";
import type { EngineState } from "./state.ts";
import {
  ARRIVE_EVENT,
  CPU_MASK,
  KIND_SHIFT,
  POLL_EVENT,
  RESCHEDULE_EVENT,
  RESUME_EVENT,
} from "./state.ts";

/** Runs until `isDone()`; throws SD008 when nothing can happen any more. */
export function runEvents(s: EngineState, isDone: () => boolean): void {
  const { wheel } = s;
  while (!isDone()) {
    const event = wheel.pop();
    if (event < 0) throw stuck("the run", "tasks are left, but no event is");
    if (wheel.hasMoreNow()) runTick(s, event, isDone);
    else dispatch(s, event, !s.eager);
  }
}

/** All events of one tick: first the steps of passive CPUs, then the others in order. */
function runTick(s: EngineState, first: number, isDone: () => boolean): void {
  const { wheel } = s;
  let others: number[] | undefined;
  let event = first;
  for (;;) {
    if (!runPassiveStep(s, event)) {
      if (others === undefined) others = [event];
      else others.push(event);
    }
    if (!wheel.hasMoreNow()) break;
    event = wheel.pop();
  }
  if (others === undefined) return;
  if (others.length > 1) others.sort((left, right) => left - right);
  const last = others.length - 1;
  others.forEach((one, i) => {
    if (!isDone()) dispatch(s, one, i === last && !s.eager);
  });
}

/** In an eager run, passive CPUs have events too; they come before all others of their tick. */
function runPassiveStep(s: EngineState, event: number): boolean {
  const cpu = event & CPU_MASK;
  if (event > CPU_MASK || s.isPassive[cpu] === 0 || s.level[cpu] === 1) return false;
  const { now } = s.wheel;
  if (s.at[cpu] !== now) return true;
  s.scheduledAt[cpu] = -1;
  s.advance(s, cpu, now);
  scheduleStep(s, cpu);
  return true;
}

function dispatch(s: EngineState, event: number, mayRunAhead: boolean): void {
  if (runPassiveStep(s, event)) return;
  const cpu = event & CPU_MASK;
  const { now } = s.wheel;
  switch (event >> KIND_SHIFT) {
    case ARRIVE_EVENT:
      arrive(s, cpu, now);
      return;
    case POLL_EVENT:
      runFromIdle(s, cpu, now);
      return;
    case RESCHEDULE_EVENT:
      reschedule(s, cpu, now);
      return;
    case RESUME_EVENT:
      resume(s, cpu, now);
      return;
    default:
      if (s.at[cpu] !== now) return; // an interrupt has moved the step
      s.scheduledAt[cpu] = -1;
      runAhead(s, cpu, mayRunAhead);
  }
}

/**
 * Runs a driven CPU. Nothing can reach it before the next event, so it may run up to there without
 * the queue; in an eager run every step is an event of its own.
 */
function runAhead(s: EngineState, cpu: number, mayRunAhead: boolean): void {
  const { wheel } = s;
  for (;;) {
    const limit = mayRunAhead ? wheel.peekTime() - 1 : wheel.now;
    const next = s.at[cpu]!;
    if (next > limit || next === Number.POSITIVE_INFINITY) break;
    if (s.scheduledAt[cpu] === next) return;
    s.advance(s, cpu, limit);
    if (!isDriven(s, cpu)) break;
  }
  scheduleStep(s, cpu);
}
