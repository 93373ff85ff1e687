/**
 * The values of a question. A state stores numbers of this dictionary instead of values, so that a
 * register or variable needs only as many bits as there are different values.
 */
import { tooLarge } from "../base/messages.ts";

/** Values in order of first appearance; number 0 is the value 0. */
export class Dictionary {
  readonly values: number[] = [0];
  private readonly numbers = new Map<number, number>([[0, 0]]);
  private limit = Number.POSITIVE_INFINITY;

  /** The number of a value, new ones too. Throws SD005 when the room that was fixed is full. */
  numberOf(value: number): number {
    const known = this.numbers.get(value);
    if (known !== undefined) return known;
    if (this.values.length >= this.limit) {
      throw tooLarge("values of the question", value, `at most ${this.limit} different values`);
    }
    this.values.push(value);
    this.numbers.set(value, this.values.length - 1);
    return this.values.length - 1;
  }

  /** Fixes the room: all values so far, and `spare` more that arithmetic may make. Returns bits. */
  fix(spare: number): number {
    let bits = 1;
    while (1 << bits < this.values.length + spare) bits++;
    this.limit = 1 << bits;
    return bits;
  }
}
