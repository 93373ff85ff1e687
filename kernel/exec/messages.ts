/**
 * What a cell process and its owner say to each other: one JSON object a line. The owner is the
 * headless runner, or whatever else drives a notebook.
 */

/** MIME types and their contents; JSON types hold JSON, all others text (base64 for pictures). */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** From the owner to the cell process. The end of the pipe ends the process. */
export type CellCommand = {
  readonly kind: "execute";
  /** Execution count: names the cell in stack traces and in the events that belong to it. */
  readonly cell: number;
  readonly code: string;
};

/** From the cell process to its owner. */
export type CellEvent =
  | CellOutput
  | { readonly kind: "done"; readonly cell: number; readonly status: "ok" | "error" };

/** An event that a notebook stores. */
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
