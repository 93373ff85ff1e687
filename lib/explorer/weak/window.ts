/**
 * What a CPU has done ahead of its oldest waiting instruction. From that instruction on, an item
 * stands for each access, choice, and branch whose outcome was not known when something behind it
 * was done: waiting, done (with what was found), or guessed. The last item is never a waiting one,
 * so that a CPU which is in step has none. Everything else about the window follows from these:
 * registers, addresses and values are worked out again from the oldest instruction on.
 */
import type { ExplorerState } from "../state.ts";
import { maskOf } from "./knowledge.ts";

/** Fetched, and not done. */
export const WAITING = 0;
/** Done. */
export const DONE = 1;
/** A branch: the relation is taken to hold; a loop: a CPU is left; an atomic: it has read. */
export const YES = 2;
/** A branch: taken not to hold; a loop, a cross call: nobody left; an atomic: it will not store. */
export const NO = 3;

/** The items of one CPU; what has been found is a number of the dictionary, a state, or a mask. */
export class Items {
  count = 0;
  readonly kinds: number[] = [];
  readonly numbers: number[] = [];
  readonly masks: number[] = [];
  /** How many instructions after the oldest one the item belongs to. */
  readonly ordinals: number[] = [];
  /** Whether the location of the access was known. */
  readonly located: boolean[] = [];

  set(i: number, kind: number, number: number, mask: number): void {
    this.kinds[i] = kind;
    this.numbers[i] = number;
    this.masks[i] = mask;
  }

  /** Puts an item of another list at the end of this one. */
  push(from: Items, i: number): void {
    this.move(this.count++, from, i);
  }

  copy(from: Items): void {
    this.count = from.count;
    for (let i = 0; i < from.count; i++) this.move(i, from, i);
  }

  /** Takes the first item away. */
  shift(): void {
    for (let i = 1; i < this.count; i++) this.move(i - 1, this, i);
    this.count--;
  }

  read(s: ExplorerState, lane: number): void {
    const { window, windowMasks } = s.fields.lanes[lane]!;
    this.count = window < 0 ? 0 : s.get(window);
    for (let i = 0; i < this.count; i++) {
      const mask = windowMasks < 0 ? 0 : maskOf(s, windowMasks + i);
      this.set(i, s.get(window + 1 + 2 * i), s.get(window + 2 + 2 * i), mask);
    }
  }

  write(s: ExplorerState, lane: number): void {
    const { window, windowMasks } = s.fields.lanes[lane]!;
    const before = s.get(window);
    s.set(window, this.count);
    for (let i = 0; i < Math.max(before, this.count); i++) {
      const isUsed = i < this.count;
      s.set(window + 1 + 2 * i, isUsed ? this.kinds[i]! : 0);
      s.set(window + 2 + 2 * i, isUsed ? this.numbers[i]! : 0);
      if (windowMasks < 0) continue;
      const mask = isUsed ? this.masks[i]! : 0;
      for (let other = 0; other < s.lanes; other++) {
        s.setNote(windowMasks + i, other, ((mask >>> other) & 1) as 0 | 1);
      }
    }
  }

  private move(to: number, from: Items, i: number): void {
    this.set(to, from.kinds[i]!, from.numbers[i]!, from.masks[i]!);
    this.ordinals[to] = from.ordinals[i]!;
    this.located[to] = from.located[i]!;
  }
}
