/**
 * Which text of arguments stands for which record: a table of fixed size in which a later text may
 * take the place of an earlier one. Texts are compared byte by byte, a hash alone decides nothing.
 */
import { type Bytes, hasNewline } from "./bytes.ts";

const slots = 8192;
/** Bytes of the longest text that is kept; longer ones are decoded each time. */
const room = 192;

/** Record numbers by event and text. */
export class ArgumentCache {
  readonly #hashes = new Int32Array(slots);
  readonly #lengths = new Int32Array(slots).fill(-1);
  readonly #records = new Int32Array(slots);
  readonly #events = new Int32Array(slots);
  readonly #texts = new Uint8Array(slots * room);
  readonly #words = new DataView(this.#texts.buffer);
  #slot = 0;
  #hash = 0;
  /** Where the text of the last search ends: at its line feed, or at the end of the bytes. */
  end = 0;

  /** The record of the text from `start` to the end of its line, or -1 when it is not here. */
  find(bytes: Bytes, event: number, start: number, end: number): number {
    const { at, words } = bytes;
    let hash = Math.imul(event + 1, 0x9e3779b1);
    let index = start;
    const last = end - 4;
    while (index <= last) {
      const word = words.getInt32(index, true);
      if (hasNewline(word) !== 0) break;
      hash = Math.imul(hash ^ word, 0x85ebca6b);
      hash ^= hash >>> 15;
      index += 4;
    }
    for (; index < end; index++) {
      const code = at[index]!;
      if (code === 10) break;
      hash = Math.imul(hash ^ code, 0x01000193);
    }
    hash ^= hash >>> 13;
    this.end = index;
    this.#hash = hash;
    const slot = hash & (slots - 1);
    this.#slot = slot;
    const length = index - start;
    if (this.#hashes[slot] !== hash || this.#lengths[slot] !== length) return -1;
    if (this.#events[slot] !== event || !this.#holds(bytes, start, length)) return -1;
    return this.#records[slot]!;
  }

  /** Keeps the record of the text that the last search did not find. */
  keep({ at }: Bytes, event: number, start: number, record: number): void {
    const length = this.end - start;
    if (length > room) return;
    const slot = this.#slot;
    this.#texts.set(at.subarray(start, this.end), slot * room);
    this.#hashes[slot] = this.#hash;
    this.#lengths[slot] = length;
    this.#events[slot] = event;
    this.#records[slot] = record;
  }

  #holds({ at, words }: Bytes, start: number, length: number): boolean {
    const kept = this.#slot * room;
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
