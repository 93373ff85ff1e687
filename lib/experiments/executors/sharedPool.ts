/** Pools of threads that sweeps share, one after the other or at the same time. */
import type { Piscina } from "piscina";
import type { CellMessage, CellTimes } from "./cellWorker.ts";
import type { CellLimits } from "./executor.ts";

/** The threads of a pool. */
export type Threads = Piscina<CellMessage, CellTimes>;

const pools = new Map<string, SharedPool>();

/** It lives as long as the process, which idle threads do not keep alive, or until discarded. */
export class SharedPool {
  private readonly id: string;
  private readonly started: Promise<Threads>;
  private threads: Threads | undefined;
  private users = 0;
  private isDiscarded = false;

  private constructor(id: string, started: Promise<Threads>) {
    this.id = id;
    this.started = started;
  }

  /** The pool of so many threads, each with the heap that the limits allow, that run `file`. */
  static of(workers: number, { memoryMb }: CellLimits, file: string): SharedPool {
    const id = JSON.stringify([workers, memoryMb, file]);
    const pool = pools.get(id) ?? new SharedPool(id, startThreads(workers, memoryMb, file));
    pools.set(id, pool);
    return pool;
  }

  /** Runs `compute`; while it runs, the threads stay unless it discards them itself. */
  async use(compute: (threads: Threads) => Promise<void>): Promise<void> {
    this.users++;
    try {
      this.threads ??= await this.started;
      await compute(this.threads);
    } finally {
      this.users--;
      if (this.isDiscarded && this.users === 0) this.end();
    }
  }

  /**
   * Nobody gets this pool any more, and the threads end with their last user: at once, when that
   * is who calls. To abort tasks instead would have each thread replaced, and a process that wants
   * to leave would wait for the new ones to load the library.
   */
  discard(): void {
    this.isDiscarded = true;
    if (pools.get(this.id) === this) pools.delete(this.id);
    if (this.users === 1) this.end();
  }

  /** Once: a second call would make the pool believe that it is to have threads again. */
  private end(): void {
    this.threads?.destroy();
    this.threads = undefined;
  }
}

async function startThreads(workers: number, memoryMb: number, file: string): Promise<Threads> {
  const { Piscina } = await import("piscina");
  const threads: Threads = new Piscina({
    filename: file,
    minThreads: workers,
    maxThreads: workers,
    idleTimeout: Number.POSITIVE_INFINITY,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    execArgv: [],
    recordTiming: false,
  });
  threads.on("error", () => undefined); // without a listener it would end the process
  return threads;
}
