/**
 * Non-maskable interrupts (arch/x86/kernel/nmi.c): they come in user code, in handlers, and in
 * walks with interrupts off. One that comes while another is handled waits for its end, as the
 * processor latches one. Entering and leaving cost what any interrupt costs.
 *
 * The counter behind them counts cycles: it stands still while its CPU idles or its vCPU is
 * stopped.
 */
import { isIdle } from "./idle.ts";
import { schedule } from "./schedule.ts";
import type { EngineState } from "./state.ts";
import { NMI_EVENT, OVERFLOW_EVENT } from "./state.ts";
import { beginAbove, goOn, hold, suspend } from "./suspension.ts";

/** The window opens: the counters start. */
export function startCounters(s: EngineState, now: number): void {
  const { nmi } = s;
  if (nmi === undefined) return;
  for (const cpu of nmi.cpus) {
    s.outsideTimers++;
    schedule(s, now + nmi.firstNs(cpu), OVERFLOW_EVENT, cpu);
  }
}

/** A counter overflows. */
export function overflow(s: EngineState, cpu: number, now: number): void {
  schedule(s, now + s.nmi!.nextNs(cpu), OVERFLOW_EVENT, cpu);
  if (isIdle(s, cpu) || s.preemption?.isStopped[cpu] === 1) return;
  if (s.isSuspended[cpu] === 1) hold(s, cpu, NMI_EVENT);
  else takeNmi(s, cpu, now);
}

/** The interrupt is taken. */
export function takeNmi(s: EngineState, cpu: number, now: number): void {
  const { row, entry, args } = s.nmi!;
  suspend(s, cpu, now);
  s.rowCounts[row]![cpu]! += 1;
  beginAbove(s, cpu, entry, args, now + s.machine.costs.irqEntry.ns);
}

/** The handler has ended: what it has interrupted goes on. */
export function leaveNmi(s: EngineState, cpu: number, now: number): void {
  const end = now + s.machine.costs.irqExit.ns;
  const { program } = s.nmi!.entry;
  const tookNs = end - s.suspended.since[cpu]!;
  s.nmi!.took(tookNs);
  s.stolenNs[cpu]! += tookNs;
  s.noise?.single(cpu, program.name, tookNs);
  s.trace?.nmi(now, cpu, program.name);
  goOn(s, cpu, end);
}
