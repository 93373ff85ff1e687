/** The cell process of a kernel and, when it has died, the next one. */
import type { ShootdownError } from "../../lib/base/messages.ts";
import type { CellCommand, CellEvent, CellReply } from "../exec/messages.ts";
import { CellProcess } from "../exec/process.ts";
import { projectRootOf } from "../exec/projectRoot.ts";
import { discardImage, usableImage } from "../image/place.ts";

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
  /** Set when somebody listens; until then nothing is read from the process. */
  private listener: CellsListener | undefined;
  private process: CellProcess | undefined;
  private readonly asked = new Map<number, (reply: CellReply | undefined) => void>();
  private questions = 0;
  private isPaused = true;
  private isClosed = false;
  /** Why a process has died that nobody listened to yet. */
  private deathBefore: ShootdownError | undefined;
  /** The image of a process that has not said yet that it is ready, and what it was sent. */
  private tried: { readonly image: string; readonly sent: CellCommand[] } | undefined;

  /** `folder` becomes the working directory of cells. */
  constructor(folder: string) {
    this.folder = folder;
  }

  /** Who hears of all that happens, also of what has happened before. */
  listen(listener: CellsListener): void {
    this.listener = listener;
    this.pause(false);
    if (this.deathBefore !== undefined) listener.onDeath(this.deathBefore);
  }

  /** Starts a process unless there is one. */
  start(): void {
    if (this.process !== undefined || this.isClosed) return;
    this.launch(usableImage(projectRootOf(this.folder)));
  }

  /** Sends a command; a process that died at its start is tried anew. */
  send(command: CellCommand): void {
    this.start();
    this.tried?.sent.push(command);
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
    // Not the image's doing.
    this.tried = undefined;
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

  private launch(image: string | undefined): void {
    const process = new CellProcess(this.folder, (event) => this.take(event), image);
    if (this.isPaused) process.pause(true);
    this.process = process;
    this.tried = image === undefined ? undefined : { image, sent: [] };
    void process.ended.then((reason) => this.bury(reason));
  }

  /** An image that nothing starts from is not the fault of a cell: the next try goes without. */
  private bury(reason: ShootdownError): void {
    this.process = undefined;
    const { tried } = this;
    if (tried !== undefined && !this.isClosed) {
      discardImage(tried.image);
      this.launch(undefined);
      for (const command of tried.sent) this.process!.send(command);
      return;
    }
    for (const answer of this.asked.values()) answer(undefined);
    if (this.isClosed) return;
    if (this.listener === undefined) this.deathBefore = reason;
    else this.listener.onDeath(reason);
  }

  private take(event: CellEvent): void {
    if ("kind" in event && event.kind === "ready") this.tried = undefined;
    if ("id" in event) this.asked.get(event.id)?.(event);
    else this.listener?.onEvent(event);
  }
}
