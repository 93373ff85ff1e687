/**
 * Random streams. Each (seed, keys…) names one sfc32 stream of its own, whatever else was drawn and
 * in which order, so that results do not depend on scheduling, workers or other CPUs.
 *
 * Generator: sfc32 of PractRand (Chris Doty-Humphrey): four words of state, one of them a counter,
 * hence no cycle shorter than 2^32.
 * Naming: keys are absorbed into the state word by word, with sfc32 itself as the mixing step, so a
 * child stream follows from the start of its parent.
 */
import { checkInteger, checkNumber, checkSeed } from "./check.ts";
import { ln } from "./elementary.ts";
import { invalid } from "./messages.ts";

const two32 = 4294967296;

/** A part of the name of a stream: an integer within ±(2^53-1), or any text. */
export type StreamKey = number | string;

/**
 * The four words at the start of the stream (`seed`, `keys`…), for {@link RandomStream} or for an
 * array that holds many streams. Different names give different streams; siblings are independent.
 * `seed` is an integer 0…2^53-1. Throws SD001 or SD003 for another seed, SD001 for another key.
 */
export function deriveStream(seed: number, ...keys: StreamKey[]): Uint32Array {
  // Fractions of the golden ratio, pi and e: any constants do; the counter starts at 1.
  const words = Uint32Array.of(0x9e3779b9, 0x243f6a88, 0xb7e15162, 1);
  absorbInteger(words, checkSeed(seed));
  for (const key of keys) absorbKey(words, key);
  return words;
}

// The leading 1 or 2 tells numbers from text and a child from the continuation of its parent.
function absorbKey(words: Uint32Array, key: StreamKey): void {
  if (typeof key === "string") {
    absorb(words, 2);
    absorb(words, key.length);
    for (let i = 0; i < key.length; i += 2) {
      absorb(words, key.charCodeAt(i) | (key.charCodeAt(i + 1) << 16));
    }
  } else {
    if (!Number.isSafeInteger(key)) throw invalid("stream key", key, "an integer or a string");
    absorb(words, 1);
    absorbInteger(words, key);
  }
}

function absorbInteger(words: Uint32Array, value: number): void {
  absorb(words, value % two32);
  absorb(words, Math.floor(value / two32));
}

// 12 rounds, as PractRand seeds: then every bit of the word has changed half of the state.
function absorb(words: Uint32Array, word: number): void {
  words[0]! ^= word;
  for (let round = 0; round < 12; round++) nextWord(words, 0);
}

/** Draws 32 bits, 0…2^32-1, from the stream whose four words start at `offset`. */
export function nextWord(words: Uint32Array | Int32Array, offset: number): number {
  const b = words[offset + 1]!;
  const c = words[offset + 2]!;
  const counter = words[offset + 3]!;
  const word = (words[offset]! + b + counter) | 0;
  words[offset] = b ^ (b >>> 9);
  words[offset + 1] = (c + (c << 3)) | 0;
  words[offset + 2] = (((c << 21) | (c >>> 11)) + word) | 0;
  words[offset + 3] = (counter + 1) | 0;
  return word >>> 0;
}

/**
 * Draws an integer `lo`…`lo + span - 1` with one word of the stream at `offset`; `span` is an
 * integer 1…2^32, unchecked. No value is off by more than 2^-32 in probability.
 */
export function uniformAt(
  words: Uint32Array | Int32Array,
  offset: number,
  lo: number,
  span: number,
): number {
  const word = nextWord(words, offset);
  if (span > 65536) return lo + Math.floor((word * span) / two32);
  // The same by halves of the word, without leaving 32 bits: that is twice as fast.
  const low = Math.imul(word & 0xffff, span) >>> 16;
  return lo + ((Math.imul(word >>> 16, span) + low) >>> 16);
}

/** Steps of {@link exponentialTable} in one mean. */
const unitsPerMean = 16777216;

/**
 * Inverse of the exponential distribution function at j/1024, in integers held as float64 because
 * they enter float64 arithmetic. The last cell reaches to infinity; its end is set so that a
 * straight line through it has the right mean, one mean above its start.
 */
const exponentialTable: Float64Array = Float64Array.from({ length: 1025 }, (_, j) =>
  Math.floor(unitsPerMean * (j < 1024 ? ln(1024 / (1024 - j)) : ln(1024) + 2) + 0.5),
);

/**
 * Draws an exponentially distributed integer of at least 1 with one word of the stream at `offset`;
 * `meanNs` is not negative, unchecked. By table and straight lines: the mean is 0.008 % high (below
 * 10 ns, the rounding to at least 1 adds to it), and no draw exceeds 15.9 means.
 */
export function exponentialAt(
  words: Uint32Array | Int32Array,
  offset: number,
  meanNs: number,
): number {
  const table = exponentialTable;
  const word = nextWord(words, offset);
  let cell = word >>> 22;
  let fraction = (word & 0x3fffff) / 0x400000;
  let units = 0;
  if (cell === 1023) {
    // An exponential has no memory: beyond the last cell's start it begins anew, with the low bits.
    units = table[1023]!;
    cell = (word >>> 12) & 0x3ff;
    fraction = (word & 0xfff) / 0x1000;
  }
  const start = table[cell]!;
  units += start + (table[cell + 1]! - start) * fraction;
  const drawn = (units * meanNs) / unitsPerMean;
  return drawn < 1 ? 1 : Math.floor(drawn + 0.5);
}

/** One random stream with checked draws, for code that is not a hot loop. */
export class RandomStream {
  private readonly words: Uint32Array;
  private readonly start: Uint32Array;

  /** The stream that starts at four words of {@link deriveStream}, which are copied. */
  constructor(words: Uint32Array) {
    checkInteger("length of stream words", words.length, 4, 4);
    this.words = words.slice();
    this.start = words.slice();
  }

  /** The stream (`seed`, `keys`…), see {@link deriveStream}. */
  static of(seed: number, ...keys: StreamKey[]): RandomStream {
    return new RandomStream(deriveStream(seed, ...keys));
  }

  /** Draws 32 bits, 0…2^32-1. */
  next(): number {
    return nextWord(this.words, 0);
  }

  /** Draws an integer 0…`n`-1 without bias, `n` 1…2^32, with one word or rarely more. Or SD001. */
  below(n: number): number {
    checkInteger("n", n, 1, two32);
    const limit = two32 - (two32 % n);
    let word = this.next();
    while (word >= limit) word = this.next();
    return word % n;
  }

  /** Draws an integer `lo`…`hi`, both included, without bias. Throws SD001 beyond 2^32 values. */
  uniform(lo: number, hi: number): number {
    checkInteger("lo", lo, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    checkInteger("hi", hi, lo, lo + two32 - 1);
    return lo + this.below(hi - lo + 1);
  }

  /** Draws an exponentially distributed time of at least 1 ns, see {@link exponentialAt}. */
  exponential(meanNs: number): number {
    return exponentialAt(this.words, 0, checkNumber("meanNs", meanNs, 0, Infinity));
  }

  /** The position: four words for {@link restore}. */
  state(): Uint32Array {
    return this.words.slice();
  }

  /** Goes back (or on) to a position of {@link state}; the name of the stream stays. */
  restore(state: Uint32Array): void {
    checkInteger("length of stream state", state.length, 4, 4);
    this.words.set(state);
  }

  /**
   * The child stream `key`. It follows from the name of this stream, not from its position:
   * `RandomStream.of(1, "a").split("b")` is `RandomStream.of(1, "a", "b")` whenever it is called.
   */
  split(key: StreamKey): RandomStream {
    const words = this.start.slice();
    absorbKey(words, key);
    return new RandomStream(words);
  }
}
