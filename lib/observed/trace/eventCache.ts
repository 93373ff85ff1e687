/**
 * Which text of an event, its name and arguments, stands for which event and record: a table of
 * limited size in which a text may have one of two places, and a later text may take the place of
 * an earlier one. Texts are compared byte by byte, a hash alone decides nothing.
 *
 * Most texts are the same as the last one that began alike. That one is compared first, with its
 * line feed: where it fits, neither a hash of the whole text nor the end of the line is wanted.
 */
import { type Bytes, hasNewline } from "./bytes.ts";

const fewSlots = 64;
const manySlots = 8192;
/** Bytes of the longest text that is kept, with its line feed; others are decoded each time. */
const room = 224;
/** Bytes of a beginning; those of a short text reach into the next line. */
const beginning = 64;
/** Places for beginnings. */
const beginningBits = 12;

/** Events and records by text. */
export class EventCache {
  #slots = fewSlots;
  #hashes = new Int32Array(fewSlots);
  #lengths = new Int32Array(fewSlots).fill(-1);
  #events = new Int32Array(fewSlots);
  #records = new Int32Array(fewSlots);
  #texts = new Uint8Array(fewSlots * room);
  #words = new DataView(this.#texts.buffer);
  /** By the hash of a beginning: the slot of the last text that began so. */
  readonly #latest = new Int32Array(2 ** beginningBits);
  #begun = -1;
  #kept = 0;
  #slot = 0;
  #hash = 0;
  #turn = 0;
  /** What the last search found. */
  event = 0;
  record = 0;
  /** Where the text of the last search ends: at its line feed, or at the end of the bytes. */
  end = 0;

  /**
   * Whether the text from `start` to the end of its line is the last one that began alike. Where it
   * is not, {@link find} may know it.
   */
  recall({ words }: Bytes, start: number, end: number): boolean {
    this.#begun = -1;
    if (start + beginning > end) return false;
    // Two sums side by side: a processor multiplies faster than it waits for one product.
    let even = words.getInt32(start, true);
    let odd = words.getInt32(start + 12, true);
    for (let index = start + 16; index < start + beginning; index += 8) {
      even = Math.imul(even ^ words.getInt32(index, true), 0x85ebca6b);
      odd = Math.imul(odd ^ words.getInt32(index + 4, true), 0x2c1b3c6d);
    }
    const both = even ^ (even >>> 16) ^ Math.imul(odd ^ (odd >>> 16), 0x9e3779b1);
    // The highest bits depend on all others.
    const begun = Math.imul(both, 0x85ebca6b) >>> (32 - beginningBits);
    this.#begun = begun;
    const slot = this.#latest[begun]!;
    return this.#stands(slot, words, start, end) && this.#found(slot, start);
  }

  /** Whether the text from `start` to the end of its line is here. */
  find(bytes: Bytes, start: number, end: number): boolean {
    const { at, words } = bytes;
    let even = 0;
    let odd = 0;
    let index = start;
    const last = end - 8;
    while (index <= last) {
      const left = words.getInt32(index, true);
      if (hasNewline(left) !== 0) break;
      even = Math.imul(even ^ left, 0x85ebca6b);
      const right = words.getInt32(index + 4, true);
      if (hasNewline(right) !== 0) {
        index += 4;
        break;
      }
      odd = Math.imul(odd ^ right, 0x2c1b3c6d);
      index += 8;
    }
    let hash = even ^ (even >>> 15) ^ Math.imul(odd ^ (odd >>> 16), 0x9e3779b1);
    for (; index < end; index++) {
      const code = at[index]!;
      if (code === 10) break;
      hash = Math.imul(hash ^ code, 0x01000193);
    }
    hash ^= hash >>> 13;
    this.end = index;
    this.#hash = hash;
    const length = index - start;
    const slot = hash & (this.#slots - 1);
    this.#slot = slot;
    if (this.#isAt(slot, bytes, start, length)) return this.#found(slot, start);
    const other = slot ^ 1;
    return this.#isAt(other, bytes, start, length) && this.#found(other, start);
  }

  /** Keeps what the text stands for that the last search did not find. */
  keep({ at }: Bytes, start: number, event: number, record: number): void {
    const length = this.end - start;
    if (length >= room) return;
    if (++this.#kept > fewSlots / 2 && this.#slots === fewSlots) this.#grow();
    const first = this.#slot;
    const isFree = this.#lengths[first]! < 0;
    this.#turn ^= 1;
    const slot = isFree ? first : this.#lengths[first ^ 1]! < 0 ? first ^ 1 : first ^ this.#turn;
    const kept = slot * room;
    for (let index = 0; index < length; index++) this.#texts[kept + index] = at[start + index]!;
    this.#texts[kept + length] = 10;
    this.#hashes[slot] = this.#hash;
    this.#lengths[slot] = length;
    this.#events[slot] = event;
    this.#records[slot] = record;
    if (this.#begun >= 0) this.#latest[this.#begun] = slot;
  }

  /** Takes what a slot says. */
  #found(slot: number, start: number): true {
    this.event = this.#events[slot]!;
    this.record = this.#records[slot]!;
    this.end = start + this.#lengths[slot]!;
    if (this.#begun >= 0) this.#latest[this.#begun] = slot;
    return true;
  }

  /** More places, all of them free: what was kept is decoded once more. */
  #grow(): void {
    this.#slots = manySlots;
    this.#hashes = new Int32Array(manySlots);
    this.#lengths = new Int32Array(manySlots).fill(-1);
    this.#events = new Int32Array(manySlots);
    this.#records = new Int32Array(manySlots);
    this.#texts = new Uint8Array(manySlots * room);
    this.#words = new DataView(this.#texts.buffer);
    this.#slot = this.#hash & (manySlots - 1);
  }

  /** Whether the text of a slot and its line feed stand at `start`. */
  #stands(slot: number, words: DataView, start: number, end: number): boolean {
    const length = this.#lengths[slot]!;
    const last = length - 3;
    if (last < 0 || start + length >= end) return false;
    const kept = slot * room;
    const texts = this.#words;
    let index = 0;
    for (; index <= last - 4; index += 8) {
      const left = texts.getInt32(kept + index, true) ^ words.getInt32(start + index, true);
      const right =
        texts.getInt32(kept + index + 4, true) ^ words.getInt32(start + index + 4, true);
      if ((left | right) !== 0) return false;
    }
    if (
      index < last &&
      texts.getInt32(kept + index, true) !== words.getInt32(start + index, true)
    ) {
      return false;
    }
    return texts.getInt32(kept + last, true) === words.getInt32(start + last, true);
  }

  /** Whether a slot has the text of `length` bytes at `start`, whose hash was computed. */
  #isAt(slot: number, { at, words }: Bytes, start: number, length: number): boolean {
    if (this.#hashes[slot] !== this.#hash || this.#lengths[slot] !== length) return false;
    const kept = slot * room;
    let index = 0;
    for (; index <= length - 4; index += 4) {
      const word = words.getInt32(start + index, true);
      if (this.#words.getInt32(kept + index, true) !== word) return false;
    }
    for (; index < length; index++) {
      if (this.#texts[kept + index] !== at[start + index]) return false;
    }
    return true;
  }
}
