/**
 * A hypervisor with more vCPUs than CPUs: each vCPU runs and stops in turn, for exponentially
 * distributed times that come from a random stream of its own. A stopped vCPU does nothing and
 * takes no interrupt, wherever it was: in user code, in a handler, in a walk with interrupts off.
 *
 * While the times are on the event queue no broadcast is accounted for in place (broadcast.ts).
 */
import { badProgram } from "../base/messages.ts";
import type { EntryPoint } from "./entryPoint.ts";
import { schedule } from "./schedule.ts";
import type { EngineState } from "./state.ts";
import { RUN_EVENT, STOP_EVENT } from "./state.ts";
import { beginAbove, goOn, suspend } from "./suspension.ts";

/**
 * The window opens: vCPUs that begin the operation run, each other one runs or is stopped as if it
 * had been at it for long.
 */
export function startPreemption(s: EngineState, now: number, runs: (cpu: number) => boolean): void {
  const { preemption } = s;
  if (preemption === undefined) return;
  for (const cpu of preemption.cpus) {
    const startsStopped = preemption.startsStopped(cpu);
    s.outsideTimers++;
    if (startsStopped && !runs(cpu)) stopVcpu(s, cpu, now);
    else schedule(s, now + preemption.runNs(cpu), STOP_EVENT, cpu);
  }
}

/** A vCPU loses its CPU. */
export function stopVcpu(s: EngineState, cpu: number, now: number): void {
  const preemption = s.preemption!;
  suspend(s, cpu, now);
  preemption.isStopped[cpu] = 1;
  setFlag(s, cpu, 1);
  s.trace?.vcpu(now, cpu, "vcpu_stop");
  schedule(s, now + preemption.stopNs(cpu), RUN_EVENT, cpu);
}

/** The host is about to run a vCPU. */
export function runVcpu(s: EngineState, cpu: number, now: number): void {
  const { onRun } = s.preemption!;
  if (onRun === undefined) enterVcpu(s, cpu, now);
  else beginAbove(s, cpu, onRun, [], now);
}

/** The host's work is done: the vCPU goes on, and takes what has come meanwhile. */
export function enterVcpu(s: EngineState, cpu: number, now: number): void {
  const preemption = s.preemption!;
  const tookNs = now - s.suspended.since[cpu]!;
  preemption.stoppedNs[cpu]! += tookNs;
  preemption.isStopped[cpu] = 0;
  s.noise?.single(cpu, "vcpu_stopped", tookNs);
  setFlag(s, cpu, 0);
  s.trace?.vcpu(now, cpu, "vcpu_run");
  goOn(s, cpu, now);
  schedule(s, now + preemption.runNs(cpu), STOP_EVENT, cpu);
}

/** The window closes: stops that still last are counted up to here. */
export function settlePreemption(s: EngineState, now: number): void {
  const { preemption, suspended } = s;
  if (preemption === undefined) return;
  for (const cpu of preemption.cpus) {
    if (preemption.isStopped[cpu] === 0) continue;
    preemption.stoppedNs[cpu]! += now - suspended.since[cpu]!;
  }
}

/** The host writes on the CPU that the vCPU last ran on, so that the line is as if its own. */
function setFlag(s: EngineState, cpu: number, to: number): void {
  const line = s.preemption!.flagBase + cpu;
  s.numbers[line] = to;
  s.lineOwner[line] = cpu;
}

/** An entry that runs where nothing may wait. Throws SD007 for one that does. */
export function thatNeverWaits(entry: EntryPoint): EntryPoint {
  if (!entry.mayWait) return entry;
  throw badProgram(entry.program.name, "must not wait or call other CPUs where it runs");
}
