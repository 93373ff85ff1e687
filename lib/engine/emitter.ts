/** Writes the words of one program. */
import type { Operand, Place, Program, Variable } from "../steps/instructions.ts";
import type { Addresses } from "./entryPoint.ts";
import * as op from "./opcodes.ts";
import type { WordFields } from "./word.ts";
import { Word } from "./word.ts";

/** What the words of a program refer to: slots, names, costs, other programs. */
export interface Linker {
  readonly rows: string[];
  readonly tallies: string[];
  readonly stopwatches: string[];
  readonly traceEvents: { event: string; detail: string }[];
  readonly addresses: Addresses;
  /** Loads a program once and returns its entry number. */
  load(program: Program): number;
  operand(value: Operand): number;
  register(name: string): number;
  mask(name: string): number;
  cost(key: string): number;
  number(names: string[], name: string): number;
  variable(place: Place): Variable;
}

/** Words in order, linked to their successors. */
export class Emitter {
  readonly linker: Linker;
  readonly words: Word[] = [];
  private readonly sections: { label: string; leaves: Word[] }[] = [];
  /** Jumps that end at the next word. */
  private landing: Word[] = [];

  constructor(linker: Linker) {
    this.linker = linker;
  }

  /** Appends the last word and lets all links pass over jumps. */
  finish(): void {
    this.word(op.FINISH);
    for (const word of this.words) {
      word.next = behindJumps(word.next);
      word.target = behindJumps(word.target);
    }
  }

  /** Appends a word. */
  word(opcode: number, fields: WordFields = {}): Word {
    const word = new Word(opcode, fields);
    const previous = this.words.at(-1);
    if (previous !== undefined) previous.next = word;
    for (const jump of this.landing) jump.target = word;
    this.landing = [];
    this.words.push(word);
    return word;
  }

  /** The number of the next word. */
  here(): number {
    return this.words.length;
  }

  /** Appends a jump back to a word. */
  jumpBack(to: number): void {
    const jump = this.word(op.JUMP);
    jump.target = this.words[to]!;
  }

  /** Makes an earlier jump end at the next word. */
  land(jump: Word): void {
    this.landing.push(jump);
  }

  openSection(label: string): void {
    this.sections.push({ label, leaves: [] });
  }

  closeSection(): void {
    for (const jump of this.sections.pop()!.leaves) this.land(jump);
  }

  /** Jumps to the end of the innermost open section of that name. */
  leaveSection(label: string): void {
    const section = this.sections.findLast((open) => open.label === label);
    section!.leaves.push(this.word(op.JUMP));
  }
}

/** The first word that is no jump; a jump to itself is an endless loop and stays. */
function behindJumps(word: Word): Word {
  let end = word;
  while (end.opcode === op.JUMP && end.target !== end) end = end.target;
  return end;
}
