/** The states found so far, packed one behind the other, and an index that finds equal ones. */
import type { FieldTable } from "./layout.ts";
import { Packing } from "./packing.ts";

/** States of a chunk: memory is taken chunk by chunk, so that growing copies nothing. */
const CHUNK_BITS = 14;
const CHUNK = 1 << CHUNK_BITS;

/** States in order of discovery; the array of states is the queue of a breadth-first search. */
export class StateTable {
  count = 0;
  /** Words of a packed state. */
  readonly size: number;
  private readonly packing: Packing;
  private readonly packed: Int32Array;
  private readonly chunks: Int32Array[] = [];
  private readonly parents: Int32Array[] = [];
  /** Open addressing at most half full: state + 1, or 0. */
  private index: Int32Array;

  constructor(fields: FieldTable) {
    this.packing = new Packing(fields.used);
    this.size = this.packing.size;
    this.packed = new Int32Array(this.size);
    this.index = new Int32Array(4096);
  }

  /** Bytes in use: states, parents and index. */
  get bytes(): number {
    return 4 * (this.chunks.length * CHUNK * (this.size + 1) + this.index.length);
  }

  /** Adds a state unless it is known; returns whether it was new. */
  add(words: Int32Array, parent: number): boolean {
    const { packed } = this;
    this.packing.pack(words, packed);
    const place = this.placeOf(packed);
    if (this.index[place] !== 0) return false;
    this.append(packed, parent);
    this.index[place] = this.count;
    if (2 * this.count > this.index.length) this.growIndex();
    return true;
  }

  /** Copies a state into `words`. */
  read(state: number, words: Int32Array): void {
    this.packing.unpack(
      this.chunks[state >>> CHUNK_BITS]!,
      (state & (CHUNK - 1)) * this.size,
      words,
    );
  }

  /** The state from which a state was found first; −1 for the first one. */
  parentOf(state: number): number {
    return this.parents[state >>> CHUNK_BITS]![state & (CHUNK - 1)]!;
  }

  /** The number of a state; −1 when it is unknown. */
  find(words: Int32Array): number {
    this.packing.pack(words, this.packed);
    return this.index[this.placeOf(this.packed)]! - 1;
  }

  /** Where in the index a packed state is, or would be. */
  private placeOf(packed: Int32Array): number {
    const { size, chunks, index } = this;
    const mask = index.length - 1;
    let place = hashOf(packed, 0, size) & mask;
    for (let entry = index[place]!; entry !== 0; entry = index[place]!) {
      const chunk = chunks[(entry - 1) >>> CHUNK_BITS]!;
      const at = ((entry - 1) & (CHUNK - 1)) * size;
      let i = 0;
      while (i < size && chunk[at + i] === packed[i]) i++;
      if (i === size) return place;
      place = (place + 1) & mask;
    }
    return place;
  }

  private append(packed: Int32Array, parent: number): void {
    const { size } = this;
    const within = this.count & (CHUNK - 1);
    if (within === 0) {
      this.chunks.push(new Int32Array(CHUNK * size));
      this.parents.push(new Int32Array(CHUNK));
    }
    const chunk = this.chunks[this.count >>> CHUNK_BITS]!;
    for (let i = 0, at = within * size; i < size; i++) chunk[at + i] = packed[i]!;
    this.parents[this.count >>> CHUNK_BITS]![within] = parent;
    this.count++;
  }

  private growIndex(): void {
    const { size } = this;
    const index = new Int32Array(2 * this.index.length);
    const mask = index.length - 1;
    for (let state = 0; state < this.count; state++) {
      const chunk = this.chunks[state >>> CHUNK_BITS]!;
      let place = hashOf(chunk, (state & (CHUNK - 1)) * size, size) & mask;
      while (index[place] !== 0) place = (place + 1) & mask;
      index[place] = state + 1;
    }
    this.index = index;
  }
}

function hashOf(words: Int32Array, from: number, size: number): number {
  let hash = 0;
  for (let i = 0; i < size; i++) {
    hash = Math.imul(hash ^ words[from + i]!, 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash, 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
