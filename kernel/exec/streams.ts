/**
 * What cells print. The first text is sent at once; what follows soon is collected and sent in
 * pieces, because one message a write would drown whoever listens: a loop that prints 20,000 lines
 * becomes a handful of messages, and loses none.
 */
import { StringDecoder } from "node:string_decoder";
import type { StreamName } from "./messages.ts";

/** Receives a piece of text. */
export type TextSink = (name: StreamName, text: string) => void;

/** Length from which text is sent at once, in UTF-16 code units. */
const pieceLength = 65_536;

/** Time between two pieces, unless told otherwise. */
const usualPieceMs = 25;

/** Collects the text of both streams in the order in which it was written. */
export class StreamCollector {
  private readonly sink: TextSink;
  private readonly pieceMs: number;
  private readonly decoders = { stdout: new StringDecoder(), stderr: new StringDecoder() };
  private name: StreamName = "stdout";
  private pieces: string[] = [];
  private length = 0;
  private sentMs = Number.NEGATIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;

  /**
   * With `pieceMs` 0 nothing is held back: for a thread that may compute without a pause, in which
   * no timer would send the rest.
   */
  constructor(sink: TextSink, pieceMs: number = usualPieceMs) {
    this.sink = sink;
    this.pieceMs = pieceMs;
  }

  /** Takes a chunk as `process.stdout.write` gets it. */
  write(name: StreamName, chunk: string | Uint8Array): void {
    const text = typeof chunk === "string" ? chunk : this.decoders[name].write(Buffer.from(chunk));
    if (text === "") return;
    if (name !== this.name) this.flush();
    this.name = name;
    this.pieces.push(text);
    this.length += text.length;
    // Code that never waits gives the timer no chance: the clock is read on each write.
    const isDue = this.pieceMs === 0 || performance.now() - this.sentMs > this.pieceMs;
    if (isDue || this.length >= pieceLength) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), this.pieceMs).unref();
  }

  /** Sends what is collected; to be called before any other message. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.length === 0) return;
    const text = this.pieces.join("");
    this.pieces = [];
    this.length = 0;
    this.sentMs = performance.now();
    this.sink(this.name, text);
  }
}

/** Takes a chunk as `process.stdout.write` gets it. */
export type ChunkSink = (name: StreamName, chunk: string | Uint8Array) => void;

/** Redirects the output of this process. */
export function captureStreams(sink: ChunkSink): void {
  for (const name of ["stdout", "stderr"] as const) {
    const write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
      sink(name, chunk);
      const written = rest.at(-1);
      if (typeof written === "function") process.nextTick(written as () => void);
      return true;
    };
    process[name].write = write as typeof process.stdout.write;
  }
}
