/** Progress where nobody else shows it: in the cell that runs, or on a terminal. */
import { randomBytes } from "node:crypto";
import { type CellHost, cellHost } from "../../base/cellHost.ts";
import { escapeHtml } from "../../tables/html.ts";
import { progressLine, type SweepProgress } from "./progress.ts";

/** A listener that shows progress in a notebook or on a terminal, and nothing anywhere else. */
export function ownProgress(): (progress: SweepProgress) => void {
  const host = cellHost();
  if (host !== undefined) return inCell(host);
  return process.stderr.isTTY ? onTerminal(process.stderr) : () => undefined;
}

/**
 * What stays has no times in it, so that a notebook reads the same on each run. How to go on is
 * said from the start: an interrupt may leave no time for it.
 */
function inCell(host: CellHost): (progress: SweepProgress) => void {
  const id = `sweep-${randomBytes(8).toString("hex")}`;
  let update = false;
  return (progress) => {
    const { state, done, total } = progress;
    const isRunning = state === "running";
    const text = lineWithAdvice(progress, isRunning ? progressLine(progress) : lastLine(progress));
    const bar = `<progress value="${done}" max="${total}"></progress> ${escapeHtml(text)}`;
    const html = isRunning ? { "text/html": bar } : {};
    host.display({ ...html, "text/plain": text }, {}, { id, update });
    update = true;
  };
}

function lineWithAdvice({ state, advice }: SweepProgress, line: string): string {
  return state === "done" || advice === null ? line : `${line}; ${advice}`;
}

function lastLine({ state, done, total, failed }: SweepProgress): string {
  const problems = failed === 0 ? "" : `, ${failed} failed`;
  return `${done} of ${total} cells${problems}${state === "done" ? "" : `, ${state}`}`;
}

function onTerminal(stream: NodeJS.WriteStream): (progress: SweepProgress) => void {
  return (progress) => {
    const line = progressLine(progress).slice(0, Math.max(1, (stream.columns ?? 80) - 1));
    stream.write(`\r${line}\u001b[K${progress.state === "running" ? "" : "\n"}`);
  };
}
