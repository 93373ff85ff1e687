/** RCU read sections, and the grace periods that wait for them. */
import { HANDLER, NMI } from "./fields.ts";
import type { ExplorerState } from "./state.ts";

/** RCU sections: `rcu_read_lock`, interrupts off, handlers, and a CPU that was stopped in one. */
export function isInReadSection(s: ExplorerState, lane: number): boolean {
  const { irqOff, rcu, frames } = s.fields.lanes[lane]!;
  if (s.get(irqOff) === 1 || s.get(rcu) === 1) return true;
  if (s.runsAhead(lane)) return true; // of a section to come, which sees nothing newer
  return s.get(frames[HANDLER]!.pc) !== 0 || s.get(frames[NMI]!.pc) !== 0;
}

/** A CPU that has left its sections is waited for no longer. */
export function leaveReadSection(s: ExplorerState, lane: number): void {
  if (!s.hasGracePeriods || isInReadSection(s, lane)) return;
  for (let waiter = 0; waiter < s.lanes; waiter++) {
    s.setNote(s.fields.notes.grace + waiter, lane, 0);
  }
}
