/** Outputs of cells as text of a terminal. */
import type { MimeBundle } from "../../exec/messages.ts";
import { withoutColours } from "../../report/normalize.ts";
import type { Shown } from "../../wire/outputs.ts";
import { forTerminal, TerminalStream } from "../terminal.ts";

/** Where text goes; a terminal can be written over. */
export interface PrinterStreams {
  readonly isTerminal: boolean;
  out(text: string): void;
  err(text: string): void;
}

/** Prints what one kernel shows. */
export class OutputPrinter {
  private readonly streams: PrinterStreams;
  /** The display printed last, as long as nothing else has been. */
  private last: { readonly id: string; readonly lines: number } | undefined;
  /** Newest texts of displays that changed, where nothing can be written over. */
  private readonly changed = new Map<string, string>();
  private readonly parts = { stdout: new TerminalStream(), stderr: new TerminalStream() };

  constructor(streams: PrinterStreams) {
    this.streams = streams;
  }

  print(output: Shown): void {
    switch (output.kind) {
      case "stream":
        this.last = undefined;
        this.write(output.name, output.text);
        return;
      case "display":
        this.show(this.textOf(output.data), output.displayId);
        return;
      case "result":
        this.show(this.textOf(output.data), undefined);
        return;
      case "update_display":
        this.update(output.displayId ?? "", this.textOf(output.data));
        return;
      case "error": {
        const text = `${output.traceback.join("\n")}\n`;
        this.last = undefined;
        this.streams.err(this.streams.isTerminal ? forTerminal(text) : withoutColours(text));
        return;
      }
      case "clear_output":
        // What a terminal has shown stays shown.
        return;
    }
  }

  /** The cell is done: displays that changed are printed as they are now. */
  finish(): void {
    for (const name of ["stdout", "stderr"] as const) {
      const rest = this.parts[name].end();
      if (rest !== "") this.put(name, rest);
    }
    for (const text of this.changed.values()) this.streams.out(text);
    this.changed.clear();
    this.last = undefined;
  }

  /** A file gets what a cell prints as it is. */
  private write(name: "stdout" | "stderr", text: string): void {
    this.put(name, this.streams.isTerminal ? this.parts[name].take(text) : text);
  }

  private put(name: "stdout" | "stderr", text: string): void {
    if (name === "stdout") this.streams.out(text);
    else this.streams.err(text);
  }

  private textOf(data: MimeBundle): string {
    const text = textOf(data);
    return this.streams.isTerminal ? forTerminal(text) : text;
  }

  private show(text: string, id: string | undefined): void {
    this.streams.out(text);
    this.last = id === undefined ? undefined : { id, lines: text.split("\n").length - 1 };
  }

  private update(id: string, text: string): void {
    if (!this.streams.isTerminal) {
      this.changed.set(id, text);
      return;
    }
    if (this.last?.id === id) this.streams.out(`\u001b[${this.last.lines}A\u001b[J`);
    this.show(text, id);
  }
}

/** The text of a bundle, with a line end. */
function textOf(data: MimeBundle): string {
  const plain = data["text/plain"];
  if (typeof plain === "string") return `${plain.replace(/\n$/, "")}\n`;
  return `(${Object.keys(data).join(", ")})\n`;
}
