/** A window after something new was found: guesses are settled, and wrong ones rule it out. */
import type { ExplorerState } from "../state.ts";
import type { Access } from "./access.ts";
import { isUndone } from "./coherence.ts";
import { UNKNOWN } from "./knowledge.ts";
import { Walk } from "./walk.ts";
import { Items, WAITING } from "./window.ts";

/** Walks through the items of a window as they are proposed, and keeps what they still say. */
export class Revision extends Walk {
  /** The window as it is to be kept. */
  readonly kept: Items = new Items();
  private fresh = -1;

  constructor(s: ExplorerState) {
    super(s);
  }

  /**
   * Revises items of which `fresh` is new. False: a guess was wrong, or something was found too
   * early; the state in which that was not done is another one, and this one leads nowhere.
   */
  revise(lane: number, level: number, items: Items, fresh: number): boolean {
    this.items.copy(items);
    this.kept.count = 0;
    this.fresh = fresh;
    return this.walk(lane, level);
  }

  protected takesItem(): boolean {
    return this.isRecorded();
  }

  protected decided(kind: number): boolean {
    if (!this.isRecorded() || this.items.ordinals[this.item] !== this.ordinal) return true;
    return this.items.kinds[this.item++] === kind;
  }

  protected guess(): number {
    this.kept.push(this.items, this.item);
    return this.items.kinds[this.item]!;
  }

  protected visit(access: Access): boolean {
    access.isNewlyLocated = access.place !== UNKNOWN && !this.items.located[this.item]!;
    return !isUndone(this.accesses, this.accesses.length - 1, this.fresh);
  }

  protected choose(): void {}

  protected override keep(): void {
    this.kept.push(this.items, this.item);
    super.keep();
  }

  protected override wait(): void {
    this.items.set(this.item, WAITING, 0, 0);
    this.kept.push(this.items, this.item);
    super.wait();
  }
}
