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
/** Bytes of a place: three numbers, then the text with its line feed; longer ones are not kept. */
const width = 256;
const eventAt = 4;
const recordAt = 8;
const textAt = 12;
const room = width - textAt;
/** Bytes of a beginning; those of a short text reach into the next line. */
export const beginning = 64;
/** Places for beginnings. */
const beginningBits = 12;

/** Events and records by text. */
export class EventCache {
  #slots = fewSlots;
  #places = new DataView(new ArrayBuffer(width * fewSlots));
  /** By the hash of a beginning: the slot of the last text that began so. */
  readonly #latest = new Int32Array(2 ** beginningBits);
  /** By the hash of a beginning: a second hash of the last one whose text was not kept. */
  readonly #passed = new Int32Array(2 ** beginningBits);
  #begun = -1;
  #beginning = 0;
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
    this.#beginning = both;
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
    const slot = hash & (this.#slots - 1);
    this.#slot = slot;
    if (this.#stands(slot, words, start, end)) return this.#found(slot, start);
    const other = slot ^ 1;
    return this.#stands(other, words, start, end) && this.#found(other, start);
  }

  /** Keeps what the text stands for that the last search did not find. */
  keep({ at }: Bytes, start: number, event: number, record: number): void {
    const length = this.end - start;
    if (length >= room) return;
    if (++this.#kept > fewSlots / 2 && this.#slots === fewSlots) this.#grow();
    const first = this.#slot;
    const isFree = this.#lengthAt(first) === 0;
    this.#turn ^= 1;
    const slot = isFree ? first : this.#lengthAt(first ^ 1) === 0 ? first ^ 1 : first ^ this.#turn;
    const place = slot * width;
    const places = this.#places;
    places.setInt32(place, length, true);
    places.setInt32(place + eventAt, event, true);
    places.setInt32(place + recordAt, record, true);
    const text = place + textAt;
    for (let index = 0; index < length; index++) places.setUint8(text + index, at[start + index]!);
    places.setUint8(text + length, 10);
    if (this.#begun >= 0) this.#latest[this.#begun] = slot;
  }

  /**
   * Whether the beginning of the last search that failed is the one before it that came to the same
   * place. A text that only its second occurrence keeps costs little where none occurs twice.
   */
  isRepeated(): boolean {
    const begun = this.#begun;
    if (begun < 0) return false;
    const isSame = this.#passed[begun] === this.#beginning;
    this.#passed[begun] = this.#beginning;
    return isSame;
  }

  /** Takes what a slot says. */
  #found(slot: number, start: number): true {
    const place = slot * width;
    this.event = this.#places.getInt32(place + eventAt, true);
    this.record = this.#places.getInt32(place + recordAt, true);
    this.end = start + this.#places.getInt32(place, true);
    if (this.#begun >= 0) this.#latest[this.#begun] = slot;
    return true;
  }

  /** More places, all of them free: what was kept is decoded once more. */
  #grow(): void {
    this.#slots = manySlots;
    this.#places = new DataView(new ArrayBuffer(width * manySlots));
    this.#slot = this.#hash & (manySlots - 1);
  }

  /** Length of the text of a slot; 0 where none is kept. */
  #lengthAt(slot: number): number {
    return this.#places.getInt32(slot * width, true);
  }

  /** Whether the text of a slot and its line feed stand at `start`. */
  #stands(slot: number, words: DataView, start: number, end: number): boolean {
    const kept = slot * width + textAt;
    const texts = this.#places;
    const length = texts.getInt32(kept - textAt, true);
    const last = length - 3;
    if (last < 0 || start + length >= end) return false;
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
}
