/** Computes cells on worker threads: the default. Threads stay for the next sweep. */
import { existsSync } from "node:fs";
import os from "node:os";
import { fileURLToPath } from "node:url";
import { checkInteger, checkKeys } from "../../base/check.ts";
import { refused } from "../../base/messages.ts";
import { problemText } from "../store/outcome.ts";
import type { CellTimes } from "./cellWorker.ts";
import { Deadline } from "./deadline.ts";
import type { Executor, Work } from "./executor.ts";
import { SharedColumns } from "./sharedColumns.ts";
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
  /** Cells by their place in the work and in the columns. */
  private readonly columns: SharedColumns;
  /** Cells of messages that failed as a whole: each goes alone, before all others. */
  private readonly again: number[] = [];
  private next = 0;
  /** Cells for a message, by how long the last ones took. */
  private batch = 1;

  constructor(pool: SharedPool, threads: Threads, work: Work) {
    this.pool = pool;
    this.threads = threads;
    this.work = work;
    this.columns = SharedColumns.ofRows(work.cells.length);
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
      for (let at = this.take(); at.length > 0 && !signal.aborted; at = this.take()) {
        await this.compute(at, signal);
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

  /** The places of the next cells. */
  private take(): readonly number[] {
    const alone = this.again.pop();
    if (alone !== undefined) return [alone];
    const first = this.next;
    this.next = Math.min(first + this.batch, this.work.cells.length);
    return Array.from({ length: this.next - first }, (_, i) => first + i);
  }

  private async compute(places: readonly number[], signal: AbortSignal): Promise<void> {
    const { cells, limits } = this.work;
    const deadline = new Deadline(limits.timeoutMs);
    const { begun } = deadline;
    const message = { places, cells: places.map((at) => cells[at]!), begun };
    try {
      const either = AbortSignal.any([signal, deadline.signal]);
      const { buffer } = this.columns;
      const times = await this.threads.run({ ...message, columns: buffer }, { signal: either });
      for (const [i, [text, ms]] of times.entries()) {
        if (text === null) this.emitRow(places[i]!);
        else this.work.emit(text, ms);
      }
      this.adapt(times);
    } catch (error) {
      // What the thread had measured before it ended is there.
      const rest = places.filter((at) => !this.emitRow(at));
      if (signal.aborted) return;
      this.failed(rest, error, deadline.signal.aborted, places.length === 1);
    } finally {
      deadline.end();
    }
  }

  /** Hands over the row in the columns; false where there is none. */
  private emitRow(at: number): boolean {
    const text = this.columns.text(at, this.work.cells[at]!.key);
    if (text !== undefined) this.work.emit(text, this.columns.ms(at));
    return text !== undefined;
  }

  private adapt(times: CellTimes): void {
    const ms = times.reduce((sum, [, one]) => sum + one, 0) / times.length;
    const fits = Math.floor(MESSAGE_MS / Math.max(ms, 0.01));
    this.batch = Math.max(1, Math.min(CELLS_A_MESSAGE, this.batch * 2, fits));
  }

  /** A cell that was alone in its message has failed once more; of others nobody knows which. */
  private failed(places: readonly number[], error: unknown, late: boolean, alone: boolean): void {
    this.batch = 1;
    const problem = problemOfWorker(error, late ? this.work.limits.timeoutMs : undefined);
    if (problem === undefined) throw error;
    for (const at of places) {
      const { key } = this.work.cells[at]!;
      const tried = (this.attempts.get(key) ?? 0) + (alone ? 1 : 0);
      this.attempts.set(key, tried);
      if (tried < this.work.limits.attempts) this.again.push(at);
      else this.work.emit(problemText(key, problem));
    }
  }
}

/** The compiled worker, which exists beside the compiled library only. */
function cellWorkerFile(): string {
  const file = fileURLToPath(new URL("./cellWorker.js", import.meta.url));
  if (existsSync(file)) return file;
  throw refused("threads", file, "run from the built package, or take the executor in-process");
}
