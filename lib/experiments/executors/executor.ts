/** The contract of what computes cells. The store decides what is done, never a queue. */
import type { CellTask } from "../sweep/cell.ts";

/** Bounds of one cell. */
export interface CellLimits {
  /** A cell that takes longer fails; 0: no limit. */
  readonly timeoutMs: number;
  /** Heap of a worker, MB; a cell that needs more fails. */
  readonly memoryMb: number;
  /** How often a cell may end its worker, run out of memory or time before it has failed. */
  readonly attempts: number;
}

/** Bounds when none are given. */
export const DEFAULT_LIMITS: CellLimits = { timeoutMs: 0, memoryMb: 2_048, attempts: 2 };

/** What an executor is asked to do. */
export interface Work {
  /** Cells without an outcome, costliest first; each key once. */
  readonly cells: readonly CellTask[];
  readonly limits: CellLimits;
  /** Folder of the store; undefined in memory. */
  readonly folder: string | undefined;
  /** Stop soon: no new cells, and running ones end where that is possible. */
  readonly signal: AbortSignal;
  /** Brings `signal` up to date, for executors that keep the events of this thread waiting. */
  readonly look?: () => void;
  /** Takes the text of an outcome. `ms` is the time that the cell took, where it is known. */
  emit(text: string, ms?: number): void;
}

/** Computes cells. */
export interface Executor {
  readonly name: string;
  /**
   * `emits`: outcomes come through `emit`, and the coordinator stores them. `stores`: other
   * processes append them to the store; `run` resolves when it has handed the cells over, and the
   * coordinator watches the store unless the executor is `detached`.
   */
  readonly delivery: "emits" | "stores" | "detached";
  /** Limits that it cannot hold; whoever asks for one of them is told so. */
  readonly without?: readonly (keyof CellLimits)[];
  /**
   * Resolves when all cells are emitted or handed over, or soon after the signal. Rejects when the
   * executor itself cannot work; a cell that fails is an outcome.
   */
  run(work: Work): Promise<void>;
  /** `stores` only: looks after cells that are missing; called every second while some are. */
  tend?(missing: readonly CellTask[]): void;
  /** Ends what `run` left behind: connections, waiting jobs when `cancel` is true. */
  close?(cancel: boolean): Promise<void>;
}
