/**
 * The two halves of an atomic: between its load and its store, nobody else stores to the location.
 * That the value is the same again is not enough: a lock that was taken and given back meanwhile
 * has been another's.
 */
import type { Access } from "./access.ts";
import { isAtomic } from "./access.ts";
import { UNKNOWN } from "./knowledge.ts";
import { Walk } from "./walk.ts";
import { YES } from "./window.ts";

/** Finds CPUs that have done the first half only. */
export class Reservations extends Walk {
  private space = 0;
  private owner = 0;
  private isBroken = false;

  /** Whether a store of a CPU comes between the halves of an atomic of another one. */
  breaks(lane: number, { space, owner }: Access): boolean {
    this.space = space;
    this.owner = owner;
    this.isBroken = false;
    for (let other = 0; other < this.s.lanes && !this.isBroken; other++) {
      if (other !== lane && this.mayHold(other)) this.walk(other, this.s.levelOf(other));
    }
    return this.isBroken;
  }

  private mayHold(lane: number): boolean {
    if (!this.s.runsAhead(lane)) return false;
    this.items.read(this.s, lane);
    for (let i = 0; i < this.items.count; i++) if (this.items.kinds[i] === YES) return true;
    return false;
  }

  protected takesItem(): boolean {
    return this.isRecorded();
  }

  protected decided(): boolean {
    return true;
  }

  protected guess(): number | undefined {
    return this.items.kinds[this.item];
  }

  protected visit({ kind, space, owner, place, instruction }: Access): boolean {
    const isHalf = kind === YES && isAtomic(instruction) && place !== UNKNOWN;
    if (isHalf && space === this.space && owner === this.owner) this.isBroken = true;
    return true;
  }

  protected choose(): void {
    // Nothing is offered here.
  }
}
