/**
 * The event queue: a timing wheel with one bucket a tick. Its window is the 2^log2Buckets ticks
 * from `now` on, so a bucket holds events of one time only and needs no comparison: first in, first
 * out.
 *
 * Invariants, between calls:
 * - Every event of the window is in the wheel; every later one is in the far heap.
 * - `ring[b]` is the last event of bucket b or -1, and the link of the last event is the first one.
 * - No far event comes into the window within the next `beforeFar` ticks.
 * - Bit b of `words` says that bucket b is not empty; bit w of `groups` that word w is not zero;
 *   bit g of `summary` that group g is not zero. Three levels of 32 address 2^15 buckets at most.
 *
 * Order is exact: by time, and within a tick by order of scheduling, whichever way an event came. A
 * far event joins its bucket when `now` comes within a window of its time, before any handler of
 * that new `now` runs, hence before anything else can be scheduled into that bucket.
 */
import { checkInteger } from "./check.ts";
import { FarHeap } from "./farHeap.ts";
import { invalid } from "./messages.ts";

/** Ticks after which the far heap is looked at in any case. */
const longest = 1 << 30;

/**
 * A queue of events in integer time (1 tick is 1 ns). The model calls `pop`, then reads `now`.
 * Source of the design: Varghese and Lauck, "Hashed and Hierarchical Timing Wheels", 1987.
 */
export class TimingWheel {
  /** Time of the last event popped, 0 at first; ns. */
  now = 0;
  declare private readonly buckets: number;
  declare private readonly mask: number;
  declare private readonly ring: Int32Array;
  declare private readonly words: Int32Array;
  declare private readonly groups: Int32Array;
  private summary = 0;
  /** `now` modulo the number of buckets. */
  private cursor = 0;
  /** Two words an event: its link and its payload. An event is known by the place of its link. */
  declare private events: Int32Array;
  /** First unused event; unused events are chained through their links, the end is -1. */
  private unused = 0;
  declare private readonly far: FarHeap;
  /** A small integer, because every pop counts it down. */
  private beforeFar: number = longest;

  /**
   * An empty queue. `capacityHint` (1…2^24) is the expected number of waiting events; more make it
   * grow. `log2Buckets` is 5…15. Throws SD001 outside these ranges.
   */
  constructor(capacityHint: number, log2Buckets = 15) {
    const capacity = checkInteger("capacityHint", capacityHint, 1, 1 << 24);
    this.buckets = 1 << checkInteger("log2Buckets", log2Buckets, 5, 15);
    this.mask = this.buckets - 1;
    this.ring = new Int32Array(this.buckets).fill(-1);
    this.words = new Int32Array(this.buckets >> 5);
    this.groups = new Int32Array((this.words.length + 31) >> 5);
    this.events = chain(new Int32Array(2 * capacity), 0);
    this.far = new FarHeap(64);
  }

  /** Number of events that wait; counted, because keeping count would cost time at every event. */
  get size(): number {
    let size = this.events.length / 2 + this.far.size;
    for (let event = this.unused; event >= 0; event = this.events[event]!) size--;
    return size;
  }

  /**
   * Schedules an event `delay` ns after `now`. `delay` is an integer of at least 0; below 2^31 it
   * costs least. `payload` is an integer 0…2^31-1. Hot path: a fraction is cut off, not refused;
   * a negative delay throws SD001.
   */
  after(delay: number, payload: number): void {
    if (delay >= 0 && delay < this.buckets) this.append(delay, payload);
    else this.at(this.now + delay, payload);
  }

  /**
   * Schedules an event at an absolute time, an integer `now`…2^53-1 ns, however far.
   * Throws SD001 for another time.
   */
  at(time: number, payload: number): void {
    const delay = time - this.now;
    if (!(delay >= 0) || !Number.isSafeInteger(time)) {
      throw invalid("event time", time, `an integer, at least now = ${this.now}`);
    }
    const beyond = delay - this.buckets;
    if (beyond < 0) this.append(delay, payload);
    else {
      this.far.push(time, payload);
      if (beyond < this.beforeFar) this.beforeFar = beyond | 0;
    }
  }

  /** Removes the next event, moves `now` to its time, returns its payload; -1 when none waits. */
  pop(): number {
    const bucket = this.nextBucket();
    if (bucket < 0) return this.popFar();
    const ticks = (bucket - this.cursor) & this.mask;
    this.now += ticks;
    this.cursor = bucket;
    this.beforeFar -= ticks;
    if (this.beforeFar < 0) this.admit();
    return this.removeFirst(bucket);
  }

  /** Time of the next event, Infinity when none waits; changes nothing. */
  peekTime(): number {
    const bucket = this.nextBucket();
    return bucket < 0 ? this.far.topTime() : this.now + ((bucket - this.cursor) & this.mask);
  }

  /** Whether another event waits at exactly `now`. */
  hasMoreNow(): boolean {
    return this.ring[this.cursor]! >= 0;
  }

  /** First bucket with an event from the cursor on, around the ring; -1 when the wheel is empty. */
  private nextBucket(): number {
    const words = this.words;
    const cursor = this.cursor;
    let word = cursor >> 5;
    let bits = words[word]! & (-1 << cursor);
    if (bits === 0) {
      const groups = this.groups;
      let group = word >> 5;
      bits = groups[group]! & (-2 << word);
      if (bits === 0) {
        bits = this.summary & (-2 << group);
        if (bits === 0) bits = this.summary; // around the ring
        if (bits === 0) return -1;
        group = lowestBit(bits);
        bits = groups[group]!;
      }
      word = (group << 5) + lowestBit(bits);
      bits = words[word]!;
    }
    return (word << 5) + lowestBit(bits);
  }

  /** Adds an event to the wheel; its delay is less than a window. */
  private append(delay: number, payload: number): void {
    if (this.unused < 0) this.grow();
    const events = this.events;
    const event = this.unused;
    this.unused = events[event]!;
    events[event + 1] = payload;
    const bucket = (this.cursor + delay) & this.mask;
    const ring = this.ring;
    const last = ring[bucket]!;
    ring[bucket] = event;
    if (last >= 0) {
      events[event] = events[last]!;
      events[last] = event;
      return;
    }
    events[event] = event;
    const word = bucket >> 5;
    const group = word >> 5;
    this.words[word]! |= 1 << bucket;
    this.groups[group]! |= 1 << word;
    this.summary |= 1 << group;
  }

  private removeFirst(bucket: number): number {
    const events = this.events;
    const last = this.ring[bucket]!;
    const first = events[last]!;
    if (first !== last) events[last] = events[first]!;
    else {
      this.ring[bucket] = -1;
      this.unmark(bucket);
    }
    events[first] = this.unused;
    this.unused = first;
    return events[first + 1]!;
  }

  private unmark(bucket: number): void {
    const word = bucket >> 5;
    const bits = this.words[word]! ^ (1 << bucket);
    this.words[word] = bits;
    if (bits !== 0) return;
    const group = word >> 5;
    const groupBits = this.groups[group]! ^ (1 << word);
    this.groups[group] = groupBits;
    if (groupBits === 0) this.summary ^= 1 << group;
  }

  /** Jumps over an empty window to the earliest far event. */
  private popFar(): number {
    if (this.far.size === 0) return -1;
    const time = this.far.topTime();
    this.cursor = (this.cursor + ((time - this.now) % this.buckets)) & this.mask;
    this.now = time;
    this.admit();
    return this.removeFirst(this.cursor);
  }

  /** Moves the far events that the window has reached into their buckets. */
  private admit(): void {
    const far = this.far;
    const end = this.now + this.buckets;
    for (let time = far.topTime(); time < end; time = far.topTime()) {
      this.append(time - this.now, far.pop());
    }
    this.beforeFar = Math.min(far.topTime() - end, longest) | 0;
  }

  /** Twice as many events; all are in use. */
  private grow(): void {
    const before = this.events.length;
    const events = new Int32Array(2 * before);
    events.set(this.events);
    this.events = chain(events, before);
    this.unused = before;
  }
}

/** Links events from `first` on to the next one each, the last one to -1. */
function chain(events: Int32Array, first: number): Int32Array {
  for (let event = first; event < events.length; event += 2) events[event] = event + 2;
  events[events.length - 2] = -1;
  return events;
}

/** So short that it is inlined whatever else is. */
function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
