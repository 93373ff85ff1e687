/** The cell process of a kernel and, when it has died, the next one. */
import type { ShootdownError } from "../../lib/base/messages.ts";
import type { CellCommand, CellEvent, CellReply } from "../exec/messages.ts";
import { CellProcess } from "../exec/process.ts";

/** A question to the compiler, without its number. */
export type Question =
  | {
      readonly kind: "complete" | "inspect";
      readonly code: string;
      readonly cursor: number;
      readonly detail?: 0 | 1;
    }
  | { readonly kind: "is_complete"; readonly code: string };

/** Is told what happens in the cell process. */
export interface CellsListener {
  onEvent(event: Exclude<CellEvent, CellReply>): void;
  /** The process is gone, with all variables. */
  onDeath(reason: ShootdownError): void;
}

/** Keeps a cell process running. */
export class Cells {
  private readonly folder: string;
  private readonly listener: CellsListener;
  private process: CellProcess | undefined;
  private readonly asked = new Map<number, (reply: CellReply | undefined) => void>();
  private questions = 0;
  private isPaused = false;
  private isClosed = false;

  /** `folder` becomes the working directory of cells. */
  constructor(folder: string, listener: CellsListener) {
    this.folder = folder;
    this.listener = listener;
  }

  /** Starts a process unless there is one. */
  start(): void {
    if (this.process !== undefined || this.isClosed) return;
    const process = new CellProcess(this.folder, (event) => this.take(event));
    if (this.isPaused) process.pause(true);
    this.process = process;
    void process.ended.then((reason) => {
      this.process = undefined;
      for (const answer of this.asked.values()) answer(undefined);
      if (!this.isClosed) this.listener.onDeath(reason);
    });
  }

  /** Sends a command; a process that died at its start is tried anew. */
  send(command: CellCommand): void {
    this.start();
    this.process?.send(command);
  }

  /** Asks the compiler. Undefined when there is no answer in time. */
  ask(question: Question, patienceMs: number): Promise<CellReply | undefined> {
    const id = ++this.questions;
    return new Promise((resolve) => {
      const answer = (reply: CellReply | undefined): void => {
        clearTimeout(timer);
        this.asked.delete(id);
        resolve(reply);
      };
      const timer = setTimeout(answer, patienceMs, undefined);
      this.asked.set(id, answer);
      this.send({ ...question, id } as CellCommand);
    });
  }

  /** Asks the process to end an execution. */
  interrupt(run: number): void {
    this.process?.interrupt(run);
  }

  /** Ends the process at once; `reason` goes into what its listener is told. */
  kill(reason: string): void {
    this.process?.kill(reason);
  }

  /** Stops and resumes reading what cells put out. A cell that writes meanwhile waits. */
  pause(isPaused: boolean): void {
    this.isPaused = isPaused;
    this.process?.pause(isPaused);
  }

  /** Ends the process for good: with its exit handlers, if it leaves soon. */
  async close(isBusy: boolean): Promise<void> {
    this.isClosed = true;
    if (isBusy) this.process?.kill("was shut down");
    await this.process?.close();
  }

  private take(event: CellEvent): void {
    if ("id" in event) this.asked.get(event.id)?.(event);
    else this.listener.onEvent(event);
  }
}
