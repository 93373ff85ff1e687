/** What a parser passed over, counted by reason: foreign lines are reported, never thrown. */

/** Lines passed over for one reason. */
export interface SkippedLines {
  /** Why, as a short phrase: `no label`. */
  readonly reason: string;
  /** How many lines. */
  readonly count: number;
  /** Number of the first of them, from 1. */
  readonly firstLine: number;
  /** The first of them, at most 80 characters of it. */
  readonly example: string;
}

/** Counts skipped lines; takes room for one example a reason, however many lines there are. */
export class SkipCounter {
  readonly #byReason = new Map<string, { count: number; firstLine: number; example: string }>();

  /** Counts line number `line` with its text under `reason`. */
  add(reason: string, line: number, text: string): void {
    const seen = this.#byReason.get(reason);
    if (seen !== undefined) seen.count++;
    else this.#byReason.set(reason, { count: 1, firstLine: line, example: text.slice(0, 80) });
  }

  /** The counts so far, reasons in the order of their first line. */
  list(): SkippedLines[] {
    return Array.from(this.#byReason, ([reason, seen]) => ({ reason, ...seen }));
  }
}
