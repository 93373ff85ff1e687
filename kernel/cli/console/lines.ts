/** Lines of a terminal or of a pipe, one after the other, each with the prompt of its time. */
import readline from "node:readline";
import { Writable } from "node:stream";

/** Completes the line up to the cursor: what may stand there, and the part that it replaces. */
export type Completer = (line: string) => Promise<[readonly string[], string]>;

/** What the user types. */
export class Lines {
  /** Ctrl-C. */
  onInterrupt: () => void = () => undefined;
  private readonly interface: readline.Interface;
  private readonly screen = new Screen(process.stdout);
  private readonly typed: string[] = [];
  private waiting: ((line: string | undefined) => void) | undefined;
  private ended = false;

  constructor(complete: Completer) {
    this.interface = readline.createInterface({
      input: process.stdin,
      output: this.screen,
      terminal: isInteractive(),
      historySize: 1_000,
      completer: (line: string, done: (error: null, found: [string[], string]) => void) => {
        complete(line).then(
          ([names, part]) => done(null, [[...names], part]),
          () => done(null, [[], line]),
        );
      },
    });
    this.interface.on("line", (line) => this.take(line));
    this.interface.on("SIGINT", () => this.onInterrupt());
    this.interface.on("close", () => {
      this.ended = true;
      this.waiting?.(undefined);
    });
  }

  /** The next line; undefined at the end. A secret one is not shown while it is typed. */
  async next(prompt: string, secret = false): Promise<string | undefined> {
    const line = this.typed.shift();
    if (line !== undefined) return line;
    if (this.ended) return undefined;
    if (isInteractive()) {
      this.interface.setPrompt(prompt);
      this.interface.prompt();
    }
    this.screen.isMuted = secret;
    const next = await new Promise<string | undefined>((resolve) => {
      this.waiting = resolve;
    });
    this.screen.isMuted = false;
    return next;
  }

  /** Puts text into the line that is being typed, such as the indent of a block. */
  insert(text: string): void {
    const isAwaited = this.waiting !== undefined;
    if (isAwaited && isInteractive() && text !== "") this.interface.write(text);
  }

  /** Gives up the line that is being typed; whoever waits for it gets an empty one. */
  abandon(): void {
    this.interface.write(null, { ctrl: true, name: "e" });
    this.interface.write(null, { ctrl: true, name: "u" });
    process.stdout.write("\n");
    this.take("");
  }

  close(): void {
    this.interface.close();
  }

  private take(line: string): void {
    const { waiting } = this;
    this.waiting = undefined;
    if (waiting === undefined) this.typed.push(line);
    else waiting(line);
  }
}

/** True where somebody types. */
export function isInteractive(): boolean {
  return process.stdin.isTTY === true && process.stdout.isTTY === true;
}

/** A terminal that can look away. */
class Screen extends Writable {
  isMuted = false;
  private readonly terminal: NodeJS.WriteStream;

  constructor(terminal: NodeJS.WriteStream) {
    super();
    this.terminal = terminal;
    terminal.on("resize", () => this.emit("resize"));
  }

  get columns(): number {
    return this.terminal.columns ?? 80;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (!this.isMuted) this.terminal.write(chunk);
    done();
  }
}
