/** The engine's memory: numbers and CPU masks, laid out by scope. */
import { CpuMask } from "../base/cpuMask.ts";
import { badProgram } from "../base/messages.ts";
import type { Variable } from "../steps/instructions.ts";
import type { Addresses } from "./entryPoint.ts";

/** How many owners each scope has. */
export interface MemorySize {
  readonly cpus: number;
  readonly mms: number;
  readonly tables: number;
}

/** Variables at fixed addresses: `addressOf(name)` plus the number of the owner. */
export class Memory implements Addresses {
  readonly variables: ReadonlyMap<string, Variable>;
  readonly numbers: Float64Array;
  readonly masks: readonly CpuMask[];
  private readonly bases = new Map<string, number>();

  constructor(variables: readonly Variable[], size: MemorySize) {
    this.variables = new Map(variables.map((variable) => [variable.name, variable]));
    let numbers = 0;
    let masks = 0;
    for (const variable of variables) {
      const isMask = variable.holds === "mask";
      this.bases.set(variable.name, isMask ? masks : numbers);
      if (isMask) masks += owners(variable, size);
      else numbers += owners(variable, size);
    }
    this.numbers = new Float64Array(numbers);
    this.masks = Array.from({ length: masks }, () => new CpuMask(size.cpus));
    for (const variable of variables) {
      if (variable.holds === "mask") continue;
      const base = this.addressOf(variable.name);
      this.numbers.fill(variable.initial, base, base + owners(variable, size));
    }
  }

  addressOf(variable: string): number {
    const base = this.bases.get(variable);
    if (base === undefined) throw badProgram("memory", `has no variable ${variable}`);
    return base;
  }
}

function owners(variable: Variable, size: MemorySize): number {
  switch (variable.scope) {
    case "cpu":
      return size.cpus;
    case "mm":
      return size.mms;
    case "table":
      return size.tables;
    case "global":
      return 1;
  }
}
