/**
 * Ends the cell process when its owner is gone. A thread of its own, because a cell in an endless
 * loop never learns that its pipes are closed, and would go on for ever.
 */
import { workerData } from "node:worker_threads";

const checkEveryMs = 1_000;

setInterval(() => {
  if (process.ppid !== workerData) process.kill(process.pid, "SIGKILL");
}, checkEveryMs);
