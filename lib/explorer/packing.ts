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

  /** Packs a state; returns the hash of the packed words, see {@link hashOf}. */
  pack(words: Int32Array, packed: Int32Array): number {
    const { used, shift } = this;
    let hash = 0;
    let at = 0;
    let open = 0;
    for (let i = 0; i < used.length; i++) {
      const word = words[i]!;
      const left = shift[i]!;
      const end = left + used[i]!;
      open |= word << left;
      if (end < 32) continue;
      packed[at++] = open;
      hash = mixed(hash, open);
      open = end > 32 ? word >>> (32 - left) : 0;
    }
    if (at < packed.length) {
      packed[at] = open;
      hash = mixed(hash, open);
    }
    return ended(hash);
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

/** The hash of some words: every bit of them matters to every bit of it. */
export function hashOf(words: Int32Array, from: number, size: number): number {
  let hash = 0;
  for (let i = 0; i < size; i++) hash = mixed(hash, words[from + i]!);
  return ended(hash);
}

function mixed(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, 0x9e3779b1);
  return product ^ (product >>> 15);
}

function ended(hash: number): number {
  const product = Math.imul(hash, 0x85ebca6b);
  return product ^ (product >>> 13);
}
