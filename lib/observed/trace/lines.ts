/** Input in pieces, handed on in whole lines; holds one piece of a line at most. */

/** Longest line that is looked at, in bytes. */
export const maxLineBytes = 1_048_576;

/** Where whole lines go. */
export interface LineTaker {
  /** Lines in `start`…`end` of `at`, the last one with or without its line feed. */
  scan(at: Uint8Array, start: number, end: number): void;
  /** A line of more than {@link maxLineBytes}, of which only the beginning is known. */
  tooLong(beginning: Uint8Array): void;
}

/** Cuts pieces behind the last line feed and keeps the rest for the next piece. */
export class LineJoiner {
  readonly #taker: LineTaker;
  #rest = new Uint8Array(0);
  #length = 0;
  #isTooLong = false;

  constructor(taker: LineTaker) {
    this.#taker = taker;
  }

  /** Takes a piece; its bytes may change after the call. */
  push(piece: Uint8Array): void {
    let start = 0;
    if (this.#length > 0 || this.#isTooLong) {
      const newline = piece.indexOf(10);
      start = newline === -1 ? piece.length : newline + 1;
      this.#keep(piece, 0, start);
      if (newline === -1) return;
      this.#flush();
    }
    const end = piece.lastIndexOf(10) + 1;
    if (end > start) this.#taker.scan(piece, start, end);
    this.#keep(piece, Math.max(start, end), piece.length);
  }

  /** Takes the last line, which may have no line feed. */
  end(): void {
    if (this.#length > 0) this.#flush();
  }

  #keep(piece: Uint8Array, start: number, end: number): void {
    const room = maxLineBytes - this.#length;
    if (end - start > room) this.#isTooLong = true;
    const taken = piece.subarray(start, Math.min(end, start + room));
    const needed = this.#length + taken.length;
    if (needed > this.#rest.length) {
      const longer = new Uint8Array(Math.max(needed, 2 * this.#rest.length));
      longer.set(this.#rest.subarray(0, this.#length));
      this.#rest = longer;
    }
    this.#rest.set(taken, this.#length);
    this.#length = needed;
  }

  #flush(): void {
    const length = this.#length;
    this.#length = 0;
    if (this.#isTooLong) this.#taker.tooLong(this.#rest.subarray(0, 80));
    else this.#taker.scan(this.#rest, 0, length);
    this.#isTooLong = false;
  }
}
