/** Reads the columns of decimal counts of a row in one pass over its characters. */

/** Reads up to `capacity` counts; the values of the last scan stay in `counts`. */
export class CountScanner {
  /** Values found by the last scan; entries behind them are left over from earlier scans. */
  readonly counts: Float64Array;
  /** Where the last scan stopped: the first character that is no longer part of a count. */
  position = 0;

  constructor(capacity: number) {
    this.counts = new Float64Array(capacity);
  }

  /**
   * Scans `text` from `start` to before `end` and returns how many counts stand there. Stops at the
   * first word that is not a whole decimal number up to 2^53 - 1, and when `capacity` is reached.
   */
  scan(text: string, start: number, end: number): number {
    const counts = this.counts;
    const capacity = counts.length;
    let found = 0;
    let index = start;
    while (found < capacity) {
      const first = skipBlanks(text, index, end);
      let value = 0;
      let next = first;
      for (; next < end; next++) {
        const digit = text.charCodeAt(next) - 48;
        if (digit < 0 || digit > 9) break;
        value = value * 10 + digit;
      }
      const wholeWord = next > first && (next === end || isBlank(text.charCodeAt(next)));
      if (!wholeWord || value > Number.MAX_SAFE_INTEGER) break;
      counts[found++] = value;
      index = next;
    }
    this.position = index;
    return found;
  }
}

/** Index of the first character at or after `start` that is not blank, or `end`. */
export function skipBlanks(text: string, start: number, end: number): number {
  let index = start;
  while (index < end && isBlank(text.charCodeAt(index))) index++;
  return index;
}

/** True for the character code of a decimal digit. */
export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** True for space, tab and carriage return (so that CRLF needs no case of its own). */
function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 13;
}
