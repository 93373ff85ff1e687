/**
 * Taking an interrupt and running the functions queued on a CPU (kernel/smp.c,
 * `flush_smp_call_function_queue`). CAL counts entries of the vector, before the queue is drained.
 */
import type { Call } from "./callQueue.ts";
import { WAKE_UP } from "./callQueue.ts";
import { beginFrame } from "./frames.ts";
import { pollsIdle } from "./idle.ts";
import { leaveAbove } from "./outside.ts";
import { schedule } from "./schedule.ts";
import type { EngineState } from "./state.ts";
import {
  ABOVE,
  ARRIVE_EVENT,
  ASLEEP,
  AWAITS_CALLS,
  NO_TASK,
  POLL_EVENT,
  RESUME_EVENT,
  RUNNING,
  RUNS_USER,
} from "./state.ts";

/** Row numbers of the assembler's first rows. */
export const CAL = 0;
/** Row number of RES. */
export const RES = 2;

/** A call-function interrupt reaches a CPU at `now`: it is taken, or held back. */
export function arrive(s: EngineState, cpu: number, now: number): void {
  if (s.level[cpu] === 1) {
    s.pendingIpi[cpu] = 1;
    return;
  }
  if (s.busyUntil[cpu]! > now) {
    schedule(s, s.busyUntil[cpu]!, ARRIVE_EVENT, cpu);
    return;
  }
  if (s.isPassive[cpu] === 1 && s.at[cpu]! <= now) s.advance(s, cpu, now);
  if (s.level[cpu] === 1 || s.irqOff[cpu] === 1) {
    s.pendingIpi[cpu] = 1;
    s.irqOffDelayFrom[cpu] = now;
    return;
  }
  s.irqOffDelay.record(0);
  enterHandler(s, cpu, now);
}

/** Interrupts were just unmasked and one is pending: it is taken before the next own step. */
export function takePendingInterrupt(s: EngineState, cpu: number, now: number): void {
  s.pendingIpi[cpu] = 0;
  if (s.inlineTarget === cpu) {
    s.inlineTakenAt = now;
    return;
  }
  s.irqOffDelay.record(now - s.irqOffDelayFrom[cpu]!);
  enterHandler(s, cpu, now);
}

function enterHandler(s: EngineState, cpu: number, now: number): void {
  s.rowCounts[CAL]![cpu]! += 1;
  s.trace?.entry(now, cpu);
  startFunctions(s, cpu, now, now + s.machine.costs.irqEntry.ns);
}

/** A CPU that polls in its idle loop saw need-resched: its queue runs without an interrupt. */
export function runFromIdle(s: EngineState, cpu: number, now: number): void {
  if (s.busyUntil[cpu]! > now) schedule(s, s.busyUntil[cpu]!, POLL_EVENT, cpu);
  else startFunctions(s, cpu, now, now);
}

/** A reschedule interrupt (RES) wakes the thread that sleeps on a CPU, or kicks one that runs. */
export function reschedule(s: EngineState, cpu: number, now: number): void {
  const { irqEntry, irqExit } = s.machine.costs;
  const tookNs = irqEntry.ns + irqExit.ns;
  if (!pollsIdle(s, cpu)) {
    s.rowCounts[RES]![cpu]! += 1;
    s.noise?.single(cpu, "reschedule", tookNs);
  }
  wakeThread(s, cpu, now + tookNs);
}

/** Interrupts the own frame at `now`; the first queued function begins at `begin`. */
export function startFunctions(s: EngineState, cpu: number, now: number, begin: number): void {
  s.savedWord[cpu] = s.word[cpu]!;
  s.savedLeft[cpu] = s.at[cpu]! - now;
  s.interruptedAt[cpu] = now;
  s.noise?.begin(cpu, now);
  s.level[cpu] = 1;
  s.calls[cpu]!.take();
  startFunction(s, cpu, begin);
}

function startFunction(s: EngineState, cpu: number, begin: number): void {
  const calls = s.calls[cpu]!;
  const call = calls.current;
  if (call === undefined) {
    leaveHandler(s, cpu, begin);
    return;
  }
  if (call.handler === WAKE_UP) {
    s.noise?.ran(cpu, "sched_ttwu_pending", call.initiator, begin);
    calls.finish();
    s.wokenInHandler[cpu] = 1;
    startFunction(s, cpu, begin);
    return;
  }
  const entry = s.assembly.entries[call.handler]!;
  beginFrame(s, cpu, entry, call.args);
  s.at[cpu] = begin;
}

/** A program has reached its end: a function acknowledges, a task is done. Always stops the CPU. */
export function finish(s: EngineState, cpu: number, now: number): boolean {
  if (s.level[cpu] === ABOVE) {
    leaveAbove(s, cpu, now);
    return false;
  }
  if (s.level[cpu] === 1) {
    const call = s.calls[cpu]!.current!;
    acknowledge(s, cpu, call, now);
    s.noise?.ran(cpu, s.assembly.entries[call.handler]!.program.name, call.initiator, now);
    s.calls[cpu]!.finish();
    startFunction(s, cpu, now);
    return false;
  }
  s.at[cpu] = Number.POSITIVE_INFINITY;
  s.condition[cpu] = NO_TASK;
  s.onTaskDone(s, cpu, now);
  return false;
}

/** The sender sees the function done one line transfer later. */
function acknowledge(s: EngineState, cpu: number, call: Call, now: number): void {
  const seen = now + s.distances.ackNs(cpu, call.initiator);
  s.callLatency.record(seen - call.sentAt);
  const { initiator } = call;
  if (seen > s.lastAck[initiator]!) s.lastAck[initiator] = seen;
  s.outstanding[initiator]! -= 1;
  if (s.outstanding[initiator] === 0 && s.condition[initiator] === AWAITS_CALLS) {
    schedule(s, s.lastAck[initiator]!, RESUME_EVENT, initiator);
  }
}

/** Back to the own frame, which has lost the time of the interrupt. */
function leaveHandler(s: EngineState, cpu: number, now: number): void {
  const end = now + s.machine.costs.irqExit.ns;
  s.level[cpu] = 0;
  s.word[cpu] = s.savedWord[cpu]!;
  s.busyUntil[cpu] = end;
  if (s.isQuiet[cpu] === 1 && end > s.quiet.busyUntil) s.quiet.busyUntil = end;
  s.stolenNs[cpu]! += end - s.interruptedAt[cpu]!;
  s.noise?.end(cpu, end);
  s.trace?.exit(end, cpu);
  s.at[cpu] = end + s.savedLeft[cpu]!;
  if (s.resumeAt[cpu]! >= 0) {
    resume(s, cpu, Math.max(end, s.resumeAt[cpu]!));
    s.resumeAt[cpu] = -1;
  } else if (s.wokenInHandler[cpu] === 1) {
    wakeThread(s, cpu, end);
  }
  s.wokenInHandler[cpu] = 0;
  if (s.pendingIpi[cpu] === 1) {
    s.pendingIpi[cpu] = 0;
    schedule(s, end, ARRIVE_EVENT, cpu);
  }
}

/** What a CPU waited for has come: its own frame goes on at `time`. */
export function resume(s: EngineState, cpu: number, time: number): void {
  if (s.level[cpu] === 1) {
    s.resumeAt[cpu] = time;
    return;
  }
  s.condition[cpu] = RUNNING;
  s.at[cpu] = Math.max(time, s.busyUntil[cpu]!);
}

/** The thread of a CPU goes on at `time`, after a switch to it where it slept. */
export function wakeThread(s: EngineState, cpu: number, time: number): void {
  s.wakeSent[cpu] = 0;
  if (s.condition[cpu] === ASLEEP) resume(s, cpu, time + s.machine.costs.taskSwitch.ns);
  else if (s.condition[cpu] === RUNS_USER) resume(s, cpu, time);
}
