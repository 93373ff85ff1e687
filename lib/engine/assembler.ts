/**
 * The assembler: programs to machine words, with costs resolved from the machine's table. Nothing
 * is generated or compiled; the words mirror the steps one to one, so that a step costs one table
 * row.
 */
import { badProgram } from "../base/messages.ts";
import type { CostTable } from "../machine/costs.ts";
import type { Operand, Place, Program, Variable } from "../steps/instructions.ts";
import { emitBody } from "./emit.ts";
import type { Linker } from "./emitter.ts";
import { Emitter } from "./emitter.ts";
import type { Addresses, EntryPoint } from "./entryPoint.ts";
import { describeEntry } from "./entryPoint.ts";
import { FrameNames } from "./frameNames.ts";

/** Everything the interpreter needs to know about the loaded programs. */
export interface Assembly {
  /** Slots (registers and constants) and mask registers that the largest frame needs. */
  readonly slots: number;
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

/** Collects words, constants and names while programs are loaded. */
export class Assembler implements Linker {
  readonly rows: string[] = ["CAL", "TLB", "RES"];
  readonly tallies: string[] = [];
  readonly stopwatches: string[] = [];
  readonly traceEvents: { event: string; detail: string }[] = [];
  readonly addresses: Addresses;
  private readonly costs: CostTable;
  private words = 0;
  private readonly usedCosts = new Set<string>();
  private readonly entries: EntryPoint[] = [];
  private readonly loaded = new Map<Program, number>();
  private slotCount = 1;
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
    for (const name of program.params) this.names.register(name);
    const emitter = new Emitter(this);
    emitBody(emitter, [{ kind: "section", label: program.name, body: program.steps }]);
    emitter.finish();
    for (const word of emitter.words) word.index = this.words++;
    this.slotCount = Math.max(this.slotCount, this.names.slotCount);
    this.maskCount = Math.max(this.maskCount, this.names.maskCount);
    const entry = describeEntry(program, emitter.words, this.names, this.addresses);
    this.names = outer;
    const id = this.entries.push(entry) - 1;
    this.loaded.set(program, id);
    return id;
  }

  /** A loaded program. */
  entry(number: number): EntryPoint {
    return this.entries[number]!;
  }

  /** The finished assembly. */
  finish(): Assembly {
    return {
      slots: this.slotCount,
      maskRegisters: this.maskCount,
      rows: this.rows,
      tallies: this.tallies,
      stopwatches: this.stopwatches,
      traceEvents: this.traceEvents,
      entries: this.entries,
      costKeys: [...this.usedCosts].sort(),
    };
  }

  /** The slot of a register or of a constant. */
  operand(value: Operand): number {
    return typeof value === "string" ? this.names.register(value) : this.names.constant(value);
  }

  register(name: string): number {
    return this.names.register(name);
  }

  mask(name: string): number {
    return this.names.mask(name);
  }

  /** ns of a cost of the machine's table. Throws SD007 for a name the table lacks. */
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

  /** The declaration of a variable. Throws SD007 for one that is not declared. */
  variable(place: Place): Variable {
    const found = this.addresses.variables.get(place.variable);
    if (found === undefined) throw badProgram("memory", `has no variable ${place.variable}`);
    return found;
  }
}
