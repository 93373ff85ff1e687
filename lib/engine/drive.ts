/**
 * The event loop. Events go in order of time; within a tick the steps of passive CPUs come first,
 * because whoever looks at such a CPU finds it up to date, and the others go by kind, then by CPU,
 * however late in the tick they were added. A CPU may have more events than steps: one that finds
 * no step due is of no account.
 */
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

/** Runs until no task that the phase waits for is left; throws SD008 when nothing can happen. */
export function runEvents(s: EngineState): void {
  const { wheel } = s;
  while (s.tasksLeft > 0) {
    const event = wheel.pop();
    if (event < 0) throw stuck("the run", "tasks are left, but no event is");
    if (isPassiveStep(s, event)) runPassiveStep(s, event);
    else if (wheel.hasMoreNow()) runTick(s, event);
    else {
      s.isAlone = true;
      dispatch(s, event);
    }
  }
}

/** The rest of a tick in which more than one CPU may have something to do. */
function runTick(s: EngineState, first: number): void {
  const { wheel } = s;
  const waiting = [first];
  let done = 0;
  while (s.tasksLeft > 0) {
    while (wheel.hasMoreNow()) {
      const event = wheel.pop();
      if (isPassiveStep(s, event)) runPassiveStep(s, event);
      else insert(waiting, done, event);
    }
    if (done === waiting.length) return;
    const next = waiting[done++]!;
    s.isAlone = done === waiting.length;
    dispatch(s, next);
  }
}

/** Keeps the part of a list that is not done in ascending order; most events are the last ones. */
function insert(list: number[], done: number, event: number): void {
  let place = list.length;
  list.push(event);
  for (; place > done && list[place - 1]! > event; place--) list[place] = list[place - 1]!;
  list[place] = event;
}

/** A step of a passive CPU, be it that the run is eager, be it that an interrupt waits for it. */
function isPassiveStep(s: EngineState, event: number): boolean {
  return event <= CPU_MASK && s.isPassive[event] === 1 && s.level[event] === 0;
}

function runPassiveStep(s: EngineState, cpu: number): void {
  const { now } = s.wheel;
  if (s.at[cpu] !== now) return;
  s.advance(s, cpu, now);
  scheduleStep(s, cpu);
}

function dispatch(s: EngineState, event: number): void {
  const cpu = event & CPU_MASK;
  const { now } = s.wheel;
  switch (event >> KIND_SHIFT) {
    case ARRIVE_EVENT:
      arrive(s, cpu, now);
      break;
    case POLL_EVENT:
      runFromIdle(s, cpu, now);
      break;
    case RESCHEDULE_EVENT:
      reschedule(s, cpu, now);
      break;
    case RESUME_EVENT:
      resume(s, cpu, now);
      break;
    default:
      if (s.at[cpu] !== now) return; // an interrupt has moved the step
      if (s.isAlone && !s.eager) runAhead(s, cpu);
      else s.advance(s, cpu, now);
  }
  scheduleStep(s, cpu);
}

/** Nothing can reach a driven CPU before the next event: up to there it needs no queue. */
function runAhead(s: EngineState, cpu: number): void {
  const { wheel } = s;
  do s.advance(s, cpu, wheel.peekTime() - 1);
  while (isDriven(s, cpu) && s.at[cpu]! < wheel.peekTime());
}
