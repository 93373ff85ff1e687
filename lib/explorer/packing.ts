/** States without unused bits: at hand, blocks of CPUs begin at words; stored, they do not. */

/** Moves words of which only the low bits are used behind one another, and back. */
export class Packing {
  /** Words of a packed state, at least 1. */
  readonly size: number;
  /** Bits in use, by word; where each begins in the packed words: word and shift. */
  private readonly used: Int32Array;
  private readonly to: Int32Array;
  private readonly shift: Int32Array;

  constructor(used: Int32Array) {
    this.used = used;
    this.to = new Int32Array(used.length);
    this.shift = new Int32Array(used.length);
    let bit = 0;
    used.forEach((bits, i) => {
      this.to[i] = bit >>> 5;
      this.shift[i] = bit & 31;
      bit += bits;
    });
    this.size = Math.max(1, (bit + 31) >>> 5);
  }

  pack(words: Int32Array, packed: Int32Array): void {
    const { used, to, shift } = this;
    for (let i = 0; i < packed.length; i++) packed[i] = 0;
    for (let i = 0; i < used.length; i++) {
      const word = words[i]!;
      const at = to[i]!;
      const left = shift[i]!;
      packed[at] = packed[at]! | (word << left);
      if (left + used[i]! > 32) packed[at + 1] = word >>> (32 - left);
    }
  }

  unpack(packed: Int32Array, from: number, words: Int32Array): void {
    const { used, to, shift } = this;
    for (let i = 0; i < used.length; i++) {
      const bits = used[i]!;
      const at = from + to[i]!;
      const right = shift[i]!;
      let word = packed[at]! >>> right;
      if (right + bits > 32) word |= packed[at + 1]! << (32 - right);
      words[i] = bits === 32 ? word : word & ~(-1 << bits);
    }
  }
}
