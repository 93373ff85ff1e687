/** One emulated machine from power-on to power-off, watched. */
import { spawn } from "node:child_process";
import fs from "node:fs";

/** What to start, and how to watch it. */
export interface BootCommand {
  readonly qemu: string;
  readonly arguments: readonly string[];
  /** The file that the workload's results appear in. */
  readonly results: string;
  readonly limitMs: number;
  readonly signal: AbortSignal;
  /** Told about once a second how many repetitions have ended. */
  readonly onProgress: (ended: number) => void;
}

/** How it ended. */
export interface BootEnd {
  readonly end: "off" | "failed" | "too long" | "interrupted";
  readonly seconds: number;
  /** What QEMU said, at most 2000 characters of it. */
  readonly said: string;
}

const pollMs = 1000;
const longestComplaint = 2000;

/** Starts QEMU and waits for its end; the process never outlives this call. */
export function boot(command: BootCommand): Promise<BootEnd> {
  const { qemu, limitMs, signal, onProgress } = command;
  const startedMs = performance.now();
  const counter = new DoneCounter(command.results);
  return new Promise((resolve) => {
    let end: BootEnd["end"] | undefined;
    let said = "";
    const child = spawn(qemu, [...command.arguments], { stdio: ["ignore", "ignore", "pipe"] });
    const stop = (why: BootEnd["end"]) => (): void => {
      end ??= why;
      child.kill("SIGKILL");
    };
    const interrupted = stop("interrupted");
    signal.addEventListener("abort", interrupted);
    const limit = setTimeout(stop("too long"), limitMs);
    const poll = setInterval(() => onProgress(counter.count()), pollMs);
    const finish = (code: number | null): void => {
      clearTimeout(limit);
      clearInterval(poll);
      signal.removeEventListener("abort", interrupted);
      const seconds = (performance.now() - startedMs) / 1000;
      resolve({ end: end ?? (code === 0 ? "off" : "failed"), seconds, said });
    };
    child.stderr.on("data", (bytes: Buffer) => {
      said = `${said}${bytes.toString("utf8")}`.slice(-longestComplaint);
    });
    child.on("error", (error) => {
      said = error.message;
      finish(null);
    });
    child.on("close", finish);
    if (signal.aborted) interrupted();
  });
}

/** Counts the repetitions in a file that grows. */
class DoneCounter {
  readonly #file: string;
  #read = 0;
  #rest = "";
  #ended = 0;

  constructor(file: string) {
    this.#file = file;
  }

  count(): number {
    let handle: number;
    try {
      handle = fs.openSync(this.#file, "r");
    } catch {
      return this.#ended;
    }
    const buffer = Buffer.alloc(1_048_576);
    for (;;) {
      const length = fs.readSync(handle, buffer, 0, buffer.length, this.#read);
      if (length === 0) break;
      this.#read += length;
      const lines = `${this.#rest}${buffer.toString("latin1", 0, length)}`.split("\n");
      this.#rest = (lines.pop() ?? "").slice(0, 100);
      this.#ended += lines.filter((line) => line.startsWith("@@DONE ")).length;
    }
    fs.closeSync(handle);
    return this.#ended;
  }
}
