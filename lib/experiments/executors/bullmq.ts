/**
 * Hands cells to BullMQ, a queue on Redis or Valkey; `shootdown worker` computes them. The queue is
 * disposable: when it forgets jobs, they are handed over once more.
 */
import { hash } from "node:crypto";
import type { Queue } from "bullmq";
import { checkKeys, checkString } from "../../base/check.ts";
import { impossible, refused } from "../../base/messages.ts";
import { optionalPackage } from "../optional.ts";
import { identityOf } from "../store/identity.ts";
import type { CellTask } from "../sweep/cell.ts";
import { chunksOf } from "./chunks.ts";
import type { Executor, Work } from "./executor.ts";

/** Options of {@link bullmq}. */
export interface BullmqOptions {
  /** `redis://host:6379`, with user, password and database where there are any. */
  readonly redis: string;
}

/** What a job carries: keys, nothing that could be run. */
export interface CellJob {
  readonly keys: readonly string[];
  readonly attempts: number;
  readonly timeoutMs: number;
  readonly memoryMb: number;
}

const MOST_JOBS = 2_000;
/** Time for the first answer of the server, for taking jobs back, and for leaving it. */
const CONNECT_MS = 5_000;
const DRAIN_MS = 400;
const LEAVE_MS = 75;
/** Visits with an empty queue before jobs count as lost. */
const PATIENCE = 3;

/** Name of the queue of a folder. */
export function queueName(folder: string): string {
  return `shootdown-${identityOf(folder)}`;
}

/** An executor whose workers are processes anywhere, with the folder of the store in common. */
export function bullmq(options: BullmqOptions): Executor {
  checkKeys("bullmq", options, ["redis"]);
  const redis = checkString("redis", options.redis);
  let submitter = new Submitter(redis);
  return {
    name: "bullmq",
    delivery: "stores",
    run: (work) => unlessAborted(work.signal, submitter.submit(work)),
    tend: (missing) => submitter.tend(missing),
    close: async (cancel) => {
      const used = submitter;
      submitter = new Submitter(redis);
      await used.close(cancel);
    },
  };
}

class Submitter {
  private readonly link: RedisLink;
  private queue: Queue<CellJob> | undefined;
  private work: Work | undefined;
  private tending = false;
  private emptyVisits = 0;

  constructor(redis: string) {
    this.link = new RedisLink(redis);
  }

  async submit(work: Work): Promise<void> {
    if (work.folder === undefined) {
      throw impossible("executor", "bullmq", "its workers need a store in a folder they share");
    }
    this.work = work;
    this.queue ??= await newQueue(work.folder, this.link);
    await this.untilReady(this.queue);
    await this.add(work.cells);
  }

  /** Jobs that the queue no longer knows, while cells are missing, are lost: again. */
  tend(missing: readonly CellTask[]): void {
    if (this.tending) return;
    this.tending = true;
    this.look(missing)
      .catch(() => undefined) // the server is away: it will be asked again
      .finally(() => {
        this.tending = false;
      });
  }

  async close(cancel: boolean): Promise<void> {
    const queue = this.queue;
    this.queue = undefined;
    this.link.end();
    if (queue === undefined) return;
    if (cancel) await within(DRAIN_MS, queue.drain(true));
    await leaveServer(queue);
  }

  private async untilReady(queue: Queue<CellJob>): Promise<void> {
    const ready = queue.waitUntilReady().then(() => true);
    if (await within(CONNECT_MS, ready)) return;
    throw refused("redis", this.link.shown, "no server answers there");
  }

  private async look(missing: readonly CellTask[]): Promise<void> {
    const counts = (await this.queue?.getJobCounts()) ?? {};
    const { waiting = 0, active = 0, delayed = 0, prioritized = 0, paused = 0 } = counts;
    const known = waiting + active + delayed + prioritized + paused;
    this.emptyVisits = known === 0 ? this.emptyVisits + 1 : 0;
    if (this.emptyVisits < PATIENCE) return;
    this.emptyVisits = 0;
    await this.add(missing);
  }

  private async add(cells: readonly CellTask[]): Promise<void> {
    const { limits } = this.work!;
    const jobs = chunksOf(cells, MOST_JOBS).map((chunk) => {
      const keys = chunk.map(({ key }) => key);
      return {
        name: "cells",
        data: { keys, ...limits },
        opts: {
          jobId: hash("sha256", keys.join(), "hex"),
          removeOnComplete: true,
          removeOnFail: true,
          attempts: JOB_ATTEMPTS,
        },
      };
    });
    await this.queue?.addBulk(jobs);
  }
}

/** A job fails only with its worker; what a cell does is an outcome. */
const JOB_ATTEMPTS = 10;

async function newQueue(folder: string, link: RedisLink): Promise<Queue<CellJob>> {
  const { Queue } = await optionalPackage("bullmq ioredis", () => import("bullmq"));
  const queue = new Queue<CellJob>(queueName(folder), { connection: link.options });
  queue.on("error", () => undefined); // it connects again by itself
  return queue;
}

/** A connection that comes back when it is lost, until nobody wants it any more. */
export class RedisLink {
  /** The address without user and password. */
  readonly shown: string;
  /** Options of BullMQ. */
  readonly options: {
    readonly url: string;
    readonly maxRetriesPerRequest: null;
    readonly retryStrategy: (times: number) => number | null;
    readonly disconnectTimeout: number;
  };
  private wanted = true;

  constructor(url: string) {
    this.shown = url.replace(/\/\/.*@/, "//");
    const retryStrategy = (times: number): number | null =>
      this.wanted ? Math.min(100 * times, MOST_RETRY_MS) : null;
    const disconnectTimeout = LEAVE_MS;
    this.options = { url, maxRetriesPerRequest: null, retryStrategy, disconnectTimeout };
  }

  /** A server that is away must not keep a process alive. */
  end(): void {
    this.wanted = false;
  }
}

const MOST_RETRY_MS = 2_000;

/** What a queue and a worker have in common. */
interface Connected {
  close(force?: boolean): Promise<unknown>;
  disconnect(): Promise<unknown>;
}

/** Says good-bye; a server that does not answer is not waited for. */
export async function leaveServer(one: Connected): Promise<void> {
  await within(LEAVE_MS, one.close(true));
  await within(LEAVE_MS, one.disconnect());
}

/** Resolves with the promise, or as soon as the signal says stop. */
export async function unlessAborted(signal: AbortSignal, promise: Promise<void>): Promise<void> {
  let stop = (): void => undefined;
  const aborted = new Promise<void>((resolve) => {
    stop = resolve;
  });
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
    promise.catch(() => undefined);
  }
}

/** The value, or undefined when it does not come in time or not at all. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([promise.catch(() => undefined), late]);
  } finally {
    clearTimeout(timer);
  }
}
