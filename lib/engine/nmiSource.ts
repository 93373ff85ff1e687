/** Performance counters whose overflow interrupts a CPU, whatever it does. */
import { deriveStream, exponentialAt, uniformAt } from "../base/random.ts";
import type { Duration, Program } from "../steps/instructions.ts";
import type { EntryPoint } from "./entryPoint.ts";

/** Non-maskable interrupts on some CPUs during the window. */
export interface NmiPlan {
  /** From one overflow to the next; drawn from a random stream of its own for each CPU. */
  readonly every: Duration;
  readonly cpus: readonly number[];
  /** The handler; it must not wait. */
  readonly program: Program;
  readonly args: Readonly<Record<string, number>>;
}

/** The plan, resolved. */
export class NmiSource {
  readonly cpus: readonly number[];
  readonly entry: EntryPoint;
  readonly args: readonly number[];
  /** The row that counts them. */
  readonly row: number;
  private readonly every: Duration;
  private readonly random: Uint32Array;

  constructor(plan: NmiPlan, made: { cpus: number; seed: number; entry: EntryPoint; row: number }) {
    const { cpus, seed, entry, row } = made;
    this.cpus = plan.cpus;
    this.entry = entry;
    this.args = plan.program.params.map((name) => plan.args[name] ?? 0);
    this.row = row;
    this.every = plan.every;
    this.random = new Uint32Array(4 * cpus);
    for (const cpu of plan.cpus) this.random.set(deriveStream(seed, "nmi", cpu), 4 * cpu);
  }

  /** ns until the first overflow after some moment: counters of a fixed period are out of step. */
  firstNs(cpu: number): number {
    const { every } = this;
    return every.kind === "fixed" ? uniformAt(this.random, 4 * cpu, 1, every.ns) : this.nextNs(cpu);
  }

  /** ns from one overflow to the next, at least 1. */
  nextNs(cpu: number): number {
    const { every, random } = this;
    switch (every.kind) {
      case "fixed":
        return Math.max(1, every.ns);
      case "exponential":
        return exponentialAt(random, 4 * cpu, every.meanNs);
      case "uniform": {
        const drawn = uniformAt(random, 4 * cpu, every.fromNs, every.toNs - every.fromNs + 1);
        return Math.max(1, drawn);
      }
    }
  }
}
