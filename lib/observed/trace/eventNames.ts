/** Names of events by number, found by their bytes. */
import { textIn } from "./bytes.ts";
import { maxNames, NameTable } from "./names.ts";

/** Longest name that is looked up by its bytes. */
const room = 64;

/** Event names; number 0 is the empty one, which no event has. */
export class EventNames {
  readonly #names = new NameTable();
  /** By slot: the hash, the length, the number of the name, and its bytes. */
  #hashes = new Int32Array(256);
  #lengths = new Uint8Array(256);
  #numbers = new Int32Array(256).fill(-1);
  #texts = new Uint8Array(256 * room);
  #used = 0;

  /** The number of the name in `start`…`end`, whose hash is given. */
  find(at: Uint8Array, start: number, end: number, hash: number): number {
    const length = end - start;
    const slots = this.#numbers.length - 1;
    let slot = (hash ^ (hash >>> 15)) & slots;
    for (;;) {
      const number = this.#numbers[slot]!;
      if (number < 0) break;
      if (
        this.#hashes[slot] === hash &&
        this.#lengths[slot] === length &&
        this.#holds(slot, at, start, length)
      ) {
        return number;
      }
      slot = (slot + 1) & slots;
    }
    return this.#add(at, start, length, hash, slot);
  }

  /** The name of a number. */
  name(number: number): string {
    return this.#names.name(number);
  }

  /** All names by number. */
  list(): readonly string[] {
    return this.#names.list();
  }

  /** Number of names. */
  get size(): number {
    return this.#names.list().length;
  }

  #holds(slot: number, at: Uint8Array, start: number, length: number): boolean {
    const kept = slot * room;
    for (let index = 0; index < length; index++) {
      if (this.#texts[kept + index] !== at[start + index]) return false;
    }
    return true;
  }

  #add(at: Uint8Array, start: number, length: number, hash: number, slot: number): number {
    const number = this.#names.number(textIn(at, start, start + Math.min(length, 256)));
    if (length > room || this.#used >= maxNames / 2) return number;
    this.#numbers[slot] = number;
    this.#hashes[slot] = hash;
    this.#lengths[slot] = length;
    this.#texts.set(at.subarray(start, start + length), slot * room);
    if (2 * ++this.#used > this.#numbers.length) this.#grow();
    return number;
  }

  #grow(): void {
    const [numbers, hashes, lengths, texts] = [
      this.#numbers,
      this.#hashes,
      this.#lengths,
      this.#texts,
    ];
    const slots = 2 * numbers.length;
    this.#numbers = new Int32Array(slots).fill(-1);
    this.#hashes = new Int32Array(slots);
    this.#lengths = new Uint8Array(slots);
    this.#texts = new Uint8Array(slots * room);
    numbers.forEach((number, old) => {
      if (number < 0) return;
      const hash = hashes[old]!;
      let slot = (hash ^ (hash >>> 15)) & (slots - 1);
      while (this.#numbers[slot]! >= 0) slot = (slot + 1) & (slots - 1);
      this.#numbers[slot] = number;
      this.#hashes[slot] = hash;
      this.#lengths[slot] = lengths[old]!;
      this.#texts.set(texts.subarray(old * room, (old + 1) * room), slot * room);
    });
  }
}
