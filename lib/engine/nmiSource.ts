/** Performance counters whose overflow interrupts a CPU, whatever it does. */
import { deriveStream, exponentialAt, uniformAt } from "../base/random.ts";
import type { Duration, Program } from "../steps/instructions.ts";
import type { EntryPoint } from "./entryPoint.ts";

/** `kernel.perf_cpu_time_max_percent` at boot: NMIs may take a quarter of the time. */
const MAX_SHARE = 4;

/** Non-maskable interrupts on some CPUs during the window. */
export interface NmiPlan {
  /**
   * From one overflow to the next; drawn from a random stream of its own for each CPU. Longer where
   * NMIs would take more than a quarter of the time, as the kernel lowers the rate then.
   */
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
  /** By how much the period is longer than planned. */
  private slowdown = 1;

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
    if (every.kind !== "fixed") return this.nextNs(cpu);
    return uniformAt(this.random, 4 * cpu, 1, Math.max(1, every.ns));
  }

  /** ns from one overflow to the next, at least 1. */
  nextNs(cpu: number): number {
    return Math.max(1, this.plannedNs(cpu) * this.slowdown);
  }

  /** One has taken `ns`: where that is too often, all come more rarely (perf_sample_event_took). */
  took(ns: number): void {
    while (ns * MAX_SHARE > this.meanNs() * this.slowdown) this.slowdown *= 2;
  }

  private plannedNs(cpu: number): number {
    const { every, random } = this;
    switch (every.kind) {
      case "fixed":
        return every.ns;
      case "exponential":
        return exponentialAt(random, 4 * cpu, every.meanNs);
      case "uniform":
        return uniformAt(random, 4 * cpu, every.fromNs, every.toNs - every.fromNs + 1);
    }
  }

  private meanNs(): number {
    const { every } = this;
    if (every.kind === "uniform") return Math.max(1, (every.fromNs + every.toNs) / 2);
    return Math.max(1, every.kind === "fixed" ? every.ns : every.meanNs);
  }
}
