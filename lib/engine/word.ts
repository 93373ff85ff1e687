/** Words: what a step has become for the engine. */

/** What a word may carry, all 0 where absent. */
export interface WordFields {
  /** The slot that receives a result. */
  readonly into?: number;
  /** The slots of the first and second operand. */
  readonly left?: number;
  readonly right?: number;
  /** Base address of a variable, number behind a name or a handler, shortest or mean pause (ns). */
  readonly base?: number;
  /** Mask register, further operand, ns of one unit of work, values a pause can take, increment. */
  readonly more?: number;
  /** What the step takes, ns. */
  readonly cost?: number;
  /** What the same access takes when another CPU owns the line, ns. */
  readonly remoteCost?: number;
}

/**
 * One word of an assembled program. Words are objects that know their successors, because the
 * interpreter then reads fields of one object and needs no index and no check of one. Fields are
 * declared only: one that were undefined at first would be checked at every use.
 */
export class Word {
  declare readonly opcode: number;
  declare readonly into: number;
  declare readonly left: number;
  declare readonly right: number;
  declare readonly base: number;
  declare readonly more: number;
  declare readonly cost: number;
  declare readonly remoteCost: number;
  /** Its place among all words of a run. */
  index = 0;
  /** The word after it, and the one that a jump leads to; itself where there is none. */
  next: Word = this;
  target: Word = this;

  constructor(opcode: number, fields: WordFields) {
    this.opcode = opcode;
    this.into = fields.into ?? 0;
    this.left = fields.left ?? 0;
    this.right = fields.right ?? 0;
    this.base = fields.base ?? 0;
    this.more = fields.more ?? 0;
    this.cost = fields.cost ?? 0;
    this.remoteCost = fields.remoteCost ?? 0;
  }
}

/** The word of a CPU that has no program. */
export const NOTHING: Word = new Word(0, {});
