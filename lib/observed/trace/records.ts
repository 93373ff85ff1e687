/** What events say, decoded once for each different text. */

/** The decoded arguments of an event. */
export interface Arguments {
  /** Number of the name of the event. */
  event: number;
  /** CPU the event is aimed at, or -1. */
  target: number;
  /** Number of the mask of CPUs it is aimed at, or -1. */
  mask: number;
  /** Number of the name of the function that sent it. */
  site: number;
  /** Number of the name of what is to run, was run, or is told. */
  func: number;
  /** Code of a TLB flush reason, or -1. */
  reason: number;
  /** Pages of a flush; -1: all of them. {@link noPages} where the event has none. */
  pages: number;
  /** A duration in ns, or -1. */
  durationNs: number;
}

/** `pages` of an event that is no flush. */
export const noPages = -2_147_483_648;

/** Arguments of an event that says nothing we decode. */
export function noArguments(): Arguments {
  return {
    event: 0,
    target: -1,
    mask: -1,
    site: 0,
    func: 0,
    reason: -1,
    pages: noPages,
    durationNs: -1,
  };
}

const width = 7;

/** Arguments by number; number 0 is {@link noArguments}, equal arguments have one number. */
export class RecordTable {
  #fields = new Int32Array(width * 64);
  #durations = new Float64Array(64);
  #slots = new Int32Array(128).fill(-1);
  #size = 0;
  #slot = 0;
  #forgotten = 0;
  readonly #limit: number;

  /** At most `limit` records are told apart; further ones are forgotten at the next one. */
  constructor(limit: number) {
    this.#limit = limit;
    this.number(noArguments());
  }

  /** Number of records. */
  get size(): number {
    return this.#size;
  }

  /** The number of `record`, a new one when it is new. */
  number(record: Arguments): number {
    const known = this.#find(record);
    if (known >= 0) return known;
    if (this.#size >= this.#limit) {
      this.#forgotten++;
      return this.#put(this.#limit, record);
    }
    this.#slots[this.#slot] = this.#size;
    this.#put(this.#size++, record);
    if (2 * this.#size > this.#slots.length) this.#grow();
    return this.#size - 1;
  }

  /** The number of a known record, or -1; `#slot` is where it is or would be. */
  #find(record: Arguments): number {
    const slots = this.#slots.length - 1;
    let slot = hashOf(record) & slots;
    while (this.#slots[slot]! >= 0 && !this.#isAt(this.#slots[slot]!, record)) {
      slot = (slot + 1) & slots;
    }
    this.#slot = slot;
    return this.#slots[slot]!;
  }

  /** How often a record was not told apart for want of room. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** True for a number whose record may change: it stands for whatever comes beyond the limit. */
  isShared(number: number): boolean {
    return number >= this.#limit;
  }

  event(number: number): number {
    return this.#fields[width * number + 6]!;
  }

  target(number: number): number {
    return this.#fields[width * number]!;
  }

  mask(number: number): number {
    return this.#fields[width * number + 1]!;
  }

  site(number: number): number {
    return this.#fields[width * number + 2]!;
  }

  func(number: number): number {
    return this.#fields[width * number + 3]!;
  }

  reason(number: number): number {
    return this.#fields[width * number + 4]!;
  }

  pages(number: number): number {
    return this.#fields[width * number + 5]!;
  }

  durationNs(number: number): number {
    return this.#durations[number]!;
  }

  #put(number: number, record: Arguments): number {
    if (width * number >= this.#fields.length) this.#lengthen(number);
    const { event, target, mask, site, func, reason, pages, durationNs } = record;
    const at = width * number;
    const fields = this.#fields;
    fields[at] = target;
    fields[at + 1] = mask;
    fields[at + 2] = site;
    fields[at + 3] = func;
    fields[at + 4] = reason;
    fields[at + 5] = pages;
    fields[at + 6] = event;
    this.#durations[number] = durationNs;
    return number;
  }

  #isAt(number: number, record: Arguments): boolean {
    return (
      this.event(number) === record.event &&
      this.pages(number) === record.pages &&
      this.target(number) === record.target &&
      this.mask(number) === record.mask &&
      this.site(number) === record.site &&
      this.func(number) === record.func &&
      this.reason(number) === record.reason &&
      this.durationNs(number) === record.durationNs
    );
  }

  #lengthen(number: number): void {
    const fields = new Int32Array(2 * width * number);
    fields.set(this.#fields);
    this.#fields = fields;
    const durations = new Float64Array(2 * number);
    durations.set(this.#durations);
    this.#durations = durations;
  }

  #grow(): void {
    const slots = new Int32Array(2 * this.#slots.length).fill(-1);
    for (const number of this.#slots) {
      if (number < 0) continue;
      let slot = hashOf(this.#recordAt(number)) & (slots.length - 1);
      while (slots[slot]! >= 0) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = number;
    }
    this.#slots = slots;
  }

  #recordAt(number: number): Arguments {
    return {
      event: this.event(number),
      target: this.target(number),
      mask: this.mask(number),
      site: this.site(number),
      func: this.func(number),
      reason: this.reason(number),
      pages: this.pages(number),
      durationNs: this.durationNs(number),
    };
  }
}

function hashOf(record: Arguments): number {
  let hash = Math.imul(record.target + 2, 0x9e3779b1) ^ Math.imul(record.pages, 0x85ebca77);
  hash ^= Math.imul(record.site, 0xc2b2ae3d) ^ Math.imul(record.func + 7, 0x27d4eb2f);
  hash ^= Math.imul(record.mask + 3, 0x165667b1) ^ Math.imul(record.reason + 5, 0x9e3779b1);
  hash ^= Math.imul((record.durationNs | 0) + 31 * record.event, 0x85ebca6b);
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x2c1b3c6d) ^ (hash >>> 13);
}
