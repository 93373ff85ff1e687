/** Reads the columns of decimal counts of a row in one pass over its bytes. */
import type { Bytes } from "./trace/bytes.ts";

const fourBlanks = 0x20202020;

/** A zero as the kernel prints it, in eleven columns, and the last four of them. */
const zeroColumns = 11;
const blanksAndZero = 0x30202020;

/** Reads up to `capacity` counts; the values of the last scan stay in `counts`. */
export class CountScanner {
  /** Values found by the last scan; entries behind them are left over from earlier scans. */
  readonly counts: Float64Array;
  /** Where the last scan stopped: the first byte that is no longer part of a count. */
  position = 0;

  constructor(capacity: number) {
    this.counts = new Float64Array(capacity);
  }

  /**
   * Scans from `start` to the end of the line, but not beyond `end`, and returns how many counts
   * stand there. Stops at the first word that is not a whole decimal number up to 2^53 - 1, and
   * when `capacity` is reached.
   */
  scan({ at, words }: Bytes, start: number, end: number): number {
    const counts = this.counts;
    const capacity = counts.length;
    const lastWord = end - 4;
    const lastZero = end - zeroColumns;
    let found = 0;
    let index = start;
    while (found < capacity) {
      if (index < lastZero && isZero(words, index) && endsWord(at[index + zeroColumns]!)) {
        counts[found++] = 0; // most counts of a large machine
        index += zeroColumns;
        continue;
      }
      let next = index;
      while (next <= lastWord) {
        const other = words.getInt32(next, true) ^ fourBlanks;
        if (other !== 0) {
          next += (31 - Math.clz32(other & -other)) >> 3; // blanks in front of the first other byte
          break;
        }
        next += 4;
      }
      while (next < end && (at[next] === 32 || isBlankByte(at[next]!))) next++;
      const first = next;
      let value = 0;
      for (; next < end; next++) {
        const digit = at[next]! - 48;
        if (digit < 0 || digit > 9) break;
        value = value * 10 + digit;
      }
      const wholeWord = next > first && (next === end || endsWord(at[next]!));
      if (!wholeWord || value > Number.MAX_SAFE_INTEGER) break;
      counts[found++] = value;
      index = next;
    }
    this.position = index;
    return found;
  }
}

/** Index of the first byte at or after `start` that is not blank, or `end`. */
export function skipBlanks(at: Uint8Array, start: number, end: number): number {
  let index = start;
  while (index < end && isBlankByte(at[index]!)) index++;
  return index;
}

function isZero(words: DataView, start: number): boolean {
  return (
    words.getInt32(start, true) === fourBlanks &&
    words.getInt32(start + 4, true) === fourBlanks &&
    words.getInt32(start + zeroColumns - 4, true) === blanksAndZero
  );
}

function endsWord(code: number): boolean {
  return code === 32 || code === 10 || isBlankByte(code);
}

/** True for space, tab and carriage return (so that CRLF needs no case of its own). */
function isBlankByte(code: number): boolean {
  return code === 32 || code === 9 || code === 13;
}
