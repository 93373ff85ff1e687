/**
 * The cross-call engine (kernel/smp.c `smp_call_function_many_cond`): a function is queued on every
 * target; a target is interrupted only if its queue was empty; a single target that polls in its
 * idle loop is not interrupted at all. All queues are filled at one instant, the start of the call.
 */
import type { CpuMask } from "../base/cpuMask.ts";
import { broadcastInline, canRunInline } from "./broadcast.ts";
import type { Call } from "./callQueue.ts";
import { WAKE_UP } from "./callQueue.ts";
import { readSlot } from "./frames.ts";
import { isIdle, pollsIdle } from "./idle.ts";
import { maskRegister } from "./localSteps.ts";
import { MaskSends } from "./maskSends.ts";
import * as op from "./opcodes.ts";
import { schedule } from "./schedule.ts";
import type { EngineState } from "./state.ts";
import { ARRIVE_EVENT, AWAITS_CALLS, POLL_EVENT, RESCHEDULE_EVENT, RUNS_USER } from "./state.ts";
import type { Word } from "./word.ts";

/** Queues a handler on every CPU of a mask but this one and interrupts those that need it. */
export function crossCall(s: EngineState, cpu: number, word: Word, now: number): boolean {
  const mask = maskRegister(s, cpu, word.more);
  const handler = word.base;
  const args: number[] = [];
  let after = word.next;
  for (; after.opcode === op.ARGUMENT; after = after.next) args.push(readSlot(s, cpu, after.left));
  s.word[cpu] = after;
  if (canRunInline(s, handler, after.opcode === op.AWAIT_CALLS)) {
    s.at[cpu] = broadcastInline(s, cpu, mask, handler, now);
    return true;
  }
  s.at[cpu] = send(s, cpu, mask, { handler, initiator: cpu, args, sentAt: now }, now);
  return false;
}

/** Queues the call, schedules the interrupts; returns when the sender goes on. */
function send(s: EngineState, from: number, mask: CpuMask, call: Call, now: number): number {
  const toInterrupt: number[] = [];
  let targets = 0;
  for (let cpu = mask.first(); cpu >= 0; cpu = mask.next(cpu)) {
    if (cpu === from) continue;
    targets++;
    s.trace?.queue(now, from, cpu, call.handler);
    if (s.calls[cpu]!.add(call)) toInterrupt.push(cpu);
  }
  if (call.handler !== WAKE_UP) s.outstanding[from]! += targets;
  const queuedAt = now + targets * s.machine.costs.csdQueue.ns;
  if (toInterrupt.length === 1) return sendSingle(s, from, toInterrupt[0]!, queuedAt);
  return sendMask(s, from, toInterrupt, queuedAt);
}

/** One target: the single path, elided when the target polls for need-resched. */
function sendSingle(s: EngineState, from: number, to: number, now: number): number {
  const { costs } = s.machine;
  if (pollsIdle(s, to)) {
    schedule(s, now + costs.pollExit.ns, POLL_EVENT, to);
    return now;
  }
  s.trace?.sendSingle(now, from, to);
  const sent = now + costs.ipiSend.ns + costs.ipiTarget.ns;
  schedule(s, sent + s.distances.deliverNs(from, to, isIdle(s, to)), ARRIVE_EVENT, to);
  return sent + costs.ipiResume.ns;
}

/** Several targets: all but self with one write, or one write a group of neighbours. */
function sendMask(s: EngineState, from: number, targets: readonly number[], now: number): number {
  if (targets.length === 0) return now;
  s.trace?.sendMask(now, from, targets);
  const sends = new MaskSends(s, targets.length, now);
  for (const to of targets) {
    const arrival = sends.sentTo(to) + s.distances.deliverNs(from, to, isIdle(s, to));
    schedule(s, arrival, ARRIVE_EVENT, to);
  }
  return sends.end();
}

/** Waits until every function this CPU queued has run and been seen done. */
export function awaitCalls(s: EngineState, cpu: number, word: Word, now: number): boolean {
  s.word[cpu] = word.next;
  if (s.outstanding[cpu] === 0) {
    s.at[cpu] = Math.max(now, s.lastAck[cpu]!);
    return true;
  }
  s.condition[cpu] = AWAITS_CALLS;
  s.at[cpu] = Number.POSITIVE_INFINITY;
  return false;
}

/**
 * `try_to_wake_up`: a remote wake-up goes through the same call queue (`ttwu_queue_wakelist`) and
 * counts as CAL; PREEMPT_RT sends a reschedule interrupt (RES) instead. So does everybody where the
 * thread runs user code (`kick_process`).
 */
export function wake(s: EngineState, cpu: number, word: Word, now: number): boolean {
  const target = readSlot(s, cpu, word.left);
  const queuedAt = now + word.cost;
  s.word[cpu] = word.next;
  s.wakeSent[target] = 1;
  s.onTaskWoken(s, target);
  if (!s.wakesReschedule && s.condition[target] !== RUNS_USER) {
    const call: Call = { handler: WAKE_UP, initiator: cpu, args: [], sentAt: now };
    const mustInterrupt = s.calls[target]!.add(call);
    s.at[cpu] = mustInterrupt ? sendSingle(s, cpu, target, queuedAt) : queuedAt;
    return false;
  }
  const travel = pollsIdle(s, target)
    ? s.machine.costs.pollExit.ns
    : s.machine.costs.ipiSend.ns +
      s.machine.costs.ipiTarget.ns +
      s.distances.deliverNs(cpu, target, isIdle(s, target));
  schedule(s, queuedAt + travel, RESCHEDULE_EVENT, target);
  s.at[cpu] = queuedAt;
  return false;
}
