/**
 * Where everything that changes is kept: fields of a few bits, packed into 32-bit words. All that
 * belongs to a CPU, what others note about it included, is one block of words, so that equal CPUs
 * can be exchanged by exchanging their blocks.
 */
import { tooLarge } from "../base/messages.ts";

/** Where a field's shift begins in its place. */
export const SHIFT_AT = 10;
/** Where its number of bits begins. */
export const BITS_AT = 15;

/** Most words of a state. */
const MAX_WORDS = 1 << 10;

/** Fields by number: word, shift, bits. */
export class Layout {
  private readonly places: number[] = [];
  /** Bits in use, by word. */
  private readonly used: number[] = [];
  private nextWord = 0;
  private nextBit = 0;

  /** Begins a new word: the start of the next block. */
  align(): number {
    if (this.nextBit > 0) {
      this.nextWord++;
      this.nextBit = 0;
    }
    return this.nextWord;
  }

  /** A new field of that many bits, 0…30; its number. A field of no bits holds 0 for ever. */
  field(bits: number): number {
    if (this.nextBit + bits > 32) this.align();
    if (this.nextWord >= MAX_WORDS) {
      throw tooLarge("words of a state", this.nextWord + 1, `at most ${MAX_WORDS}`);
    }
    const word = bits === 0 ? 0 : this.nextWord;
    this.places.push(word | (this.nextBit << SHIFT_AT) | (bits << BITS_AT));
    this.nextBit += bits;
    if (bits > 0) this.used[this.nextWord] = this.nextBit;
    if (this.nextBit === 32) this.align();
    return this.places.length - 1;
  }

  /** Several fields of equal width; the number of the first one. */
  fields(count: number, bits: number): number {
    const first = this.places.length;
    for (let i = 0; i < count; i++) this.field(bits);
    return first;
  }

  /** The finished tables. */
  finish(): FieldTable {
    return {
      size: this.align(),
      places: Int32Array.from(this.places),
      used: Int32Array.from(this.used),
    };
  }
}

/** All fields, and the words they are in. */
export interface FieldTable {
  /** Words of a state. */
  readonly size: number;
  /** Field by number: word, shift from {@link SHIFT_AT} on, bits from {@link BITS_AT} on. */
  readonly places: Int32Array;
  /** Bits in use, by word; the others are 0 for ever. */
  readonly used: Int32Array;
}

/** Bits that tell `count` things apart, at least 1. */
export function bitsFor(count: number): number {
  let bits = 1;
  while (1 << bits < count) bits++;
  return bits;
}
