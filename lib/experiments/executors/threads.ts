/** Computes cells on worker threads: the default. Threads stay for the next sweep. */
import { existsSync } from "node:fs";
import os from "node:os";
import { fileURLToPath } from "node:url";
import { checkInteger, checkKeys } from "../../base/check.ts";
import { refused } from "../../base/messages.ts";
import { problemText } from "../store/outcome.ts";
import type { CellTask } from "../sweep/cell.ts";
import type { CellTimes } from "./cellWorker.ts";
import { Deadline } from "./deadline.ts";
import type { Executor, Work } from "./executor.ts";
import { SharedPool, type Threads } from "./sharedPool.ts";
import { problemOfWorker } from "./workerProblem.ts";

/** Options of {@link threads}. */
export interface ThreadOptions {
  /** Threads, 1…1024. Default: one for each CPU that this process may use. */
  readonly workers?: number;
  /** Cells of one call that are computed at the same time. Default: one a thread. */
  readonly lanes?: number;
  /** The file that the threads run; exports a function like that of `cellWorker`. */
  readonly file?: string;
}

/** Cells that take less than this together travel as one message. */
const MESSAGE_MS = 20;
const CELLS_A_MESSAGE = 64;

/** An executor on `workers` threads. Throws SD001 for another number. */
export function threads(options: ThreadOptions = {}): Executor {
  checkKeys("threads", options, ["workers", "lanes", "file"]);
  const { workers = os.availableParallelism(), file = cellWorkerFile() } = options;
  const { lanes = workers } = options;
  checkInteger("workers", workers, 1, 1024);
  return {
    name: "threads",
    delivery: "emits",
    run: async (work) => {
      const pool = SharedPool.of(workers, work.limits, file);
      await pool.use(async (threads) => await new ThreadRun(pool, threads, work).drain(lanes));
    },
  };
}

/** One sweep on a pool: lanes take the next cells until none are left. */
class ThreadRun {
  private readonly pool: SharedPool;
  private readonly threads: Threads;
  private readonly work: Work;
  private readonly attempts = new Map<string, number>();
  /** Cells of messages that failed as a whole: each goes alone, before all others. */
  private readonly again: CellTask[] = [];
  private next = 0;
  /** Cells for a message, by how long the last ones took. */
  private batch = 1;

  constructor(pool: SharedPool, threads: Threads, work: Work) {
    this.pool = pool;
    this.threads = threads;
    this.work = work;
  }

  async drain(lanes: number): Promise<void> {
    const failed = new AbortController();
    const { signal } = failed;
    const stop = (): void => {
      this.pool.discard();
      failed.abort();
    };
    this.work.signal.addEventListener("abort", stop, { once: true });
    if (this.work.signal.aborted) stop();
    const lane = async (): Promise<void> => {
      for (let cells = this.take(); cells.length > 0 && !signal.aborted; cells = this.take()) {
        await this.compute(cells, signal);
      }
    };
    const ends = Array.from({ length: lanes }, () =>
      lane().catch((error: unknown) => {
        failed.abort();
        throw error;
      }),
    );
    // A thread that cannot even load its file belongs to no cell.
    let broken: unknown;
    const onError = (error: unknown): void => {
      broken = error;
      stop();
    };
    this.threads.on("error", onError);
    await Promise.allSettled(ends);
    this.threads.off("error", onError);
    this.work.signal.removeEventListener("abort", stop);
    await Promise.all(ends);
    if (broken !== undefined) throw broken;
  }

  private take(): readonly CellTask[] {
    const alone = this.again.pop();
    if (alone !== undefined) return [alone];
    const cells = this.work.cells.slice(this.next, this.next + this.batch);
    this.next += cells.length;
    return cells;
  }

  private async compute(cells: readonly CellTask[], signal: AbortSignal): Promise<void> {
    const deadline = new Deadline(this.work.limits.timeoutMs * cells.length);
    const { begun } = deadline;
    try {
      const either = AbortSignal.any([signal, deadline.signal]);
      const times = await this.threads.run({ cells, begun }, { signal: either });
      for (const [text, ms] of times) this.work.emit(text, ms);
      this.adapt(times);
    } catch (error) {
      if (signal.aborted) return;
      this.failed(cells, error, deadline.signal.aborted);
    } finally {
      deadline.end();
    }
  }

  private adapt(times: CellTimes): void {
    const ms = times.reduce((sum, [, one]) => sum + one, 0) / times.length;
    const fits = Math.floor(MESSAGE_MS / Math.max(ms, 0.01));
    this.batch = Math.max(1, Math.min(CELLS_A_MESSAGE, this.batch * 2, fits));
  }

  private failed(cells: readonly CellTask[], error: unknown, late: boolean): void {
    this.batch = 1;
    const problem = problemOfWorker(error, late ? this.work.limits.timeoutMs : undefined);
    if (problem === undefined) throw error;
    for (const cell of cells) {
      const tried = (this.attempts.get(cell.key) ?? 0) + (cells.length === 1 ? 1 : 0);
      this.attempts.set(cell.key, tried);
      if (tried < this.work.limits.attempts) this.again.push(cell);
      else this.work.emit(problemText(cell.key, problem));
    }
  }
}

/** The compiled worker, which exists beside the compiled library only. */
function cellWorkerFile(): string {
  const file = fileURLToPath(new URL("./cellWorker.js", import.meta.url));
  if (existsSync(file)) return file;
  throw refused("threads", file, "run from the built package, or take the executor in-process");
}
