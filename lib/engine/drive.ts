/**
 * The event loop. Events go in order of time; within a tick the steps of passive CPUs come first,
 * because whoever looks at such a CPU finds it up to date, and the others go by kind, then by CPU,
 * however late in the tick they were added. A CPU may have more events than steps: one that finds
 * no step due is of no account.
 */
import { throwIfInterrupted } from "../base/cellHost.ts";
import { stuck } from "../base/messages.ts";
import { runFrequentSteps } from "./frequentSteps.ts";
import { arrive, reschedule, resume, runFromIdle } from "./interrupts.ts";
import { fromOutside } from "./outside.ts";
import { isDriven, scheduleStep } from "./schedule.ts";
import type { EngineState } from "./state.ts";
import {
  ARRIVE_EVENT,
  CPU_MASK,
  KIND_SHIFT,
  POLL_EVENT,
  RESCHEDULE_EVENT,
  STOP_EVENT,
} from "./state.ts";
import { hold } from "./suspension.ts";

/** Not imported, hence known to the compiler. */
const lastCpu = CPU_MASK;
/** Delays below this one are 32-bit integers. */
const soonNs = 1 << 30;

/** Turns of the event loop between two questions whether the run is still wanted: milliseconds. */
const turnsPerLook = 1 << 10;

/** Runs until no task that the phase waits for is left; throws SD008 when nothing can happen. */
export function runEvents(s: EngineState): void {
  runTick(s); // what the phase before has left of its last tick
  let turns = -1; // asked on the first turn too
  while (s.tasksLeft > 0) {
    turns = (turns + 1) & (turnsPerLook - 1);
    if (turns === 0) throwIfInterrupted();
    const event = nextEvent(s, false);
    if (event < 0) throw stuck("the run", "tasks are left, but no event is");
    s.isAlone = !s.wheel.hasMoreNow();
    if (s.isAlone) dispatch(s, event);
    else {
      s.tick.add(event);
      runTick(s);
    }
  }
}

/** The rest of a tick in which more than one CPU may have something to do. */
function runTick(s: EngineState): void {
  const { tick } = s;
  while (s.tasksLeft > 0) {
    for (let event = nextEvent(s, true); event >= 0; event = nextEvent(s, true)) tick.add(event);
    if (tick.isEmpty) return;
    const event = tick.take();
    s.isAlone = tick.isEmpty;
    dispatch(s, event);
  }
}

/**
 * The next event that is no step of a passive CPU, after the steps before it; −1 when none is left,
 * or none in this tick. An eager run spends most of its time here: the loop has all at hand.
 */
function nextEvent(s: EngineState, isInTick: boolean): number {
  const { wheel, at, isPassive, level, eager } = s;
  while (!isInTick || wheel.hasMoreNow()) {
    const event = wheel.pop();
    if (event >>> 0 > lastCpu || isPassive[event] === 0 || level[event] !== 0) return event;
    const { now } = wheel;
    if (at[event] !== now) continue;
    s.until = now;
    runFrequentSteps(s, event);
    const delay = at[event]! - now;
    if (eager && delay > 0 && delay < soonNs) {
      wheel.after(delay | 0, event);
      continue;
    }
    if (delay === 0) s.advance(s, event, now);
    scheduleStep(s, event);
  }
  return -1;
}

function dispatch(s: EngineState, event: number): void {
  const cpu = event & CPU_MASK;
  const { now } = s.wheel;
  if (event > lastCpu) happen(s, event >> KIND_SHIFT, cpu, now);
  else if (s.at[cpu] !== now)
    return; // an interrupt has moved the step
  else if (s.isAlone && !s.eager) runAhead(s, cpu);
  else s.advance(s, cpu, now);
  scheduleStep(s, cpu);
}

/** What is no step of the CPU's own comes to it; while it is taken away, that has to wait. */
function happen(s: EngineState, kind: number, cpu: number, now: number): void {
  if (kind >= STOP_EVENT) fromOutside(s, kind, cpu, now);
  else if (s.isSuspended[cpu] === 1) hold(s, cpu, kind);
  else deliver(s, kind, cpu, now);
}

function deliver(s: EngineState, kind: number, cpu: number, now: number): void {
  switch (kind) {
    case ARRIVE_EVENT:
      arrive(s, cpu, now);
      break;
    case POLL_EVENT:
      runFromIdle(s, cpu, now);
      break;
    case RESCHEDULE_EVENT:
      reschedule(s, cpu, now);
      break;
    default: // RESUME_EVENT
      resume(s, cpu, now);
  }
}

/** Nothing can reach a driven CPU before the next event: up to there it needs no queue. */
function runAhead(s: EngineState, cpu: number): void {
  const { wheel } = s;
  do s.advance(s, cpu, wheel.peekTime() - 1);
  while (isDriven(s, cpu) && s.at[cpu]! < wheel.peekTime());
}
