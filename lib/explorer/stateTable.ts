/** The states found so far, packed one behind the other, and an index that finds equal ones. */
import type { FieldTable } from "./layout.ts";
import { hashOf, Packing } from "./packing.ts";

/** States of a chunk: memory is taken chunk by chunk, so that growing copies nothing. */
const CHUNK_BITS = 14;
const CHUNK = 1 << CHUNK_BITS;

/** Places of the index at the start. */
const FIRST_INDEX = 1 << 12;

/** States in order of discovery; the array of states is the queue of a breadth-first search. */
export class StateTable {
  count = 0;
  /** A new state was not added, because there was no room for it within the bytes allowed. */
  isFull = false;
  /** Words of a packed state. */
  readonly size: number;
  private readonly packing: Packing;
  private readonly packed: Int32Array;
  private readonly chunks: Int32Array[] = [];
  private readonly parents: Int32Array[] = [];
  private readonly marks: Uint8Array[] = [];
  /**
   * Open addressing at most half full: state + 1, or 0. As many low bits as name a place hold that;
   * those above hold what the state's hash has there, so that few others are compared with it.
   */
  private index: Int32Array = new Int32Array(FIRST_INDEX);
  private readonly maxBytes: number;

  /** `maxBytes`: of states, parents, marks and index, at any time; with more it would be full. */
  constructor(fields: FieldTable, maxBytes: number = Number.POSITIVE_INFINITY) {
    this.packing = new Packing(fields.used);
    this.size = this.packing.size;
    this.packed = new Int32Array(this.size);
    this.maxBytes = maxBytes;
  }

  /** Bytes in use: states, parents, marks and index. */
  get bytes(): number {
    return this.chunks.length * this.chunkBytes + 4 * this.index.length;
  }

  private get chunkBytes(): number {
    return CHUNK * (4 * this.size + 5);
  }

  /** Adds a state unless it is known; returns its number, −1 when it is full. */
  add(words: Int32Array, parent: number): number {
    const { packed } = this;
    const hash = this.packing.pack(words, packed);
    const place = this.placeOf(packed, hash);
    const entry = this.index[place]!;
    if (entry !== 0) return (entry & (this.index.length - 1)) - 1;
    if (!this.hasRoom()) {
      this.isFull = true;
      return -1;
    }
    this.append(packed, parent);
    this.index[place] = (hash & -this.index.length) | this.count;
    if (2 * this.count >= this.index.length) this.growIndex();
    return this.count - 1;
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

  /** Marks a state; what that means is up to the search. */
  mark(state: number): void {
    this.marks[state >>> CHUNK_BITS]![state & (CHUNK - 1)] = 1;
  }

  isMarked(state: number): boolean {
    return this.marks[state >>> CHUNK_BITS]![state & (CHUNK - 1)] === 1;
  }

  /** The number of a state; −1 when it is unknown. */
  find(words: Int32Array): number {
    const { packed, index } = this;
    const entry = index[this.placeOf(packed, this.packing.pack(words, packed))]!;
    return (entry & (index.length - 1)) - 1;
  }

  /** Where in the index a packed state is, or would be. */
  private placeOf(packed: Int32Array, hash: number): number {
    const { size, chunks, index } = this;
    const mask = index.length - 1;
    let place = hash & mask;
    for (let entry = index[place]!; entry !== 0; entry = index[place]!) {
      if (((entry ^ hash) & ~mask) === 0) {
        const state = (entry & mask) - 1;
        const chunk = chunks[state >>> CHUNK_BITS]!;
        const at = (state & (CHUNK - 1)) * size;
        let i = 0;
        while (i < size && chunk[at + i] === packed[i]) i++;
        if (i === size) return place;
      }
      place = (place + 1) & mask;
    }
    return place;
  }

  /** Whether one more state fits: it may take a new chunk, and then an index beside the old one. */
  private hasRoom(): boolean {
    const { count, index, maxBytes } = this;
    const needsChunk = (count & (CHUNK - 1)) === 0;
    const needsIndex = 2 * (count + 1) >= index.length;
    if (!needsChunk && !needsIndex) return true;
    const chunk = needsChunk ? this.chunkBytes : 0;
    return this.bytes + chunk + (needsIndex ? 8 * index.length : 0) <= maxBytes;
  }

  private append(packed: Int32Array, parent: number): void {
    const { size } = this;
    const within = this.count & (CHUNK - 1);
    if (within === 0) {
      this.chunks.push(new Int32Array(CHUNK * size));
      this.parents.push(new Int32Array(CHUNK));
      this.marks.push(new Uint8Array(CHUNK));
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
      const hash = hashOf(chunk, (state & (CHUNK - 1)) * size, size);
      let place = hash & mask;
      while (index[place] !== 0) place = (place + 1) & mask;
      index[place] = (hash & ~mask) | (state + 1);
    }
    this.index = index;
  }
}
