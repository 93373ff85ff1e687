/** What a user can say about latencies. */

/** An operation that can be timed. */
export type LatencyName =
  | ("collapse" | "munmap" | "mprotect" | "dontneed" | "membarrier")
  | ("futexShared" | "futexPrivate" | "clock");

/** All operations that can be timed; `clock` is what reading the clock takes itself. */
export const LATENCIES: readonly LatencyName[] = [
  ...(["collapse", "munmap", "mprotect", "dontneed", "membarrier"] as const),
  ...(["futexShared", "futexPrivate", "clock"] as const),
];

/** Options of `probe.latency`. */
export interface LatencyOptions {
  /** What is timed. Default: all that this machine has. */
  readonly operations?: readonly LatencyName[];
  /** Samples of a repetition; a tenth of them for collapse. Default 200. */
  readonly calls?: number;
  /** How often; the first is not counted. Default 7. */
  readonly repetitions?: number;
  /** Threads, the one that works included; at most one a CPU. Default 2; collapse is alone. */
  readonly threads?: number;
  /** What the other threads do. Default `spin`. */
  readonly siblings?: "spin" | "sleep";
  /** Real-time priority. Default: if allowed. */
  readonly priority?: "fifo" | "normal";
}
