/** Writes the words of one program. */
import type { Operand, Place, Program, Variable } from "../steps/instructions.ts";
import type { Addresses } from "./entryPoint.ts";
import * as op from "./opcodes.ts";

/** Fields of a word, all 0 where absent; see opcodes.ts. */
export interface Fields {
  readonly into?: number;
  readonly left?: number;
  readonly right?: number;
  readonly extra?: number;
  readonly more?: number;
  readonly cost?: number;
  readonly remoteCost?: number;
}

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

/** Words in order; jump targets are offsets from the program's start until it is placed. */
export class Emitter {
  readonly linker: Linker;
  readonly words: number[] = [];
  private readonly sections: { label: string; leaves: number[] }[] = [];

  constructor(linker: Linker) {
    this.linker = linker;
  }

  /** Appends a word and returns its offset. */
  word(opcode: number, fields: Fields = {}): number {
    const { into = 0, left = 0, right = 0, extra = 0, more = 0, cost = 0 } = fields;
    const start = this.words.length;
    this.words.push(opcode, into, left, right, extra, more, cost, fields.remoteCost ?? 0);
    return start;
  }

  /** The offset of the next word. */
  here(): number {
    return this.words.length;
  }

  /** Makes an earlier jump end here. */
  land(word: number): void {
    this.words[word + op.EXTRA] = this.here();
  }

  openSection(label: string): void {
    this.sections.push({ label, leaves: [] });
  }

  closeSection(): void {
    for (const word of this.sections.pop()!.leaves) this.land(word);
  }

  /** Jumps to the end of the innermost open section of that name. */
  leaveSection(label: string): void {
    const section = this.sections.findLast((open) => open.label === label);
    section!.leaves.push(this.word(op.JUMP));
  }
}
