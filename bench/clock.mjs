/** CPU time: other work on the machine shall not count. */
import { readFileSync } from "node:fs";

/**
 * CPU time of this thread, ns: compiling and collecting garbage on other threads is left out. Where
 * the system does not tell (not Linux), CPU time of the process.
 */
export function threadCpuNs() {
  processCpuNs(); // brings the figure of the thread up to date, which else is as old as a tick
  try {
    return Number(readFileSync("/proc/thread-self/schedstat", "utf8").split(" ")[0]);
  } catch {
    return processCpuNs();
  }
}

/** CPU time of this process with all its threads, ns. */
export function processCpuNs() {
  const { user, system } = process.cpuUsage();
  return 1000 * (user + system);
}

/** Runs `work` and returns its result and the CPU time this thread took for it, ns. */
export function timed(work) {
  const start = threadCpuNs();
  const result = work();
  return { result, ns: threadCpuNs() - start };
}
