/** Drafts: instructions that refer to registers by name until slots are allotted. */
import { badProgram } from "../base/messages.ts";
import type { Condition, Operand, Place, Step, Variable } from "../steps/instructions.ts";
import { wordsOf } from "../steps/words.ts";
import type { Dictionary } from "./dictionary.ts";
import type { Instruction, PlaceCode } from "./instruction.ts";
import { ONLINE, SELF } from "./instruction.ts";
import * as op from "./opcodes.ts";

/** A draft refers to registers by name; slots come when all are known. */
export interface Draft {
  readonly instruction: Instruction;
  /** Names of the registers it reads, and of the one it writes: `v:name`, `c:name` or `m:name`. */
  readonly reads: readonly string[];
  readonly writes: string | undefined;
  /** Puts slots in place of names. */
  readonly resolve: (slotOf: (name: string) => number) => void;
}

/** What an instruction says; each kind uses some. */
export interface DraftFields {
  readonly step?: Step;
  readonly name?: string;
  readonly text?: string;
  readonly into?: string | undefined;
  readonly intoCpu?: string;
  readonly intoMask?: string;
  /** A mask that is read and written. */
  readonly changedMask?: string;
  readonly left?: Operand;
  readonly right?: Operand;
  readonly third?: Operand | undefined;
  readonly cpu?: Operand;
  readonly otherCpu?: Operand;
  readonly mask?: string;
  readonly place?: Place;
  readonly relation?: Condition["is"];
  readonly word?: string;
  readonly handler?: number;
  readonly args?: readonly Operand[];
}

/** What instructions name: values and variables. */
export interface CodeNames {
  readonly dictionary: Dictionary;
  variable(name: string): { readonly number: number; readonly variable: Variable };
}

/** Makes the drafts of one program. */
export class Drafter {
  readonly drafts: Draft[] = [];
  private readonly code: CodeNames;
  private readonly program: string;
  private readonly cpuRegisters: ReadonlySet<string>;

  constructor(code: CodeNames, program: string, cpuRegisters: ReadonlySet<string>) {
    this.code = code;
    this.program = program;
    this.cpuRegisters = cpuRegisters;
  }

  /** Appends an instruction; its number within the program. */
  emit(opcode: number, fields: DraftFields): number {
    this.drafts.push(this.draft(opcode, fields));
    return this.drafts.length - 1;
  }

  /** Whether an operand holds a CPU rather than a number. */
  isCpu(operand: Operand): boolean {
    return operand === "self" || (typeof operand === "string" && this.cpuRegisters.has(operand));
  }

  private draft(opcode: number, fields: DraftFields): Draft {
    const { step, place } = fields;
    const reads: string[] = [];
    const value = (operand: Operand | undefined): string | number => {
      if (operand === undefined) return ~0;
      if (typeof operand === "number") return ~this.code.dictionary.numberOf(operand);
      reads.push(`v:${operand}`);
      return `v:${operand}`;
    };
    const cpu = (operand: Operand | undefined): string | number => {
      if (operand === undefined || operand === "self") return SELF;
      if (typeof operand === "number") {
        throw badProgram(this.program, `CPU ${operand} is named by its number`);
      }
      reads.push(`c:${operand}`);
      return `c:${operand}`;
    };
    const mask = (name: string | undefined): string | number => {
      if (name === undefined || name === "online") return ONLINE;
      reads.push(`m:${name}`);
      return `m:${name}`;
    };
    const operands = {
      left: fields.cpu === undefined ? value(fields.left) : cpu(fields.cpu),
      right:
        fields.otherCpu !== undefined
          ? cpu(fields.otherCpu)
          : fields.mask !== undefined
            ? mask(fields.mask)
            : value(fields.right),
      third: value(fields.third),
    };
    const args = (fields.args ?? []).map((arg) => (this.isCpu(arg) ? cpu(arg) : value(arg)));
    const code = place === undefined ? undefined : this.placeOf(place, value, cpu);
    const changed = fields.changedMask === undefined ? undefined : `m:${fields.changedMask}`;
    if (changed !== undefined) reads.push(changed);
    const writes = this.written(fields);
    const instruction: Instruction = {
      opcode,
      into: -1,
      left: 0,
      right: 0,
      third: 0,
      place: code?.place,
      relation: fields.relation,
      word: fields.word ?? "",
      handler: fields.handler ?? -1,
      args: [],
      next: this.drafts.length + 1,
      target: this.drafts.length + 1,
      name: fields.name ?? step?.name ?? "",
      text: fields.text ?? (step === undefined ? "" : wordsOf(step)),
      deadAtNext: [],
      deadAtTarget: [],
    };
    const resolve = (slotOf: (name: string) => number): void => {
      const slot = (one: string | number): number => (typeof one === "number" ? one : slotOf(one));
      instruction.left = slot(operands.left);
      instruction.right = slot(operands.right);
      instruction.third = slot(operands.third);
      instruction.args = args.map(slot);
      const target = changed ?? writes;
      instruction.into = target === undefined ? -1 : slotOf(target);
      if (opcode === op.MASK_TAKE) {
        instruction.left = slotOf(changed!);
        instruction.into = slotOf(writes!);
      }
      code?.resolve(slot);
    };
    return { instruction, reads, writes: writes ?? changed, resolve };
  }

  private written(fields: DraftFields): string | undefined {
    if (fields.intoCpu !== undefined) return `c:${fields.intoCpu}`;
    if (fields.intoMask !== undefined) return `m:${fields.intoMask}`;
    return fields.into === undefined ? undefined : `v:${fields.into}`;
  }

  private placeOf(
    place: Place,
    value: (operand: Operand) => string | number,
    cpu: (operand: Operand) => string | number,
  ): { place: PlaceCode; resolve: (slot: (one: string | number) => number) => void } {
    const { number, variable } = this.code.variable(place.variable);
    const ownerIsCpu = variable.scope === "cpu";
    const owner = ownerIsCpu ? cpu(place.of ?? "self") : value(place.of ?? 0);
    const code = { variable: number, owner: 0, ownerIsCpu };
    return {
      place: code,
      resolve: (slot) => {
        code.owner = slot(owner);
      },
    };
  }
}
