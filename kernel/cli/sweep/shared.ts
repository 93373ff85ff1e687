/** What the sweep commands have in common. */
import { type GivenLimits, onlyGiven } from "../../../lib/experiments/executors/limits.ts";
import { progressLine, type SweepProgress } from "../../../lib/experiments/sweep/progress.ts";
import type { SweepOptions } from "../../../lib/experiments/sweep/sweep.ts";
import type { SweepStore } from "../../../lib/experiments/sweep/sweepStore.ts";
import { exitCode } from "../exitCode.ts";
import { flagOption, numberOption, type SweepArguments } from "./arguments.ts";
import type { StopRequest } from "./stopRequest.ts";

/** The limits of a cell that the options say. */
export function givenLimits(args: SweepArguments): GivenLimits {
  return {
    timeoutMs: numberOption(args, "timeout"),
    memoryMb: numberOption(args, "memory"),
    attempts: numberOption(args, "attempts"),
  };
}

/** How a command computes, on top of what the module of its sweep says. */
export function sweepOptions(
  args: SweepArguments,
  { signal }: StopRequest,
  module: SweepOptions = {},
): SweepOptions {
  const quiet = flagOption(args, "quiet");
  const { onProgress = quiet ? () => undefined : progressOn(process.stderr) } = module;
  return {
    ...module,
    ...onlyGiven(givenLimits(args)),
    ...(flagOption(args, "retry-failed") ? { retryFailed: true } : {}),
    signal: module.signal === undefined ? signal : AbortSignal.any([module.signal, signal]),
    onProgress,
  };
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
