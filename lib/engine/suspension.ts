/**
 * Taking a CPU away from what it does, whatever that is: its own program, an interrupt handler, a
 * section with interrupts off. Events that come meanwhile are held, one of a kind as in an APIC,
 * and come again when it goes on; it goes on exactly where it was.
 */
import type { EntryPoint } from "./entryPoint.ts";
import { beginFrame } from "./frames.ts";
import { schedule } from "./schedule.ts";
import type { EngineState } from "./state.ts";
import { ABOVE } from "./state.ts";

/** Puts aside what a CPU does; it has no step to take until {@link goOn} or {@link beginAbove}. */
export function suspend(s: EngineState, cpu: number, now: number): void {
  const { suspended } = s;
  if (s.isPassive[cpu] === 1 && s.level[cpu] === 0 && s.at[cpu]! <= now) s.advance(s, cpu, now);
  suspended.word[cpu] = s.word[cpu]!;
  suspended.level[cpu] = s.level[cpu]!;
  suspended.irqOff[cpu] = s.irqOff[cpu]!;
  suspended.pendingIpi[cpu] = s.pendingIpi[cpu]!;
  suspended.since[cpu] = now;
  suspended.leftNs[cpu] = s.at[cpu]! - now;
  suspended.busyNs[cpu] = Math.max(0, s.busyUntil[cpu]! - now);
  s.isSuspended[cpu] = 1;
  s.at[cpu] = Number.POSITIVE_INFINITY;
}

/** Begins a program above what was put aside; no interrupt can reach it. */
export function beginAbove(
  s: EngineState,
  cpu: number,
  entry: EntryPoint,
  args: readonly number[],
  begin: number,
): void {
  s.level[cpu] = ABOVE;
  s.irqOff[cpu] = 1;
  s.pendingIpi[cpu] = 0;
  beginFrame(s, cpu, entry, args);
  s.at[cpu] = begin;
}

/** Lets a CPU go on at `time`, which is now or a little later. */
export function goOn(s: EngineState, cpu: number, time: number): void {
  const { suspended } = s;
  s.word[cpu] = suspended.word[cpu]!;
  s.level[cpu] = suspended.level[cpu]!;
  s.irqOff[cpu] = suspended.irqOff[cpu]!;
  s.pendingIpi[cpu] = suspended.pendingIpi[cpu]!;
  s.at[cpu] = time + suspended.leftNs[cpu]!;
  s.busyUntil[cpu] = time + suspended.busyNs[cpu]!;
  s.isSuspended[cpu] = 0;
  // What the handler below takes from its CPU is counted without this.
  if (s.level[cpu] === 1) {
    s.interruptedAt[cpu]! += time - suspended.since[cpu]!;
    s.noise?.lose(cpu, time - suspended.since[cpu]!);
  }
  let kinds = suspended.held[cpu]!;
  suspended.held[cpu] = 0;
  for (let kind = 0; kinds !== 0; kind++, kinds >>= 1) {
    if ((kinds & 1) === 1) schedule(s, time, kind, cpu);
  }
}

/** An event has come for a CPU that is taken away. */
export function hold(s: EngineState, cpu: number, kind: number): void {
  s.suspended.held[cpu]! |= 1 << kind;
}
