/** A cell process as its owner sees it. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { notebookFailed, type ShootdownError } from "../../lib/base/messages.ts";
import { codeCache } from "../image/codeCache.ts";
import { imageFlags } from "../image/place.ts";
import { LineReader } from "./lines.ts";
import {
  type CellCommand,
  type CellEvent,
  commandDescriptor,
  eventDescriptor,
  type InterruptCommand,
  interruptDescriptor,
  type StreamName,
} from "./messages.ts";

/** Starts a cell process in the folder of a notebook and talks to it. */
export class CellProcess {
  /** Resolves when the process is gone and everything it wrote has been read. */
  readonly ended: Promise<ShootdownError>;
  private readonly child: ChildProcess;
  private readonly commands: Writable;
  private readonly interrupts: Writable;
  private readonly listener: (event: CellEvent) => void;
  /** The end of what the process wrote to its own stderr: V8 names the cause of a crash there. */
  private lastWords = "";
  private killedBecause: string | undefined;
  private cell = 0;

  /**
   * `notebookDir` becomes the working directory; events are handed over as they come. With an
   * `image`, the process starts from that file.
   */
  constructor(notebookDir: string, listener: (event: CellEvent) => void, image?: string) {
    this.listener = listener;
    const flags = image === undefined ? [] : [...imageFlags, "--snapshot-blob", image];
    this.child = spawn(
      process.execPath,
      [
        "--no-warnings",
        ...flags,
        fileURLToPath(new URL("../exec/host.bundle.js", import.meta.url)),
      ],
      {
        cwd: notebookDir,
        // A signal from the terminal is for the owner: it would end this cell, and, by way of the
        // owner who hears of it later, the next one. On Windows it would open a window.
        detached: process.platform !== "win32",
        env: { ...codeCache(), ...process.env, ...fixedEnvironment },
        stdio: ["ignore", "pipe", "pipe", "pipe", "pipe", "pipe"],
      },
    );
    this.commands = this.writable(commandDescriptor);
    this.interrupts = this.writable(interruptDescriptor);
    this.listenTo("stdout");
    this.listenTo("stderr");
    const lines = new LineReader((line) => this.take(line));
    this.events.setEncoding("utf8").on("data", (text: string) => lines.push(text));
    this.ended = this.end();
  }

  /** Sends a command. A process that is gone does not get it, and is reported by its end. */
  send(command: CellCommand): void {
    if (command.kind === "execute") this.cell = command.cell;
    this.commands.write(`${JSON.stringify(command)}\n`);
  }

  /** Asks the process to end an execution, past whatever its cell is doing. */
  interrupt(run: number): void {
    const command: InterruptCommand = { kind: "interrupt", run };
    this.interrupts.write(`${JSON.stringify(command)}\n`);
  }

  /** Stops and resumes reading. A process that writes meanwhile waits. */
  pause(isPaused: boolean): void {
    for (const stream of [this.events, this.child.stdout, this.child.stderr]) {
      if (isPaused) stream?.pause();
      else stream?.resume();
    }
  }

  /** Ends the process at once, whatever it is doing; `reason` says why, as in "was cancelled". */
  kill(reason: string): void {
    this.killedBecause = reason;
    this.child.kill("SIGKILL");
    // What it wrote is read also by an owner that has paused.
    this.pause(false);
  }

  /** Lets the process leave, with its exit handlers; one that does not is killed. */
  async close(): Promise<void> {
    this.commands.end();
    const left = await Promise.race([this.ended, setTimeout(closeMs, undefined, { ref: false })]);
    if (left === undefined) this.kill("did not leave");
    await this.ended;
  }

  private get events(): Readable {
    return this.child.stdio[eventDescriptor] as Readable;
  }

  private writable(descriptor: number): Writable {
    const pipe = this.child.stdio[descriptor] as Writable;
    pipe.on("error", () => undefined);
    return pipe;
  }

  /** A cell that was terminated may leave half a line behind. */
  private take(line: string): void {
    let event: CellEvent;
    try {
      event = JSON.parse(line) as CellEvent;
    } catch {
      return;
    }
    // One turn later, what was printed past the pipe before the end has been read as well.
    if (event.kind === "done") setImmediate(() => this.listener(event));
    else this.listener(event);
  }

  /** Programs that a cell starts, and V8 itself, write to the descriptors and not to the pipe. */
  private listenTo(name: StreamName): void {
    this.child[name]?.setEncoding("utf8").on("data", (text: string) => {
      if (name === "stderr") this.lastWords = (this.lastWords + text).slice(-10_000);
      this.listener({ kind: "stream", cell: this.cell, name, text });
    });
  }

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
    if (this.killedBecause !== undefined) return this.killedBecause;
    if (fatal !== undefined) return `died: ${fatal}`;
    if (signal !== null) return `was killed by ${signal}`;
    const error = /^\w*Error\b.*$/m.exec(this.lastWords)?.[0];
    return `ended with exit code ${code}${error === undefined ? "" : `: ${error}`}`;
  }
}

/** Time a dead process has to deliver its last output. */
const graceMs = 300;

/** Time a process has to leave when it is asked to. */
const closeMs = 1_000;

/** Dates and formatted numbers come out alike wherever a notebook runs. */
const fixedEnvironment = { TZ: "UTC", LC_ALL: "en_US.UTF-8", LANG: "en_US.UTF-8" };
