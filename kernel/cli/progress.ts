/** Progress of a run on stderr: one line a cell, which on a terminal shows first that it runs. */
import type { RunProgress } from "../report/run.ts";

/** The parts of a stream that progress needs; `columns` is absent where it is no terminal. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Returns the listener for a run. */
export function showProgress(stream: ProgressStream): (progress: RunProgress) => void {
  let startedMs = 0;
  return (progress) => {
    if (progress.kind === "started") {
      startedMs = performance.now();
      if (stream.isTTY) stream.write(fitted(describe(progress, "…"), stream.columns));
      return;
    }
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
    const line = describe(progress, `${progress.kind} ${seconds} s`);
    stream.write(`${stream.isTTY ? fitted(line, stream.columns) : line}\n`);
  };
}

function describe({ index, total, source }: RunProgress, state: string): string {
  const first = source.trim().split("\n")[0] ?? "";
  return `[${index}/${total}] ${state.padEnd(10)} ${first}`;
}

/** Over the line before: back to its start, new text, rest cleared. */
function fitted(line: string, columns = 80): string {
  return `\r${line.slice(0, columns - 1)}\u001b[K`;
}
