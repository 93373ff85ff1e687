/** Reads a file that may never end to be read. */
import { execFile } from "node:child_process";
import { refused } from "../../../base/messages.ts";

const MOST_TEXT = 1 << 29;

/**
 * The text of a file, read by a process of its own, which is ended when it takes longer: a read
 * that hangs inside of the kernel would hang this process, and keep the file open. Throws SD011.
 */
export function readThrough(file: string, patienceMs: number): Promise<string> {
  const options = { timeout: patienceMs, maxBuffer: MOST_TEXT, killSignal: "SIGKILL" } as const;
  return new Promise((resolve, reject) => {
    execFile("cat", [file], { ...options, encoding: "latin1" }, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      const why = error.killed === true ? "it hangs" : stderr.trim() || error.message;
      reject(refused("trace", file, why));
    });
  });
}
