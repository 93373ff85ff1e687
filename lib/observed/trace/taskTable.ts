/**
 * Command names as the kernel prints them: right-aligned in 16 columns. The 16 bytes are looked up
 * as four words, without making a text of them.
 */
import { type Bytes, textIn } from "./bytes.ts";
import type { NameTable } from "./names.ts";

const width = 16;

/** From a command name in 16 columns to its number in a table of names. */
export class TaskTable {
  readonly #names: NameTable;
  #keys = new Int32Array(4 * 64);
  #numbers = new Int32Array(64).fill(-1);
  #used = 0;

  constructor(names: NameTable) {
    this.#names = names;
  }

  /** Number of the name in the 16 bytes from `start`, or -1 when a line ends among them. */
  find({ at, words }: Bytes, start: number): number {
    const a = words.getInt32(start, true);
    const b = words.getInt32(start + 4, true);
    const c = words.getInt32(start + 8, true);
    const d = words.getInt32(start + 12, true);
    const keys = this.#keys;
    const slots = this.#numbers.length - 1;
    let slot = mix(a, b, c, d) & slots;
    for (;;) {
      const number = this.#numbers[slot]!;
      if (number < 0) break;
      const key = 4 * slot;
      if (keys[key] === a && keys[key + 1] === b && keys[key + 2] === c && keys[key + 3] === d) {
        return number;
      }
      slot = (slot + 1) & slots;
    }
    return this.#add(at, start, slot, a, b, c, d);
  }

  #add(
    at: Uint8Array,
    start: number,
    slot: number,
    ...key: readonly [number, number, number, number]
  ): number {
    for (let index = start; index < start + width; index++) if (at[index] === 10) return -1;
    const refused = this.#names.refused;
    const number = this.#names.number(textIn(at, start, start + width).trim());
    if (this.#names.refused > refused) return number;
    this.#keys.set(key, 4 * slot);
    this.#numbers[slot] = number;
    if (++this.#used > this.#numbers.length / 2) this.#grow();
    return number;
  }

  #grow(): void {
    const keys = this.#keys;
    const numbers = this.#numbers;
    const slots = 2 * numbers.length;
    this.#keys = new Int32Array(4 * slots);
    this.#numbers = new Int32Array(slots).fill(-1);
    numbers.forEach((number, old) => {
      if (number < 0) return;
      const key = keys.subarray(4 * old, 4 * old + 4);
      let slot = mix(key[0]!, key[1]!, key[2]!, key[3]!) & (slots - 1);
      while (this.#numbers[slot]! >= 0) slot = (slot + 1) & (slots - 1);
      this.#numbers[slot] = number;
      this.#keys.set(key, 4 * slot);
    });
  }
}

function mix(a: number, b: number, c: number, d: number): number {
  let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca77);
  hash ^= Math.imul(c, 0xc2b2ae3d) ^ Math.imul(d, 0x27d4eb2f);
  return hash ^ (hash >>> 15);
}
