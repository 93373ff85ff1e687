/**
 * The assembler: programs to machine words, with costs resolved from the machine's table. Nothing is
 * generated or compiled; the words mirror the steps one to one, so that a step costs one table row.
 */
import { badProgram } from "../base/messages.ts";
import type { CostTable } from "../machine/costs.ts";
import type { Operand, Place, Program, Step, Variable } from "../steps/instructions.ts";
import { emitStep } from "./emit.ts";
import * as op from "./opcodes.ts";

/** Everything the interpreter needs to know about the loaded programs. */
export interface Assembly {
  readonly code: Int32Array;
  readonly constants: Float64Array;
  /** Registers and mask registers that the largest frame needs. */
  readonly registers: number;
  readonly maskRegisters: number;
  /** Names behind small integers, in order of first use. */
  readonly rows: readonly string[];
  readonly tallies: readonly string[];
  readonly stopwatches: readonly string[];
  readonly traceEvents: readonly { readonly event: string; readonly detail: string }[];
  readonly entries: readonly EntryPoint[];
  /** Costs of the machine's table that some step of a loaded program takes. */
  readonly costKeys: readonly string[];
}

/** Where a program starts, and what its caller fills. */
export interface EntryPoint {
  readonly program: Program;
  readonly start: number;
  readonly params: readonly number[];
  /** No step of it touches another CPU, and it never ends: it needs no events of its own. */
  readonly isPassive: boolean;
  /** Shared variables that it reads: writers bring this CPU up to date first. */
  readonly observes: readonly string[];
  /** Total ns when it is nothing but fixed delays, else −1. */
  readonly fixedNs: number;
}

/** Where variables live in the engine's memory. */
export interface Addresses {
  readonly variables: ReadonlyMap<string, Variable>;
  addressOf(variable: string): number;
}

/** Collects words, constants and names while programs are loaded. */
export class Assembler {
  readonly words: number[] = [];
  readonly rows: string[] = ["CAL", "TLB", "RES"];
  readonly tallies: string[] = [];
  readonly stopwatches: string[] = [];
  readonly traceEvents: { event: string; detail: string }[] = [];
  readonly costs: CostTable;
  readonly addresses: Addresses;
  private readonly constants: number[] = [];
  private readonly usedCosts = new Set<string>();
  private readonly entries: EntryPoint[] = [];
  private readonly loaded = new Map<Program, number>();
  private registerCount = 1;
  private maskCount = 1;
  private names: FrameNames = new FrameNames();

  constructor(costs: CostTable, addresses: Addresses) {
    this.costs = costs;
    this.addresses = addresses;
  }

  /** Loads a program once, handlers included, and returns its entry number. */
  load(program: Program): number {
    const known = this.loaded.get(program);
    if (known !== undefined) return known;
    const outer = this.names;
    this.names = new FrameNames();
    const params = program.params.map((name) => this.names.register(name));
    const words = this.assemble(program);
    const start = this.words.length;
    for (let i = 0; i < words.length; i++) this.words.push(words[i]!);
    relocate(this.words, start);
    this.registerCount = Math.max(this.registerCount, this.names.registerCount);
    this.maskCount = Math.max(this.maskCount, this.names.maskCount);
    this.names = outer;
    const entry = describeEntry(program, this.words, start, params, this.addresses);
    const id = this.entries.push(entry) - 1;
    this.loaded.set(program, id);
    return id;
  }

  /** The finished assembly. */
  finish(): Assembly {
    return {
      code: Int32Array.from(this.words),
      constants: Float64Array.from(this.constants),
      registers: this.registerCount,
      maskRegisters: this.maskCount,
      rows: this.rows,
      tallies: this.tallies,
      stopwatches: this.stopwatches,
      traceEvents: this.traceEvents,
      entries: this.entries,
      costKeys: [...this.usedCosts].sort(),
    };
  }

  operand(value: Operand): number {
    if (typeof value === "string") return this.names.register(value);
    const known = this.constants.indexOf(value);
    return -1 - (known >= 0 ? known : this.constants.push(value) - 1);
  }

  register(name: string): number {
    return this.names.register(name);
  }

  mask(name: string): number {
    return this.names.mask(name);
  }

  cost(key: string): number {
    const cost = (this.costs as Readonly<Record<string, { ns: number } | undefined>>)[key];
    if (cost === undefined) throw badProgram("cost table", `has no cost named ${key}`);
    this.usedCosts.add(key);
    return cost.ns;
  }

  /** The number behind a name; names are added on first use. */
  number(names: string[], name: string): number {
    const known = names.indexOf(name);
    return known >= 0 ? known : names.push(name) - 1;
  }

  variable(place: Place): Variable {
    const found = this.addresses.variables.get(place.variable);
    if (found === undefined) throw badProgram("memory", `has no variable ${place.variable}`);
    return found;
  }

  private assemble(program: Program): number[] {
    const words: number[] = [];
    const emitter = new Emitter(this, words);
    emitter.body([{ kind: "section", label: program.name, body: program.steps }]);
    emitter.word(op.FINISH, []);
    return words;
  }
}

/** Writes the words of one program; targets are word offsets from its start until relocation. */
export class Emitter {
  readonly assembler: Assembler;
  private readonly words: number[];
  private readonly sections: { label: string; leaves: number[] }[] = [];

  constructor(assembler: Assembler, words: number[]) {
    this.assembler = assembler;
    this.words = words;
  }

  body(steps: readonly Step[]): void {
    for (const step of steps) emitStep(this, step);
  }

  /** Appends a word and returns its offset. */
  word(opcode: number, operands: readonly number[], cost = 0, remoteCost = 0): number {
    const start = this.words.length;
    for (let i = 0; i < op.WORD; i++) this.words.push(0);
    this.words[start] = opcode;
    operands.forEach((operand, i) => {
      this.words[start + 1 + i] = operand;
    });
    this.words[start + op.COST] = cost;
    this.words[start + op.REMOTE_COST] = remoteCost;
    return start;
  }

  here(): number {
    return this.words.length;
  }

  /** Makes an earlier jump end here. */
  land(word: number): void {
    this.words[word + targetPosition(this.words[word]!)] = this.here();
  }

  openSection(label: string): void {
    this.sections.push({ label, leaves: [] });
  }

  closeSection(): void {
    for (const word of this.sections.pop()!.leaves) this.land(word);
  }

  leaveSection(label: string): void {
    const section = this.sections.findLast((open) => open.label === label);
    section!.leaves.push(this.word(op.JUMP, [0]));
  }
}

/** Registers and masks of one frame, numbered in order of first use; `self` is register 0. */
class FrameNames {
  private readonly registers = new Map<string, number>([["self", 0]]);
  private readonly masks = new Map<string, number>([["online", 0]]);

  get registerCount(): number {
    return this.registers.size;
  }

  get maskCount(): number {
    return this.masks.size;
  }

  register(name: string): number {
    return numbered(this.registers, name);
  }

  mask(name: string): number {
    return numbered(this.masks, name);
  }
}

function numbered(names: Map<string, number>, name: string): number {
  const known = names.get(name);
  if (known !== undefined) return known;
  names.set(name, names.size);
  return names.size - 1;
}

/** Which operand of a word is a jump target, or 0. */
function targetPosition(opcode: number): number {
  if (opcode === op.JUMP) return 1;
  if (opcode >= op.UNLESS_EQ && opcode <= op.UNLESS_GE) return 3;
  return opcode === op.MASK_NEXT ? 3 : 0;
}

function relocate(words: number[], start: number): void {
  for (let word = start; word < words.length; word += op.WORD) {
    const position = targetPosition(words[word]!);
    if (position > 0) words[word + position]! += start;
  }
}

function describeEntry(
  program: Program,
  words: readonly number[],
  start: number,
  params: readonly number[],
  addresses: Addresses,
): EntryPoint {
  const observes = new Set<string>();
  let isPassive = !canEnd(words, start);
  let fixedNs = 0;
  for (let word = start; word < words.length; word += op.WORD) {
    const opcode = words[word]!;
    if (opcode >= op.FIRST_INTERACTION && opcode !== op.FINISH) isPassive = false;
    if (opcode === op.LOAD_SHARED) {
      for (const [name, variable] of addresses.variables) {
        if (variable.scope !== "cpu" && addresses.addressOf(name) === words[word + 2]) {
          observes.add(name);
        }
      }
    }
    const isFixed = opcode === op.DELAY || opcode === op.FINISH;
    fixedNs = isFixed && fixedNs >= 0 ? fixedNs + words[word + op.COST]! : -1;
  }
  return { program, start, params, isPassive, observes: [...observes], fixedNs };
}

/** Whether the last word, FINISH, can be reached: by falling into it or by a jump. */
function canEnd(words: readonly number[], start: number): boolean {
  const finish = words.length - op.WORD;
  if (finish === start || words[finish - op.WORD] !== op.JUMP) return true;
  for (let word = start; word < finish; word += op.WORD) {
    const position = targetPosition(words[word]!);
    if (position > 0 && words[word + position] === finish) return true;
  }
  return false;
}
