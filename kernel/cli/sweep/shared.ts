/** What the sweep commands have in common. */
import { type CellLimits, DEFAULT_LIMITS } from "../../../lib/experiments/executors/executor.ts";
import type { CoordinateOptions } from "../../../lib/experiments/sweep/coordinate.ts";
import { progressLine, type SweepProgress } from "../../../lib/experiments/sweep/progress.ts";
import type { SweepStore } from "../../../lib/experiments/sweep/sweepStore.ts";
import { exitCode } from "../exitCode.ts";
import { flagOption, numberOption, type SweepArguments } from "./arguments.ts";

/** The limits of a cell that the options say. */
export function limitsOf(args: SweepArguments): CellLimits {
  const {
    timeoutMs = DEFAULT_LIMITS.timeoutMs,
    memoryMb = DEFAULT_LIMITS.memoryMb,
    attempts = DEFAULT_LIMITS.attempts,
  } = {
    timeoutMs: numberOption(args, "timeout"),
    memoryMb: numberOption(args, "memory"),
    attempts: numberOption(args, "attempts"),
  };
  return { timeoutMs, memoryMb, attempts };
}

/** How a command coordinates: as the options say, and until somebody asks it to stop. */
export function coordinationOf(args: SweepArguments): CoordinateOptions {
  return {
    limits: limitsOf(args),
    fsync: "second",
    retryFailed: flagOption(args, "retry-failed"),
    signal: stopSignal(),
    onProgress: flagOption(args, "quiet") ? () => undefined : progressOn(process.stderr),
  };
}

/** Aborts on Ctrl-C and on the signal of a scheduler; the second one ends the process. */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => controller.abort());
  return controller.signal;
}

/** Where progress goes. */
export interface LineStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Time between two lines in a log. */
const LOG_SECONDS = 10;

/** On a terminal one line that changes, elsewhere a line now and then and at the end. */
export function progressOn(stream: LineStream): (progress: SweepProgress) => void {
  let nextSeconds = LOG_SECONDS;
  return (progress) => {
    const line = progressLine(progress);
    const ended = progress.state !== "running";
    if (stream.isTTY) {
      const fitted = line.slice(0, (stream.columns ?? 80) - 1);
      stream.write(`\r${fitted}\u001b[K${ended ? "\n" : ""}`);
    } else if (ended || progress.elapsedSeconds >= nextSeconds) {
      nextSeconds = progress.elapsedSeconds + LOG_SECONDS;
      stream.write(`${line}\n`);
    }
  };
}

/** Says how far the sweep is; the exit code tells a whole sweep from a part of one. */
export function tellStatus(args: SweepArguments, store: SweepStore, more: object = {}): number {
  const status = store.status();
  const whole = status.missing === 0 && status.failed === 0;
  if (flagOption(args, "json")) {
    const digest = store.digest();
    const result = { store: store.folder, ...status, digest, ...more };
    process.stdout.write(`${JSON.stringify(result)}\n`);
  } else {
    process.stdout.write(`${store}\n`);
  }
  return whole ? exitCode.ok : exitCode.partial;
}
