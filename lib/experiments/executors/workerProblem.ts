/** How the end of a worker reads as a problem of its cell. */
import type { Problem } from "../store/outcome.ts";

/** The problem of a cell that has taken too long. */
export function timeoutProblem(timeoutMs: number): Problem {
  return { kind: "timeout", message: `took longer than ${timeoutMs} ms` };
}

/**
 * The problem that an error of a pool stands for; `timeoutMs` says that the time was up. Undefined
 * for errors that are none of a cell: those end the sweep.
 */
export function problemOfWorker(
  error: unknown,
  timeoutMs: number | undefined,
): Problem | undefined {
  if (timeoutMs !== undefined) return timeoutProblem(timeoutMs);
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ERR_WORKER_OUT_OF_MEMORY") {
    return { kind: "memory", message: "needs more memory than a worker has" };
  }
  const exit = /^worker exited with code: (\d+)$/.exec(message);
  if (exit !== null) return { kind: "exit", message: `ended its worker with code ${exit[1]}` };
  return undefined;
}
