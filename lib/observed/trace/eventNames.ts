/** Names of events by number, found by their bytes. */
import { type Bytes, textIn } from "./bytes.ts";
import { maxNames, NameTable } from "./names.ts";

/** Longest name that is looked up by its bytes. */
const room = 64;

/** Places of the memory for names as lines have them, with the subsystem and ": ". */
const memoSlots = 256;
/** Neighbouring places of names that begin with the same twelve bytes. */
const memoWays = 8;

/** Event names; number 0 is the empty one, which no event has. */
export class EventNames {
  readonly #names = new NameTable();
  /** By slot: the hash, the length, the number of the name, and its bytes. */
  #hashes = new Int32Array(64);
  #lengths = new Uint8Array(64);
  #numbers = new Int32Array(64).fill(-1);
  #texts = new Uint8Array(64 * room);
  #used = 0;
  readonly #memoNumbers = new Int32Array(memoSlots).fill(-1);
  readonly #memoLengths = new Uint8Array(memoSlots);
  readonly #memoTexts = new Uint8Array(memoSlots * room);
  readonly #memoWords = new DataView(this.#memoTexts.buffer);
  #memoPlace = 0;
  /** Where the arguments begin that stand behind the name which {@link recall} found. */
  behind = 0;

  /**
   * The number of a name that begins at `start` and stood there before with the same blank behind
   * it, or -1. At least twelve bytes must follow `start`.
   */
  recall({ words }: Bytes, start: number, end: number): number {
    const first = words.getInt32(start, true);
    const second = words.getInt32(start + 4, true);
    const third = words.getInt32(start + 8, true);
    let hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca77);
    hash ^= Math.imul(third, 0xc2b2ae3d);
    const place = (hash ^ (hash >>> 16)) & (memoSlots - memoWays);
    this.#memoPlace = place;
    for (let slot = place; slot < place + memoWays; slot++) {
      const length = this.#memoLengths[slot]!;
      if (length === 0) return -1;
      if (start + length > end || !this.#isRemembered(words, start, slot, length)) continue;
      this.behind = start + length;
      return this.#memoNumbers[slot]!;
    }
    return -1;
  }

  /** Remembers the bytes from `start` to `behind` for the last name that was not recalled. */
  remember({ at }: Bytes, start: number, behind: number, number: number): void {
    const length = behind - start;
    if (length < 4 || length > room) return;
    let slot = this.#memoPlace;
    while (slot < this.#memoPlace + memoWays - 1 && this.#memoLengths[slot]! > 0) slot++;
    const kept = slot * room;
    for (let index = 0; index < length; index++) {
      this.#memoTexts[kept + index] = at[start + index]!;
    }
    this.#memoLengths[slot] = length;
    this.#memoNumbers[slot] = number;
  }

  /** Whether the text of a place stands at `start`; its last word may overlap the one before. */
  #isRemembered(words: DataView, start: number, slot: number, length: number): boolean {
    const kept = slot * room;
    const last = length - 4;
    for (let index = 0; index < last; index += 4) {
      if (this.#memoWords.getInt32(kept + index, true) !== words.getInt32(start + index, true)) {
        return false;
      }
    }
    return this.#memoWords.getInt32(kept + last, true) === words.getInt32(start + last, true);
  }

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
