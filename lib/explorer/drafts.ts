/** Drafts: instructions that refer to registers by name until slots are allotted. */
import { badProgram } from "../base/messages.ts";
import type { Condition, Operand, Place, Step, Variable } from "../steps/instructions.ts";
import { wordsOf } from "../steps/words.ts";
import type { Dictionary } from "./dictionary.ts";
import type { Instruction, PlaceCode } from "./instruction.ts";
import { NOBODY, ONLINE, SELF } from "./instruction.ts";
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

/** A constant, or the name of a register. */
type Named = string | number;

interface Operands {
  readonly left: Named;
  readonly right: Named;
  readonly third: Named;
  readonly args: readonly Named[];
  readonly place: (PlaceCode & { owner: number }) | undefined;
  readonly owner: Named;
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
    const reads = new Set<string>();
    const operands = this.operandsOf(fields, reads);
    const changed = fields.changedMask === undefined ? undefined : `m:${fields.changedMask}`;
    if (changed !== undefined) reads.add(changed);
    const writes = this.written(fields);
    const instruction = this.blank(opcode, fields, operands.place);
    const resolve = (slotOf: (name: string) => number): void => {
      const slot = (one: Named): number => (typeof one === "number" ? one : slotOf(one));
      instruction.left = slot(opcode === op.MASK_TAKE ? changed! : operands.left);
      instruction.right = slot(operands.right);
      instruction.third = slot(operands.third);
      instruction.args = operands.args.map(slot);
      if (operands.place !== undefined) operands.place.owner = slot(operands.owner);
      const target = opcode === op.MASK_TAKE ? writes : (changed ?? writes);
      instruction.into = target === undefined ? -1 : slotOf(target);
    };
    return { instruction, reads: [...reads], writes: writes ?? changed, resolve };
  }

  /** Operands as constants or names; the names are added to `reads`. */
  private operandsOf(fields: DraftFields, reads: Set<string>): Operands {
    const named = (name: string): string => {
      reads.add(name);
      return name;
    };
    const value = (operand: Operand | undefined): Named => {
      if (operand === undefined) return ~0;
      if (typeof operand === "number") return ~this.code.dictionary.numberOf(operand);
      return named(`v:${operand}`);
    };
    const cpu = (operand: Operand | undefined): Named => {
      if (operand === undefined || operand === "self") return SELF;
      if (typeof operand === "string") return named(`c:${operand}`);
      if (operand === -1) return NOBODY;
      throw badProgram(this.program, `CPU ${operand} is named by its number`);
    };
    const second = (): Named => {
      if (fields.otherCpu !== undefined) return cpu(fields.otherCpu);
      if (fields.mask === undefined) return value(fields.right);
      return fields.mask === "online" ? ONLINE : named(`m:${fields.mask}`);
    };
    const { place } = fields;
    const found = place === undefined ? undefined : this.code.variable(place.variable);
    const ownerIsCpu = found?.variable.scope === "cpu";
    return {
      left: fields.cpu === undefined ? value(fields.left) : cpu(fields.cpu),
      right: second(),
      third: value(fields.third),
      args: (fields.args ?? []).map((arg) => (this.isCpu(arg) ? cpu(arg) : value(arg))),
      place: found === undefined ? undefined : { variable: found.number, owner: 0, ownerIsCpu },
      owner: ownerIsCpu ? cpu(place?.of ?? "self") : value(place?.of ?? 0),
    };
  }

  private blank(
    opcode: number,
    { step, name, text, relation, word = "", handler = -1 }: DraftFields,
    place: PlaceCode | undefined,
  ): Instruction {
    return {
      opcode,
      into: -1,
      left: 0,
      right: 0,
      third: 0,
      place,
      relation,
      word,
      handler,
      args: [],
      next: this.drafts.length + 1,
      target: this.drafts.length + 1,
      name: name ?? step?.name ?? "",
      text: text ?? (step === undefined ? "" : wordsOf(step)),
      deadAtNext: [],
      deadAtTarget: [],
    };
  }

  private written(fields: DraftFields): string | undefined {
    if (fields.intoCpu !== undefined) return `c:${fields.intoCpu}`;
    if (fields.intoMask !== undefined) return `m:${fields.intoMask}`;
    return fields.into === undefined ? undefined : `v:${fields.into}`;
  }
}
