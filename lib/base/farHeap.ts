/** Events too far ahead for the timing wheel: a 4-ary heap over typed arrays. */

/**
 * A priority queue of (time, payload) that pops by time, then in order of pushing. Four children a
 * node halve the depth of a binary heap and lie on one or two cache lines.
 */
export class FarHeap {
  /** Number of events held. */
  size = 0;
  private times: Float64Array;
  // float64 as well: a 32-bit sequence would wrap in a long run and turn the order around.
  private sequences: Float64Array;
  private payloads: Int32Array;
  private pushed = 0;

  /** An empty heap with room for `capacity` events (at least 1); it grows when it is full. */
  constructor(capacity: number) {
    this.times = new Float64Array(capacity);
    this.sequences = new Float64Array(capacity);
    this.payloads = new Int32Array(capacity);
  }

  /** Time of the earliest event, Infinity when the heap is empty. */
  topTime(): number {
    return this.size === 0 ? Infinity : this.times[0]!;
  }

  /** Adds an event. */
  push(time: number, payload: number): void {
    if (this.size === this.times.length) this.grow();
    const { times, sequences, payloads } = this;
    let hole = this.size++;
    while (hole > 0) {
      const parent = (hole - 1) >> 2;
      if (times[parent]! <= time) break; // an equal parent was pushed earlier
      times[hole] = times[parent]!;
      sequences[hole] = sequences[parent]!;
      payloads[hole] = payloads[parent]!;
      hole = parent;
    }
    times[hole] = time;
    sequences[hole] = this.pushed++;
    payloads[hole] = payload;
  }

  /** Removes the earliest event and returns its payload; the heap must not be empty. */
  pop(): number {
    const { times, sequences, payloads } = this;
    const top = payloads[0]!;
    const last = --this.size;
    let hole = 0;
    for (let child = this.earliestChild(0); child > 0; child = this.earliestChild(hole)) {
      if (isBefore(times, sequences, last, child)) break;
      times[hole] = times[child]!;
      sequences[hole] = sequences[child]!;
      payloads[hole] = payloads[child]!;
      hole = child;
    }
    times[hole] = times[last]!;
    sequences[hole] = sequences[last]!;
    payloads[hole] = payloads[last]!;
    return top;
  }

  /** The earliest child of a node, 0 when it has none. */
  private earliestChild(node: number): number {
    const { times, sequences } = this;
    const first = 4 * node + 1;
    if (first >= this.size) return 0;
    const end = Math.min(first + 4, this.size);
    let best = first;
    for (let child = first + 1; child < end; child++) {
      if (isBefore(times, sequences, child, best)) best = child;
    }
    return best;
  }

  private grow(): void {
    const capacity = 2 * this.times.length;
    this.times = enlarged(this.times, new Float64Array(capacity));
    this.sequences = enlarged(this.sequences, new Float64Array(capacity));
    this.payloads = enlarged(this.payloads, new Int32Array(capacity));
  }
}

function isBefore(times: Float64Array, sequences: Float64Array, a: number, b: number): boolean {
  return times[a]! < times[b]! || (times[a]! === times[b]! && sequences[a]! < sequences[b]!);
}

function enlarged<A extends Float64Array | Int32Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
