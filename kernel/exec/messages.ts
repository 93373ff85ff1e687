/**
 * What a cell process and its owner say to each other: one JSON object a line, over three pipes.
 * The owner is the wire process of the kernel, which speaks to front ends.
 *
 * | descriptor | direction | carries |
 * |---|---|---|
 * | 3 | to the cell process | `CellCommand`; its end asks the process to leave |
 * | 4 | from the cell process | `CellEvent` |
 * | 5 | to the cell process | `InterruptCommand`, read by a thread that no cell can block |
 *
 * One cell runs at a time. Questions (`complete`, `inspect`, `is_complete`) may come at any time;
 * a process that cannot answer while a cell computes answers later, and the owner asks another one,
 * which knows what cells have declared.
 *
 * Who ends a cell that is interrupted: the thread behind descriptor 5 sets the flag and aborts the
 * signal at once, and terminates the execution when the cell still runs `terminateAfterMs` later.
 * In both cases the process sends an `error` event and `done`, and its variables are intact. The
 * owner kills the process when `done` has not come after `killAfterMs`, and starts another one.
 * A terminated cell may leave half a line on descriptor 4: who ends it starts with a line end, and
 * the owner skips lines that are no whole event.
 */

/** MIME types and their contents; JSON types hold JSON, all others text (base64 for pictures). */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** From the owner to the cell process. The end of the pipe ends the process. */
export type CellCommand =
  | ExecuteCommand
  | {
      readonly kind: "complete" | "inspect";
      /** Number of the question; comes back in the reply. */
      readonly id: number;
      readonly code: string;
      /** Place in the code in UTF-16 code units. */
      readonly cursor: number;
      /** Of an inspection: 1 asks for more than 0. */
      readonly detail?: 0 | 1;
    }
  | { readonly kind: "is_complete"; readonly id: number; readonly code: string }
  /** To a process that answers questions for another one: what the cells there have declared. */
  | { readonly kind: "declare"; readonly declarations: string }
  /** What the user has typed after an `input_request`. */
  | { readonly kind: "input_reply"; readonly value: string }
  /** The front end cannot be asked after all: whoever waits for the input gets an error. */
  | { readonly kind: "input_refused"; readonly reason: string };

/** Runs a cell. Every one is answered by one `done` with its run number. */
export interface ExecuteCommand {
  readonly kind: "execute";
  /** Number of this execution, different for each one in the life of a process. */
  readonly run: number;
  /**
   * Execution count: names the cell in stack traces and in the events that belong to it. Several
   * executions have the same one where `storeHistory` is false.
   */
  readonly cell: number;
  readonly code: string;
  /** Nobody sees the outputs: the last value need not be drawn. Errors are still reported. */
  readonly silent: boolean;
  /** The cell counts; false for what a front end runs on its own behalf. */
  readonly storeHistory: boolean;
  /** Expressions to evaluate after a cell that ended well, by the names of their results. */
  readonly userExpressions: Readonly<Record<string, string>>;
  /** The front end can ask the user; without it an `input_request` must not be sent. */
  readonly allowStdin: boolean;
}

/** On the pipe of its own: ends the given execution, if it still runs. */
export interface InterruptCommand {
  readonly kind: "interrupt";
  readonly run: number;
}

/** From the cell process to its owner. */
export type CellEvent =
  | CellOutput
  /** The process has loaded its compiler; commands may be sent before. */
  | { readonly kind: "ready" }
  /** What the cells so far have declared, in TypeScript. */
  | { readonly kind: "declared"; readonly declarations: string }
  | CellDone
  | {
      readonly kind: "input_request";
      readonly cell: number;
      readonly prompt: string;
      /** What is typed must not be shown. */
      readonly password: boolean;
    }
  | CellReply;

/** The end of an execution: all of its outputs have been sent before. */
export interface CellDone {
  readonly kind: "done";
  readonly run: number;
  readonly cell: number;
  /** `error`: an `error` event has told what it was. */
  readonly status: "ok" | "error";
  /** Results by name; absent when there were none to evaluate. */
  readonly userExpressions?: Readonly<Record<string, ExpressionResult>>;
  /** Wishes for the front end, such as `{ source: "page", data, start: 0 }`. */
  readonly payload?: readonly Readonly<Record<string, unknown>>[];
}

/** What a user expression gave. */
export type ExpressionResult =
  | { readonly status: "ok"; readonly data: MimeBundle; readonly metadata: MimeBundle }
  | ({ readonly status: "error" } & CellError);

/** The answer to a question, with its number. */
export type CellReply =
  | {
      readonly kind: "complete_reply";
      readonly id: number;
      readonly matches: readonly CompletionMatch[];
      /** The part of the code that a match replaces, in UTF-16 code units. */
      readonly start: number;
      readonly end: number;
    }
  | {
      readonly kind: "inspect_reply";
      readonly id: number;
      /** Text and Markdown; absent when nothing is known about the place. */
      readonly data?: MimeBundle;
    }
  | {
      readonly kind: "is_complete_reply";
      readonly id: number;
      readonly status: "complete" | "incomplete" | "invalid";
      /** Of incomplete code: what the next line starts with. */
      readonly indent?: string;
    };

/** One completion. */
export interface CompletionMatch {
  readonly text: string;
  /** Kind of the thing, in TypeScript's words: `function`, `const`, `class`, `property` … */
  readonly type?: string;
}

/** An event that shows in a notebook. */
export type CellOutput =
  | {
      readonly kind: "stream";
      readonly cell: number;
      readonly name: StreamName;
      readonly text: string;
    }
  | {
      readonly kind: "display" | "update_display";
      readonly cell: number;
      readonly data: MimeBundle;
      readonly metadata: MimeBundle;
      /** Later updates with the same id replace this display. */
      readonly displayId?: string;
    }
  | {
      readonly kind: "result";
      readonly cell: number;
      readonly data: MimeBundle;
      readonly metadata: MimeBundle;
    }
  | {
      readonly kind: "clear_output";
      readonly cell: number;
      /** Not before the next output comes, so that nothing flickers. */
      readonly wait: boolean;
    }
  | ({ readonly kind: "error"; readonly cell: number } & CellError);

/** The two streams of a process. */
export type StreamName = "stdout" | "stderr";

/** An error as notebooks store it. */
export interface CellError {
  /** Class of the error: `TypeError`; `TypeScriptError` for what the compiler found. */
  readonly ename: string;
  readonly evalue: string;
  /** Headline, code frame, frames; plain text without colour codes. */
  readonly traceback: readonly string[];
}

/** Descriptor of the pipe on which a cell process receives commands. */
export const commandDescriptor = 3;

/** Descriptor of the pipe to which it writes events. */
export const eventDescriptor = 4;

/** Descriptor of the pipe on which its interrupt thread receives `InterruptCommand`s. */
export const interruptDescriptor = 5;

/** Time between an interrupt and the termination of the execution, by the interrupt thread. */
export const terminateAfterMs = 150;

/** Time between an interrupt and the end of the process, by its owner. */
export const killAfterMs = 2_000;
