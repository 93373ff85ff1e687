/** What a workload asks of the engine: tasks for CPUs, in phases. */
import type { Environment } from "../mm/environment.ts";
import type { Duration, Program } from "../steps/instructions.ts";
import type { Task } from "../steps/task.ts";

/** A performance counter on some CPUs, whose overflow is an NMI that runs a program. */
export interface CounterPlan {
  readonly every: Duration;
  readonly cpus: readonly number[];
  readonly program: Program;
  readonly args: Readonly<Record<string, number>>;
}

/** The part of a run that one workload fills. */
export interface WorkloadPlan {
  /** CPUs it needs, counted from its first. */
  readonly cpus: number;
  /** Address spaces and page tables it uses, counted from its first. */
  readonly mms: number;
  readonly tables: number;
  /** Phases before the measured window. */
  readonly setup: readonly (readonly Task[])[];
  /** The window lasts until these are done. */
  readonly operation: readonly Task[];
  /** Runs for as long as the window lasts. */
  readonly background: readonly Task[];
  /** CPUs that run user code during the window. */
  readonly busyCpus: readonly number[];
  /** The window opens at this time (ns since the address space was made) or later. */
  readonly startNs: number;
  /** Counters that interrupt CPUs during the window. */
  readonly nmi?: CounterPlan;
  /** CPUs of no other workload, whose noise is recorded. */
  readonly observeNoise?: readonly number[];
}

/** Where a workload's CPUs, address spaces and tables begin, and what kernel it runs on. */
export interface PlanContext {
  readonly env: Environment;
  /** CPUs of the machine from the workload's first on. */
  readonly availableCpus: number;
  readonly firstCpu: number;
  readonly firstMm: number;
  readonly firstTable: number;
  /** The address space of the first workload, when composed. */
  readonly sharedMm: number | undefined;
  /** The page tables of the first workload, when they come before: first and how many. */
  readonly sharedTables: readonly [number, number] | undefined;
  /** The kernel has transparent huge pages. */
  readonly hugePages: boolean;
  /** Isolated CPUs of the machine. */
  readonly isolated: readonly number[];
}
