/** The executions of a cell process, one after the other, and how each of them ends. */
import type { Control } from "./control.ts";
import { Interrupted } from "./interrupts.ts";
import type { CellCommand, CellEvent, ExecuteCommand } from "./messages.ts";
import type { CellEnd, CellSession } from "./session.ts";
import type { CellTimers } from "./timers.ts";

/** What the process around a runner does for it. */
export interface RunnerSetting {
  readonly session: CellSession;
  readonly control: Control;
  readonly timers: CellTimers;
  readonly send: (event: CellEvent) => void;
  /** Calls back from an event of its own, which a termination can end without harm. */
  readonly soon: (callback: () => void) => void;
}

/**
 * Time in which a cell that was told to end may do so. A cell that waits for something that never
 * comes is ended for it.
 */
const graceMs = 100;
const beatMs = 20;

// Cells get timers of their own.
const { setTimeout, setInterval, setImmediate } = globalThis;

/**
 * Runs cells in the order in which their commands came, and answers questions. A termination drops
 * whatever promises were about to go on, so that nothing here waits for one alone.
 */
export class CellRunner {
  private readonly setting: RunnerSetting;
  private readonly queue: ExecuteCommand[] = [];
  private active: ExecuteCommand | undefined;
  /** How the active cell has ended, while the last of its callbacks run. */
  private outcome: CellEnd | undefined;

  constructor(setting: RunnerSetting) {
    this.setting = setting;
  }

  /** Takes a command from the owner. */
  take(command: CellCommand): void {
    const { session, send } = this.setting;
    switch (command.kind) {
      case "execute":
        this.queue.push(command);
        this.startSoon();
        return;
      case "declare":
        session.declare(command.declarations);
        return;
      case "input_reply":
        session.answers.give(command.value);
        return;
      case "input_refused":
        session.answers.refuse(command.reason);
        return;
      default:
        send(session.reply(command));
    }
  }

  /**
   * Takes what was thrown where no cell can catch it. It ends the cell too: it may be the reason
   * why the cell would wait for ever.
   */
  stray(thrown: unknown): void {
    const { session, control, send } = this.setting;
    if (thrown instanceof Interrupted) return;
    // What an interrupted cell waited for ends as well, and says so.
    if (control.reason !== undefined && session.hasToldError) return;
    const cell = session.cell;
    const error = session.describe(thrown);
    if (this.active === undefined) {
      const text = `after Cell[${cell}]: ${error.traceback.join("\n")}\n`;
      send({ kind: "stream", cell, name: "stderr", text });
      return;
    }
    send({ kind: "error", cell, ...error });
    this.finish(this.active.run, { status: "error" });
  }

  /** An execution is to end, and the main thread is free to hear of it. */
  interrupted(run: number): void {
    if (this.active?.run !== run) return;
    const { control, session } = this.setting;
    // As long as this thread gets on with its events, nothing is there to terminate.
    control.beat();
    const heart = setInterval(() => control.beat(), beatMs);
    session.interrupt();
    setTimeout(() => {
      clearInterval(heart);
      this.giveUp(run);
    }, graceMs);
  }

  /** Whatever the main thread was doing has been cut off. */
  terminated(run: number): void {
    const { active } = this;
    this.setting.timers.drop(run);
    if (active?.run === run) this.end(active, this.outcome ?? this.setting.session.abandon());
    this.startSoon();
  }

  private giveUp(run: number): void {
    if (this.active?.run !== run || this.outcome !== undefined) return;
    this.finish(run, this.setting.session.abandon());
  }

  private startSoon(): void {
    this.setting.soon(() => this.start());
  }

  private start(): void {
    if (this.active !== undefined) return;
    const command = this.queue.shift();
    if (command === undefined) return;
    this.active = command;
    this.outcome = undefined;
    const { run } = command;
    this.setting.session.execute(command).then((end) => this.finish(run, end));
  }

  /** Callbacks that are due, such as those of process.nextTick, still belong to the cell. */
  private finish(run: number, end: CellEnd): void {
    const command = this.active;
    if (command?.run !== run) return;
    this.outcome ??= end;
    setImmediate(() => {
      if (this.active === command) this.end(command, this.outcome ?? end);
    });
  }

  private end(command: ExecuteCommand, end: CellEnd): void {
    const { run, cell } = command;
    const { control, timers } = this.setting;
    // What an interrupted cell has left for later is not wanted either.
    if (control.reason !== undefined) timers.drop(run);
    control.end(run);
    this.active = undefined;
    this.setting.send({ kind: "done", run, cell, ...end });
    this.startSoon();
  }
}
