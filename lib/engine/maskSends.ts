/**
 * When the interrupts of one mask send leave: one write for all but self, or one a group of
 * neighbours. In a guest each write leads to the host, which passes the interrupt on to one target
 * after the other, and back.
 */
import type { EngineState } from "./state.ts";

/** The sends of one call, target by target in ascending order; times in ns. */
export class MaskSends {
  private readonly s: EngineState;
  private readonly toAll: boolean;
  private group = -1;
  private time: number;

  /** `targets`: how many CPUs are interrupted; `now`: when the queues are filled. */
  constructor(s: EngineState, targets: number, now: number) {
    this.s = s;
    this.toAll = s.maskSend.allButSelf && targets === s.cpus - 1;
    this.time = this.toAll ? now + s.machine.costs.ipiBroadcast.ns : now;
  }

  /** When the interrupt for the next target leaves. */
  sentTo(to: number): number {
    const { costs } = this.s.machine;
    const group = this.s.distances.groupOf[to]!;
    if (!this.toAll && group !== this.group) {
      if (this.group >= 0) this.time += costs.ipiResume.ns;
      this.group = group;
      this.time += costs.ipiSend.ns;
    }
    this.time += costs.ipiTarget.ns;
    return this.time;
  }

  /** When the sender goes on. */
  end(): number {
    return this.time + this.s.machine.costs.ipiResume.ns;
  }
}
