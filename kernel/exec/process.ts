/** A cell process as its owner sees it. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { notebookFailed, type ShootdownError } from "../../lib/base/messages.ts";
import { LineReader } from "./lines.ts";
import {
  type CellCommand,
  type CellEvent,
  type CellOutput,
  commandDescriptor,
  eventDescriptor,
  type StreamName,
} from "./messages.ts";

/** How a cell ended: by itself, or with its process. */
export type CellEnd =
  | { readonly kind: "ok" }
  | { readonly kind: "error" }
  | { readonly kind: "died"; readonly reason: ShootdownError };

/** Starts a cell process in the folder of a notebook and runs cells in it. */
export class CellProcess {
  private readonly child: ChildProcess;
  private readonly commands: Writable;
  /** The end of what the process wrote to its own stderr: V8 names the cause of a crash there. */
  private lastWords = "";
  private cell = 0;
  private listener: ((event: CellEvent) => void) | undefined;
  private readonly ended: Promise<ShootdownError>;

  /** `notebookDir` becomes the working directory. */
  constructor(notebookDir: string) {
    this.child = spawn(
      process.execPath,
      ["--no-warnings", fileURLToPath(new URL("./host.js", import.meta.url))],
      {
        cwd: notebookDir,
        env: { ...process.env, ...fixedEnvironment },
        stdio: ["ignore", "pipe", "pipe", "pipe", "pipe", "pipe"],
      },
    );
    this.commands = this.child.stdio[commandDescriptor] as Writable;
    // A dead process is reported by its end, not by the command that no longer reaches it.
    this.commands.on("error", () => undefined);
    this.listenTo("stdout");
    this.listenTo("stderr");
    const lines = new LineReader((line) => this.listener?.(JSON.parse(line) as CellEvent));
    const events = this.child.stdio[eventDescriptor] as Readable;
    events.setEncoding("utf8").on("data", (text: string) => lines.push(text));
    this.ended = this.end();
  }

  /** Runs a cell and hands over its outputs as they come. Never rejects. */
  execute(cell: number, code: string, onOutput: (output: CellOutput) => void): Promise<CellEnd> {
    const command: CellCommand = {
      kind: "execute",
      run: cell,
      cell,
      code,
      silent: false,
      storeHistory: true,
      userExpressions: {},
      allowStdin: false,
    };
    this.cell = cell;
    this.commands.write(`${JSON.stringify(command)}\n`);
    return new Promise((resolve) => {
      this.listener = (event) => {
        // One turn later, what was printed past the pipe before the end has been read as well.
        if (event.kind === "done") setImmediate(() => resolve({ kind: event.status }));
        else onOutput(event as CellOutput);
      };
      this.ended.then((reason) => resolve({ kind: "died", reason }));
    });
  }

  /** Ends the process at once, whatever it is doing. */
  kill(): void {
    this.child.kill("SIGKILL");
  }

  /** Lets the process leave, with its exit handlers; one that does not is killed. */
  async close(): Promise<void> {
    this.commands.end();
    const left = await Promise.race([this.ended, setTimeout(closeMs, undefined, { ref: false })]);
    if (left === undefined) this.kill();
    await this.ended;
  }

  /** Programs that a cell starts, and V8 itself, write to the descriptors and not to the pipe. */
  private listenTo(name: StreamName): void {
    this.child[name]?.setEncoding("utf8").on("data", (text: string) => {
      if (name === "stderr") this.lastWords = (this.lastWords + text).slice(-10_000);
      this.listener?.({ kind: "stream", cell: this.cell, name, text });
    });
  }

  /** Resolves when the process is gone and everything it wrote has been read. */
  private async end(): Promise<ShootdownError> {
    const failure = this.once("error").then(([error]) => String(error));
    const closed = this.once("close");
    const exit = this.once("exit").then(async ([code, signal]) => {
      // A program that the cell has started may hold the pipes open for ever.
      await Promise.race([closed, setTimeout(graceMs)]);
      return this.epitaph(code as number | null, signal as NodeJS.Signals | null);
    });
    return notebookFailed("cell process", await Promise.race([exit, failure]));
  }

  private once(event: "close" | "error" | "exit"): Promise<unknown[]> {
    return new Promise((resolve) => {
      this.child.once(event, (...values: unknown[]) => resolve(values));
    });
  }

  private epitaph(code: number | null, signal: NodeJS.Signals | null): string {
    const fatal = /^FATAL ERROR: (.*)$/m.exec(this.lastWords)?.[1];
    if (fatal !== undefined) return `died: ${fatal}`;
    return signal === null ? `ended with exit code ${code}` : `was killed by ${signal}`;
  }
}

/** Time a dead process has to deliver its last output. */
const graceMs = 300;

/** Time a process has to leave when it is asked to. */
const closeMs = 1_000;

/** Dates and formatted numbers come out alike wherever a notebook runs. */
const fixedEnvironment = { TZ: "UTC", LC_ALL: "en_US.UTF-8", LANG: "en_US.UTF-8" };
