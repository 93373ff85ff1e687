/** A process that takes cells from BullMQ, computes them on threads, and appends to the store. */
import { setTimeout } from "node:timers/promises";
import type { Job } from "bullmq";
import { optionalPackage } from "../optional.ts";
import { isProblem, readOutcome } from "../store/outcome.ts";
import { provenance } from "../store/provenance.ts";
import { isCancelled } from "../sweep/coordinate.ts";
import type { PlanCell } from "../sweep/plan.ts";
import { SweepStore } from "../sweep/sweepStore.ts";
import { type CellJob, leaveServer, queueName, RedisLink, unlessAborted } from "./bullmq.ts";
import type { Executor } from "./executor.ts";
import { threads } from "./threads.ts";

/** How a worker process works. */
export interface WorkerOptions {
  readonly redis: string;
  readonly folder: string;
  /** Cells that are computed at the same time, each on a thread. */
  readonly workers: number;
  /** Time after which the cells of a worker that says nothing go to another one, ms. */
  readonly lockMs: number;
  /** Leave when no cell is missing; else wait for more. */
  readonly untilDone: boolean;
  readonly signal: AbortSignal;
}

const POLL_MS = 250;
/** How often the cells of dead workers go to others: as often as workers die. */
const MOST_STALLS = 1_000;

/** Computes cells until the signal, a request to stop, or the end of the sweep. */
export async function runWorker(options: WorkerOptions): Promise<SweepStore> {
  const { redis, folder, workers, lockMs } = options;
  const { Worker } = await optionalPackage("bullmq ioredis", () => import("bullmq"));
  const desk = new Desk(folder, workers);
  const link = new RedisLink(redis);
  const leave = new AbortController();
  const signal = AbortSignal.any([options.signal, leave.signal]);
  const worker = new Worker<CellJob>(queueName(folder), (job) => desk.compute(job, signal), {
    connection: link.options,
    concurrency: workers,
    lockDuration: lockMs,
    stalledInterval: lockMs,
    maxStalledCount: MOST_STALLS,
  });
  // Lost connections come back, and a lock that was lost means that another worker has the job too.
  worker.on("error", () => undefined);
  try {
    while (!signal.aborted && !desk.stopped() && !(options.untilDone && desk.finished())) {
      if (desk.broken !== undefined) throw desk.broken;
      await unlessAborted(signal, setTimeout(POLL_MS));
    }
  } finally {
    leave.abort();
    link.end();
    await leaveServer(worker);
    desk.store.rows.close();
  }
  return desk.store;
}

/** The store of a worker process, and the threads that it computes on. */
class Desk {
  store: SweepStore;
  /** What no other worker would do better: results that contradict, a full disk. */
  broken: unknown;
  private readonly folder: string;
  private readonly executor: Executor;
  private cells: ReadonlyMap<string, PlanCell>;

  constructor(folder: string, workers: number) {
    this.folder = folder;
    // Each job is one lane: its time counts from its start, not from when it waits for a thread.
    this.executor = threads({ workers, lanes: 1 });
    [this.store, this.cells] = this.opened();
  }

  /** Never in this thread: the lock of the job must be renewed while its cells are computed. */
  async compute({ data }: Job<CellJob>, signal: AbortSignal): Promise<void> {
    const { keys, ...limits } = data;
    const cells = this.missingOf(keys);
    if (cells.length === 0) return;
    const emit = (text: string): void => this.store.rows.append(text);
    try {
      await this.executor.run({ cells, limits, signal, folder: this.folder, emit });
    } catch (error) {
      this.broken = error;
      throw error;
    }
    if (signal.aborted) throw new Error("the worker leaves");
  }

  stopped(): boolean {
    return isCancelled(this.folder);
  }

  finished(): boolean {
    this.store.rows.refresh(() => undefined);
    return this.store.missing().length === 0;
  }

  /** Cells that have no row yet; those of a plan that has grown since are looked up again. */
  private missingOf(keys: readonly string[]): readonly PlanCell[] {
    this.store.rows.refresh(() => undefined);
    if (keys.some((key) => !this.cells.has(key))) {
      this.store.rows.close();
      [this.store, this.cells] = this.opened();
    }
    return keys.flatMap((key) => {
      const cell = this.cells.get(key);
      if (cell === undefined) throw new Error(`cell ${key} is not in the plan of ${this.folder}`);
      return isFinal(this.store.rows.text(key)) ? [] : [cell];
    });
  }

  private opened(): [SweepStore, ReadonlyMap<string, PlanCell>] {
    const store = SweepStore.open(this.folder);
    store.rows.write(provenance("bullmq"), "second");
    return [store, new Map(store.plan.cells.map((cell) => [cell.key, cell]))];
  }
}

/** A row, or a problem that comes again. */
function isFinal(text: string | undefined): boolean {
  if (text === undefined) return false;
  return !isProblem(text) || readOutcome(text).problem?.kind === "threw";
}
