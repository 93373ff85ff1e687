/** Where variables are in the Promela text: one array of numbers, one of bits of masks. */
import { badProgram } from "../../base/messages.ts";
import { LIVE } from "../fields.ts";
import type { System } from "../system.ts";

/** Places of a system's memory, and what is there at the start. */
export class PromelaMemory {
  /** Initial numbers; the tables' states are the last ones. */
  readonly numbers: number[] = [];
  /** Initial bits of masks, a group of one bit a lane by owner. */
  readonly bits: number[] = [];
  /** Place of the state of table 0. */
  readonly tables: number;
  /** Words for each place: the comment of the arrays. */
  readonly meanings: string[] = [];
  private readonly first: number[] = [];

  constructor(system: System) {
    const { spec, uses } = system;
    const lanes = spec.lanes.length;
    const owners = { cpu: lanes, mm: spec.mms, table: spec.tables, global: 1 };
    spec.variables.forEach(({ name, scope, holds, initial }, i) => {
      this.first.push(holds === "mask" ? this.bits.length : this.numbers.length);
      if (!uses.variables.has(i)) return;
      if (holds === "mask") {
        this.bits.push(...Array.from({ length: owners[scope] * lanes }, () => 0));
        return;
      }
      this.meanings.push(`${name} from ${this.numbers.length} on`);
      this.numbers.push(...Array.from({ length: owners[scope] }, () => initial));
    });
    this.tables = this.numbers.length;
    this.meanings.push(`tables from ${this.tables} on`);
    this.numbers.push(...Array.from({ length: spec.tables }, () => LIVE));
    this.setInitial(system);
  }

  /** First place of a variable: in the array of numbers, or in that of bits. */
  placeOf(variable: number): number {
    return this.first[variable]!;
  }

  private setInitial({ spec, code, uses }: System): void {
    for (const { variable, owner = 0, value } of spec.initial) {
      const { number } = code.variable(variable);
      if (!uses.variables.has(number)) continue;
      const at = this.first[number]!;
      if (typeof value === "number") this.numbers[at + owner] = value;
      else for (const lane of value) this.bits[at + owner * spec.lanes.length + lane] = 1;
    }
    spec.lanes.forEach(({ initial = {} }, lane) => {
      for (const [name, value] of Object.entries(initial)) {
        const { number, variable } = code.variable(name);
        if (variable.holds === "mask") throw badProgram(name, "is a mask of a CPU");
        if (uses.variables.has(number)) this.numbers[this.first[number]! + lane] = value;
      }
    });
  }
}
