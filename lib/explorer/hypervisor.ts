/** A hypervisor stops CPUs and lets them run again. */
import type { ExplorerState } from "./state.ts";
import { forgetTranslations } from "./translations.ts";

/** Stops a CPU; false while its stores wait: leaving the guest makes them visible first. */
export function preempt(s: ExplorerState, lane: number): boolean {
  if (!s.isDrained(lane)) return false;
  const { preempted, preemptionsLeft, irqOff } = s.fields.lanes[lane]!;
  if (s.get(irqOff) === 1) s.witnesses.stoppedInWalk = true;
  s.set(preempted, 1);
  s.set(preemptionsLeft, s.get(preemptionsLeft) - 1);
  const { stopFlag } = s.system.spec;
  if (stopFlag !== undefined) s.set(flagOf(s, lane), numberOf(s, stopFlag.stopped));
  return true;
}

/** Lets it run: the flag is exchanged, and a flush that was asked for is done, before it does. */
export function resume(s: ExplorerState, lane: number): void {
  s.set(s.fields.lanes[lane]!.preempted, 0);
  const { stopFlag } = s.system.spec;
  if (stopFlag === undefined) return;
  const flag = flagOf(s, lane);
  if (s.get(flag) === numberOf(s, stopFlag.flush)) forgetTranslations(s, lane);
  s.set(flag, numberOf(s, 0));
}

/** Whether a CPU is stopped and loses its translations before it can use them again. */
export function isFlushedAtEntry(s: ExplorerState, lane: number): boolean {
  const { stopFlag } = s.system.spec;
  if (stopFlag === undefined || s.get(s.fields.lanes[lane]!.preempted) === 0) return false;
  return s.get(flagOf(s, lane)) === numberOf(s, stopFlag.flush);
}

function flagOf(s: ExplorerState, lane: number): number {
  const { number } = s.system.code.variable(s.system.spec.stopFlag!.variable);
  return s.fields.lanes[lane]!.variables[number]!;
}

function numberOf(s: ExplorerState, value: number): number {
  return s.system.code.dictionary.numberOf(value);
}
