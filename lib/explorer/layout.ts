/**
 * Where everything that changes is kept: fields of a few bits, packed into 32-bit words. All that
 * belongs to a CPU, what others note about it included, is one block of words, so that equal CPUs
 * can be exchanged by exchanging their blocks.
 */

/** Fields by number: word, shift, mask. */
export class Layout {
  /** Words before the first block. */
  globalWords = 0;
  /** Words of one CPU's block. */
  blockWords = 0;
  private readonly words: number[] = [];
  private readonly shifts: number[] = [];
  private readonly masks: number[] = [];
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

  /** A new field of that many bits, 1…30; its number. */
  field(bits: number): number {
    if (this.nextBit + bits > 32) this.align();
    this.words.push(this.nextWord);
    this.shifts.push(this.nextBit);
    this.masks.push((1 << bits) - 1);
    this.nextBit += bits;
    if (this.nextBit === 32) this.align();
    return this.words.length - 1;
  }

  /** Several fields of equal width; the number of the first one. */
  fields(count: number, bits: number): number {
    const first = this.words.length;
    for (let i = 0; i < count; i++) this.field(bits);
    return first;
  }

  /** The finished tables. */
  finish(): FieldTable {
    return {
      size: this.align(),
      word: Int32Array.from(this.words),
      shift: Int32Array.from(this.shifts),
      mask: Int32Array.from(this.masks),
    };
  }
}

/** All fields: in which word each is, how far it is shifted, and its mask before shifting. */
export interface FieldTable {
  /** Words of a state. */
  readonly size: number;
  readonly word: Int32Array;
  readonly shift: Int32Array;
  readonly mask: Int32Array;
}

/** Bits that tell `count` things apart, at least 1. */
export function bitsFor(count: number): number {
  let bits = 1;
  while (1 << bits < count) bits++;
  return bits;
}
