/**
 * The time of an event: seconds with six or nine digits, microseconds of the latency format, or a
 * count of another clock.
 */
import { type Bytes, isBlank, isDigit } from "./bytes.ts";

const scale = [1e9, 1e8, 1e7, 1e6, 1e5, 1e4, 1e3, 100, 10, 1] as const;

/** Four blanks, which no time begins with. */
const blanks = 0x20202020;
const fourZeros = 0x30303030;
const colonAndBlank = 0x203a;

/** Reads times; what the last one said stands in its fields. */
export class TimeReader {
  /** Whole seconds. */
  seconds = 0;
  /** Nanoseconds beyond the seconds. */
  nanos = 0;
  /** False when the time has no unit. */
  timed = false;
  /** Seconds that were read before; the length of their text with its point, and both its ends. */
  #seconds = 0;
  #length = 4;
  #first = blanks;
  #last = blanks;

  /** `2254.263715: `, `12345: ` or `2563694114us : `; where the event begins, or -1. */
  read(bytes: Bytes, start: number): number {
    const behind = this.#readAgain(bytes, start);
    return behind >= 0 ? behind : this.readAny(bytes, start);
  }

  /** As {@link read}, whatever the time before it was. */
  readAny({ at, words }: Bytes, start: number): number {
    let index = start;
    let whole = 0;
    let code = at[index]!;
    while (code >= 48 && code <= 57) {
      whole = whole * 10 + code - 48;
      code = at[++index]!;
    }
    if (index === start || index > start + 20) return -1;
    let nanos = 0;
    this.timed = true;
    if (code === 46) {
      const point = index;
      code = at[++index]!;
      while (code >= 48 && code <= 57) {
        nanos = nanos * 10 + code - 48;
        code = at[++index]!;
      }
      const digits = index - point - 1;
      if (digits < 1 || digits > 9) return -1;
      nanos *= scale[digits]!;
      this.#keepSeconds(words, start, point + 1, whole);
    } else if (code === 117 && at[index + 1] === 115) {
      index += 2; // "us", then a mark of a long delay
      while (index < start + 24 && at[index] !== 58 && at[index]! >= 32) index++;
      nanos = (whole % 1e6) * 1e3;
      whole = Math.floor(whole / 1e6);
      code = at[index]!;
    } else this.timed = false;
    if (code !== 58) return -1;
    index++;
    const blank = index;
    while (isBlank(at[index])) index++;
    if (index === blank) return -1;
    this.seconds = whole;
    this.nanos = nanos;
    return behindPeriod(at, index);
  }

  /** A time with six or nine digits in the same second as the one before it; -1 for all others. */
  #readAgain({ at, words }: Bytes, start: number): number {
    const point = start + this.#length;
    if (point + 11 > at.length) return -1;
    if (words.getInt32(start, true) !== this.#first) return -1;
    if (words.getInt32(point - 4, true) !== this.#last) return -1;
    const left = words.getInt32(point, true) ^ fourZeros;
    const right = words.getInt32(point + 4, true);
    const isMicros = right >>> 16 === colonAndBlank;
    const rest = (isMicros ? right & 0xffff : right) ^ (isMicros ? fourZeros >>> 16 : fourZeros);
    if (!(areDigits(left) && areDigits(rest))) return -1;
    let nanos = 100_000 * fourDigits(left);
    let index = point + 8;
    if (isMicros) nanos += 1000 * (10 * (rest & 0xff) + (rest >>> 8));
    else {
      if (!isDigit(at[index]) || at[index + 1] !== 58 || !isBlank(at[index + 2])) return -1;
      nanos += 10 * fourDigits(rest) + at[index]! - 48;
      index += 3;
    }
    this.timed = true;
    this.seconds = this.#seconds;
    this.nanos = nanos;
    while (isBlank(at[index])) index++;
    return behindPeriod(at, index);
  }

  /** Keeps the text of whole seconds from `start` to behind the point. */
  #keepSeconds(words: DataView, start: number, behind: number, seconds: number): void {
    const length = behind - start;
    if (length < 4 || length > 8) return;
    this.#length = length;
    this.#first = words.getInt32(start, true);
    this.#last = words.getInt32(behind - 4, true);
    this.#seconds = seconds;
  }
}

/** Whether all bytes of `word`, of which 0x30 was taken, are 0 to 9. */
function areDigits(word: number): boolean {
  return ((word | (word + 0x76767676)) & 0x80808080) === 0;
}

/** The number of four digits, each a byte from 0 to 9, the first one lowest. */
function fourDigits(word: number): number {
  const pairs = 10 * word + (word >>> 8);
  return 100 * (pairs & 0xff) + ((pairs >>> 16) & 0xff);
}

/** A sampling period may stand in front of the event: `250000 cycles:`. */
function behindPeriod(at: Uint8Array, start: number): number {
  if (!isDigit(at[start])) return start;
  let index = start;
  while (isDigit(at[index])) index++;
  if (!isBlank(at[index])) return start;
  while (isBlank(at[index])) index++;
  return isDigit(at[index]) ? start : index; // numbers only: a line of the osnoise tracer
}
