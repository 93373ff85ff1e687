/**
 * What stood between a CPU and a time before: few flags occur, and the blanks around them are the
 * same. The eight bytes behind the CPU say which they are. A later text takes the place of an
 * earlier one.
 */
import type { Bytes } from "./bytes.ts";

/** Bytes that are compared. */
const width = 8;
const slots = 32;
/** Words of a place: those of the text, where the time begins, whether in a hard interrupt. */
const stride = 4;

/** Flags by their text. */
export class FlagMemo {
  /** Places, one behind the other. Zeros, where nothing is kept, stand in front of no time. */
  readonly #places = new Int32Array(stride * slots);
  #place = 0;
  #first = 0;
  #second = 0;

  /** Where the time begins in the line whose CPU ends at `start`, or -1 when that is not known. */
  find(bytes: Bytes, start: number): number {
    this.#place = -1;
    if (start + width > bytes.at.length) return -1;
    const first = bytes.words.getInt32(start, true);
    const second = bytes.words.getInt32(start + 4, true);
    const halves = first ^ (first >>> 16);
    const place = stride * ((halves ^ (halves >>> 8)) & (slots - 1));
    this.#first = first;
    this.#second = second;
    this.#place = place;
    const places = this.#places;
    if (places[place] !== first || places[place + 1] !== second) return -1;
    return start + places[place + 2]!;
  }

  /** Whether the flags that the last search found say that the CPU was in a hard interrupt. */
  get inIrq(): boolean {
    return this.#places[this.#place + 3] !== 0;
  }

  /** Keeps what the last search did not find; the time begins `length` bytes behind the CPU. */
  keep(length: number, inIrq: boolean): void {
    if (length > width || this.#place < 0) return;
    const places = this.#places;
    places[this.#place] = this.#first;
    places[this.#place + 1] = this.#second;
    places[this.#place + 2] = length;
    places[this.#place + 3] = inIrq ? 1 : 0;
  }
}
