/** A conversation with a kernel: lines become cells when the kernel calls them complete. */
import { withoutColours } from "../../report/normalize.ts";
import type { KernelClient } from "../../wire/client.ts";
import { outputOf } from "../../wire/outputs.ts";
import type { OutputPrinter } from "./printer.ts";

/** The part of a client that a conversation needs. */
export type Talker = Pick<KernelClient, "request" | "execute">;

/** What became of a line. */
export type LineResult =
  | { readonly kind: "more"; readonly indent: string }
  | { readonly kind: "ran"; readonly ok: boolean };

/** The lines of one terminal. */
export class ConsoleSession {
  /** Execution count of the next cell. */
  count = 1;
  private readonly client: Talker;
  private readonly printer: OutputPrinter;
  private readonly canAsk: boolean;
  private lines: string[] = [];
  private isRunning = false;

  /** `canAsk`: cells may ask for input. */
  constructor(client: Talker, printer: OutputPrinter, canAsk: boolean) {
    this.client = client;
    this.printer = printer;
    this.canAsk = canAsk;
  }

  get prompt(): string {
    return this.lines.length === 0 ? `[${this.count}] ` : `${"...".padStart(this.width())} `;
  }

  /** Adds a line; runs the cell when it is complete, or when an empty line ends it. */
  async take(line: string): Promise<LineResult> {
    const question = /^\s*([\w$][\w$.]*)\?\s*$/.exec(line)?.[1];
    if (question !== undefined && this.lines.length === 0) return await this.inspect(question);
    const forced = line.trim() === "" && this.lines.length > 0;
    this.lines.push(line);
    const code = this.lines.join("\n");
    if (code.trim() === "") {
      this.lines = [];
      return { kind: "ran", ok: true };
    }
    if (!forced) {
      const content = await this.completeness(code);
      if (content.status === "incomplete") {
        return { kind: "more", indent: String(content.indent ?? "") };
      }
    }
    return await this.run();
  }

  /** Runs the lines that there are, complete or not. */
  async run(): Promise<LineResult> {
    const code = this.lines.join("\n");
    this.lines = [];
    if (code.trim() === "") return { kind: "ran", ok: true };
    this.isRunning = true;
    const options = { allow_stdin: this.canAsk };
    const { content } = await this.client.execute(code, options, (message) => {
      const output = outputOf(message);
      if (output !== undefined) this.printer.print(output);
    });
    this.isRunning = false;
    this.printer.finish();
    if (typeof content.execution_count === "number") this.count = content.execution_count + 1;
    return { kind: "ran", ok: content.status === "ok" };
  }

  /** Ctrl-C: interrupts the cell, or forgets the lines; tells which. */
  interrupt(): "cell" | "lines" {
    if (this.isRunning) {
      void this.client.request("control", "interrupt_request");
      return "cell";
    }
    this.lines = [];
    return "lines";
  }

  /** Names that may stand at the end of the line, and the part of it that they replace. */
  async complete(line: string): Promise<[readonly string[], string]> {
    const before = this.lines.map((earlier) => `${earlier}\n`).join("");
    const code = before + line;
    // The protocol counts characters, not UTF-16 units.
    const cursor = Array.from(code).length;
    const request = { code, cursor_pos: cursor };
    const { content } = await this.client.request("shell", "complete_request", request);
    const start = Number(content.cursor_start ?? cursor);
    const part = Array.from(code).slice(start).join("");
    const matches = (content.matches ?? []) as readonly string[];
    return [matches.filter((name) => name.startsWith(part)), part];
  }

  /** A kernel that still starts does not know, and answers that after a while. */
  private async completeness(code: string): Promise<Readonly<Record<string, unknown>>> {
    for (let attempt = 1; ; attempt++) {
      const { content } = await this.client.request("shell", "is_complete_request", { code });
      if (content.status !== "unknown" || attempt === mostAttempts) return content;
    }
  }

  /** `name?` shows what is known about a name. */
  private async inspect(code: string): Promise<LineResult> {
    const request = { code, cursor_pos: Array.from(code).length, detail_level: 0 };
    const { content } = await this.client.request("shell", "inspect_request", request);
    const found = content.found === true;
    const data = found ? (content.data as Record<string, string>) : {};
    const text = withoutColours(data["text/plain"] ?? `nothing is known about ${code}`);
    this.printer.print({ kind: "stream", name: "stdout", text: `${text}\n` });
    return { kind: "ran", ok: found };
  }

  private width(): number {
    return `[${this.count}]`.length;
  }
}

/** Each takes ten seconds at most: after a minute the cell runs as it is. */
const mostAttempts = 6;
