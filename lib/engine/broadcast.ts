/**
 * A cross call whose function takes a fixed time and touches nothing (the sync broadcast), sent
 * while nobody else has anything to do: every target is accounted for in place, without events.
 * The result is the same, to the bit, as that of the events in crossCalls.ts and interrupts.ts.
 */
import type { CpuMask } from "../base/cpuMask.ts";
import { isIdle, pollsIdle } from "./idle.ts";
import { CAL } from "./interrupts.ts";
import { MaskSends } from "./maskSends.ts";
import type { QuietRound } from "./quietGroup.ts";
import type { EngineState } from "./state.ts";

/** Whether a call of this handler can be accounted for in place. */
export function canRunInline(s: EngineState, handler: number, isAwaited: boolean): boolean {
  if (s.eager || !isAwaited || !s.isAlone || s.wheel.peekTime() < Infinity) return false;
  return s.assembly.entries[handler]!.fixedNs >= 0;
}

/** Runs the call on every CPU of the mask but the sender; returns when the sender goes on. */
export function broadcastInline(
  s: EngineState,
  from: number,
  mask: CpuMask,
  handler: number,
  now: number,
): number {
  const bodyNs = s.assembly.entries[handler]!.fixedNs;
  const targets = mask.count() - (mask.has(from) ? 1 : 0);
  if (targets === 0) return now;
  const { costs } = s.machine;
  const queuedAt = now + targets * costs.csdQueue.ns;
  const sender = new Sender(s, { from, handler, bodyNs, start: now, queuedAt });
  if (targets === 1) {
    const to = mask.first() === from ? mask.next(from) : mask.first();
    return sender.single(to);
  }
  if (targets < s.cpus - 1) return sender.some(mask, targets);
  return sender.all();
}

/** Who calls what, when it began and when all queues were filled (ns). */
interface Sending {
  readonly from: number;
  readonly handler: number;
  readonly bodyNs: number;
  readonly start: number;
  readonly queuedAt: number;
}

/** One cross call in progress. */
class Sender {
  private readonly s: EngineState;
  private readonly from: number;
  private readonly handler: number;
  private readonly bodyNs: number;
  private readonly start: number;
  private readonly queuedAt: number;
  private readonly name: string;
  private lastAck = 0;

  constructor(s: EngineState, sending: Sending) {
    this.s = s;
    this.from = sending.from;
    this.handler = sending.handler;
    this.name = s.assembly.entries[sending.handler]!.program.name;
    this.bodyNs = sending.bodyNs;
    this.start = sending.start;
    this.queuedAt = sending.queuedAt;
  }

  /** One target; one that polls in its idle loop needs no interrupt. */
  single(to: number): number {
    const { s } = this;
    const { costs } = s.machine;
    if (pollsIdle(s, to)) {
      this.run(to, Math.max(this.queuedAt + costs.pollExit.ns, s.busyUntil[to]!), 0);
      return this.done(this.queuedAt);
    }
    const sent = this.queuedAt + costs.ipiSend.ns + costs.ipiTarget.ns;
    this.interrupt(to, sent);
    return this.done(sent + costs.ipiResume.ns);
  }

  /** Several targets, but not everybody else. */
  some(mask: CpuMask, targets: number): number {
    const { s, from } = this;
    const sends = new MaskSends(s, targets, this.queuedAt);
    for (let to = mask.first(); to >= 0; to = mask.next(to)) {
      if (to !== from) this.interrupt(to, sends.sentTo(to));
    }
    return this.done(sends.end());
  }

  /** Everybody else: CPUs with a program one by one, the others as a group. */
  all(): number {
    const { s, from, start } = this;
    const { quiet } = s;
    const round = quiet.roundOf(from, this.handler, () => this.describeQuietRound());
    const isGroupFree = quiet.busyUntil <= start + round.firstArrival;
    if (!isGroupFree || !endsBeforeNextArrival(s, round)) return this.some(s.online, s.cpus - 1);
    quiet.count(round, this.handlerNs());
    quiet.busyUntil = start + round.lastEnd;
    this.lastAck = start + round.lastAck;
    for (const to of quiet.active) {
      if (to !== from) this.interrupt(to, start + round.activeSent.get(to)!);
    }
    return this.done(start + round.sent);
  }

  /** An interrupt reaches a target: it is taken, or held back until interrupts are unmasked. */
  private interrupt(to: number, sent: number): void {
    const { s } = this;
    const travel = s.distances.deliverNs(this.from, to, isIdle(s, to));
    const arrival = Math.max(sent + travel, s.busyUntil[to]!);
    const taken = takenAt(s, to, arrival);
    s.irqOffDelay.record(taken - arrival);
    s.rowCounts[CAL]![to]! += 1;
    this.run(to, taken, s.machine.costs.irqEntry.ns);
  }

  /** The function runs on the target, whose own program loses the time. */
  private run(to: number, taken: number, entryNs: number): void {
    const { s } = this;
    const ended = taken + entryNs + this.bodyNs;
    const left = ended + s.machine.costs.irqExit.ns;
    s.at[to]! += left - taken;
    s.busyUntil[to] = left;
    s.stolenNs[to]! += left - taken;
    s.noise?.single(to, this.name, left - taken, this.from);
    if (s.isQuiet[to] === 1 && left > s.quiet.busyUntil) s.quiet.busyUntil = left;
    const seen = ended + s.distances.ackNs(to, this.from);
    s.callLatency.record(seen - this.start);
    if (seen > this.lastAck) this.lastAck = seen;
  }

  private handlerNs(): number {
    const { irqEntry, irqExit } = this.s.machine.costs;
    return irqEntry.ns + this.bodyNs + irqExit.ns;
  }

  private done(sent: number): number {
    const { s, from } = this;
    if (this.lastAck > s.lastAck[from]!) s.lastAck[from] = this.lastAck;
    return sent;
  }

  private describeQuietRound(): QuietRound {
    const { s, from, start } = this;
    const { irqEntry, irqExit } = s.machine.costs;
    const round = { lastAck: 0, firstArrival: Number.POSITIVE_INFINITY, lastEnd: 0, rounds: 0 };
    const latencies = new Map<number, number>();
    const activeSent = new Map<number, number>();
    const sends = new MaskSends(s, s.cpus - 1, this.queuedAt - start);
    for (let to = 0; to < s.cpus; to++) {
      if (to === from) continue;
      const sent = sends.sentTo(to);
      if (s.isQuiet[to] === 0) {
        activeSent.set(to, sent);
        continue;
      }
      const arrival = sent + s.distances.deliverNs(from, to, isIdle(s, to));
      const ended = arrival + irqEntry.ns + this.bodyNs;
      const seen = ended + s.distances.ackNs(to, from);
      round.firstArrival = Math.min(round.firstArrival, arrival);
      round.lastEnd = Math.max(round.lastEnd, ended + irqExit.ns);
      round.lastAck = Math.max(round.lastAck, seen);
      latencies.set(seen, (latencies.get(seen) ?? 0) + 1);
    }
    return { ...round, latencies, activeSent, sent: sends.end() };
  }
}

/** When the target takes the interrupt that arrives at `arrival`. */
function takenAt(s: EngineState, to: number, arrival: number): number {
  if (s.isPassive[to] === 1) s.advance(s, to, arrival);
  if (s.irqOff[to] === 0) return arrival;
  s.pendingIpi[to] = 1;
  s.inlineTarget = to;
  s.advance(s, to, Number.POSITIVE_INFINITY);
  s.inlineTarget = -1;
  return s.inlineTakenAt;
}

/**
 * Whether every handler of the round is over before any later interrupt can arrive, so that the
 * members need not remember when they are free.
 */
function endsBeforeNextArrival(s: EngineState, round: QuietRound): boolean {
  const { costs } = s.machine;
  const soonest = Math.min(costs.ipiSend.ns, costs.ipiBroadcast.ns) + costs.ipiDeliver.ns;
  const next = round.lastAck + costs.csdQueue.ns + Math.min(soonest, costs.pollExit.ns);
  return round.lastEnd <= next;
}

/** Writes the rounds of the quiet group into the counters of its members. */
export function settleQuietGroup(s: EngineState): void {
  const { rounds, stolenNs, latencies } = s.quiet.take();
  if (rounds === 0) return;
  for (const [latency, count] of latencies) s.callLatency.record(latency, count);
  let members = 0;
  for (let cpu = 0; cpu < s.cpus; cpu++) {
    if (s.isQuiet[cpu] === 0) continue;
    members++;
    s.rowCounts[CAL]![cpu]! += rounds;
    s.stolenNs[cpu]! += stolenNs;
  }
  if (members > 0) s.irqOffDelay.record(0, members * rounds);
}
