/** vCPUs that lose their CPU now and then, and when they do. */
import { deriveStream, exponentialAt, uniformAt } from "../base/random.ts";
import type { Program } from "../steps/instructions.ts";
import type { EntryPoint } from "./entryPoint.ts";

/** vCPUs that lose their CPU now and then during the window. */
export interface PreemptionPlan {
  /** Mean ns that a vCPU runs, and that it is stopped; at least 1. */
  readonly meanRunNs: number;
  readonly meanStopNs: number;
  /** Which vCPUs; all without. */
  readonly cpus?: readonly number[];
  /**
   * A per-CPU variable that is 1 from when the vCPU stops until it runs (`preempted` of the
   * steal-time record). Other values that somebody stores meanwhile are for `onRun` to find.
   */
  readonly flag: string;
  /**
   * What the host does before it enters the vCPU: nothing of the vCPU runs meanwhile, and no
   * interrupt is counted. It must not wait. Afterwards `flag` is 0 in any case.
   */
  readonly onRun?: Program;
}

/** The plan, resolved, and what has come of it. */
export class Preemption {
  readonly meanRunNs: number;
  readonly meanStopNs: number;
  readonly cpus: readonly number[];
  readonly flagBase: number;
  readonly onRun: EntryPoint | undefined;
  /** ns that each vCPU was stopped, `onRun` included. */
  readonly stoppedNs: Float64Array;
  readonly isStopped: Uint8Array;
  private readonly random: Uint32Array;

  constructor(
    plan: PreemptionPlan,
    resolved: { cpus: number; seed: number; flagBase: number; onRun: EntryPoint | undefined },
  ) {
    const { cpus, seed, flagBase, onRun } = resolved;
    this.meanRunNs = plan.meanRunNs;
    this.meanStopNs = plan.meanStopNs;
    this.cpus = plan.cpus ?? Array.from({ length: cpus }, (_, cpu) => cpu);
    this.flagBase = flagBase;
    this.onRun = onRun;
    this.stoppedNs = new Float64Array(cpus);
    this.isStopped = new Uint8Array(cpus);
    this.random = new Uint32Array(4 * cpus);
    for (const cpu of this.cpus) this.random.set(deriveStream(seed, "vcpu", cpu), 4 * cpu);
  }

  runNs(cpu: number): number {
    return exponentialAt(this.random, 4 * cpu, this.meanRunNs);
  }

  stopNs(cpu: number): number {
    return exponentialAt(this.random, 4 * cpu, this.meanStopNs);
  }

  /** Whether a vCPU that has run and stopped for ever is stopped at a given moment. */
  startsStopped(cpu: number): boolean {
    const all = this.meanRunNs + this.meanStopNs;
    return uniformAt(this.random, 4 * cpu, 0, all) < this.meanStopNs;
  }
}
