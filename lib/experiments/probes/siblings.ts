/** Threads beside the one that works: each on a CPU of its own, spinning or asleep. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import { refused } from "../../base/messages.ts";
import { ownThreads } from "./libc.ts";

/** What a sibling does; the numbers are in memory that all threads share. */
const state = { sleep: 0, spin: 1, end: 2 } as const;

/** Plain JavaScript, so that it runs in a thread whether or not this file was compiled. */
const PROGRAM = `
const { workerData } = require("node:worker_threads");
const { koffi, cpu, words } = workerData;
const cells = new Int32Array(words);
const { load } = require(koffi);
const lib = load(null);
const pin = lib.func("int sched_setaffinity(int pid, size_t n, const uint8_t *mask)");
const gettid = lib.func("int gettid()");
const mask = new Uint8Array(1024);
mask[cpu >> 3] = 1 << (cpu & 7);
const failed = pin(0, mask.length, mask) !== 0;
Atomics.store(cells, 1, failed ? -1 : gettid());
Atomics.notify(cells, 1);
for (;;) {
  const wanted = Atomics.load(cells, 0);
  Atomics.store(cells, 2, wanted);
  Atomics.notify(cells, 2);
  if (wanted === ${state.end}) break;
  if (wanted === ${state.spin}) while (Atomics.load(cells, 0) === ${state.spin}) cells[3]++;
  else Atomics.wait(cells, 0, ${state.sleep});
}
`;

/** Longest wait for a thread to do as it was told, ms. */
const PATIENCE_MS = 20_000;

/** One sibling. */
export class Sibling {
  readonly cpu: number;
  readonly #cells: Int32Array;
  readonly #worker: Worker;

  /** Starts it asleep. Throws SD011 when it cannot be moved to the CPU. */
  constructor(cpu: number) {
    this.cpu = cpu;
    const words = new SharedArrayBuffer(16);
    this.#cells = new Int32Array(words);
    this.#cells[2] = -1;
    const koffi = createRequire(import.meta.url).resolve("koffi");
    this.#worker = new Worker(PROGRAM, { eval: true, workerData: { koffi, cpu, words } });
    this.#worker.unref();
  }

  /** Its number in Linux, once it runs on its CPU. */
  async ready(): Promise<number> {
    for (let waited = 0; waited < PATIENCE_MS && this.#seen() !== state.sleep; waited += 5) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const thread = this.#cells[1]!;
    if (thread <= 0) throw refused("CPU", this.cpu, "no thread could be moved to it");
    return thread;
  }

  /** Waits until it spins or is about to sleep. Throws SD011 when it does not. */
  set(what: "spin" | "sleep"): void {
    Atomics.store(this.#cells, 0, state[what]);
    Atomics.notify(this.#cells, 0);
    for (let seen = this.#seen(); seen !== state[what]; seen = this.#seen()) {
      if (Atomics.wait(this.#cells, 2, seen, PATIENCE_MS) === "timed-out") {
        throw refused("CPU", this.cpu, "a thread pinned to it did not run for 20 s");
      }
    }
  }

  /** How often it went round while it spun; wraps. */
  rounds(): number {
    return Atomics.load(this.#cells, 3);
  }

  /** How often the scheduler has taken its CPU from it, or it has given it up. */
  switches(): number {
    const status = readFileSync(`/proc/self/task/${this.#cells[1]}/status`, "latin1");
    const counts = status.matchAll(/voluntary_ctxt_switches:\s*(\d+)/g);
    return Array.from(counts, ([, count]) => Number(count)).reduce((sum, one) => sum + one, 0);
  }

  #seen(): number {
    return Atomics.load(this.#cells, 2);
  }

  /** Ends it. */
  async end(): Promise<void> {
    Atomics.store(this.#cells, 0, state.end);
    Atomics.notify(this.#cells, 0);
    await this.#worker.terminate();
  }
}

/** Siblings on the CPUs, and the numbers of their threads. */
export async function startSiblings(
  cpus: readonly number[],
): Promise<{ readonly siblings: readonly Sibling[]; readonly threads: readonly number[] }> {
  const siblings = cpus.map((cpu) => new Sibling(cpu));
  const threads: number[] = [];
  for (const sibling of siblings) threads.push(await sibling.ready());
  const own = new Set(ownThreads());
  return { siblings, threads: threads.filter((thread) => own.has(thread)) };
}
