/** The states found so far, packed one behind the other, and an index that finds equal ones. */

/** States in order of discovery; the array of states is the queue of a breadth-first search. */
export class StateTable {
  count = 0;
  private readonly size: number;
  private states: Int32Array;
  private parents: Int32Array;
  /** Open addressing at most half full: state + 1, or 0. */
  private index: Int32Array;

  /** `size`: words of a state. */
  constructor(size: number) {
    this.size = size;
    this.states = new Int32Array(size * 1024);
    this.parents = new Int32Array(1024);
    this.index = new Int32Array(4096);
  }

  /** Bytes in use: states, parents and index. */
  get bytes(): number {
    return this.states.byteLength + this.parents.byteLength + this.index.byteLength;
  }

  /** Adds a state unless it is known; returns whether it was new. */
  add(words: Int32Array, parent: number): boolean {
    const { size, states, index } = this;
    const mask = index.length - 1;
    let place = hashOf(words, 0, size) & mask;
    for (let entry = index[place]!; entry !== 0; entry = index[place]!) {
      const at = (entry - 1) * size;
      let i = 0;
      while (i < size && states[at + i] === words[i]) i++;
      if (i === size) return false;
      place = (place + 1) & mask;
    }
    this.append(words, parent);
    index[place] = this.count;
    if (2 * this.count > index.length) this.growIndex();
    return true;
  }

  /** Copies a state into `words`. */
  read(state: number, words: Int32Array): void {
    const { size, states } = this;
    const at = state * size;
    for (let i = 0; i < size; i++) words[i] = states[at + i]!;
  }

  /** The state from which a state was found first; −1 for the first one. */
  parentOf(state: number): number {
    return this.parents[state]!;
  }

  /** The number of a state; −1 when it is unknown. */
  find(words: Int32Array): number {
    const { size, states, index } = this;
    const mask = index.length - 1;
    let place = hashOf(words, 0, size) & mask;
    for (let entry = index[place]!; entry !== 0; entry = index[place]!) {
      const at = (entry - 1) * size;
      let i = 0;
      while (i < size && states[at + i] === words[i]) i++;
      if (i === size) return entry - 1;
      place = (place + 1) & mask;
    }
    return -1;
  }

  private append(words: Int32Array, parent: number): void {
    if (this.count === this.parents.length) this.growStates();
    this.states.set(words, this.count * this.size);
    this.parents[this.count] = parent;
    this.count++;
  }

  private growStates(): void {
    const more = Math.ceil(1.5 * this.parents.length);
    const states = new Int32Array(more * this.size);
    states.set(this.states);
    this.states = states;
    const parents = new Int32Array(more);
    parents.set(this.parents);
    this.parents = parents;
  }

  private growIndex(): void {
    const index = new Int32Array(2 * this.index.length);
    const mask = index.length - 1;
    for (let state = 0; state < this.count; state++) {
      let place = hashOf(this.states, state * this.size, this.size) & mask;
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
