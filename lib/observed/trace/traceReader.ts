/** Bytes of a trace to its events: the pieces of this folder put together. */
import { type Collected, Collector } from "./collector.ts";
import { LineJoiner, type LineTaker } from "./lines.ts";
import type { MaskTable } from "./masks.ts";
import type { NameTable } from "./names.ts";
import type { RecordTable } from "./records.ts";
import { LineScanner } from "./scanner.ts";

/** What to keep of a trace. */
export interface ReaderOptions {
  /** Events to keep in columns; undefined: all, the empty list: only counts. */
  readonly events: readonly string[] | undefined;
  /** Events whose argument text is kept. */
  readonly keepText: readonly string[];
  readonly maxEvents: number;
}

/** A trace as numbers and the tables they refer to. */
export interface TraceData extends Collected {
  readonly eventNames: readonly string[];
  readonly names: NameTable;
  readonly masks: MaskTable;
  readonly records: RecordTable;
}

/** Different arguments that are told apart. */
const maxRecords = 1_000_000;

/** Takes a trace piece by piece. */
export class TraceReader {
  readonly #collector: Collector;
  readonly #scanner: LineScanner;
  readonly #joiner: LineJoiner;

  constructor(options: ReaderOptions) {
    const wanted = options.events === undefined ? undefined : new Set(options.events);
    const isWanted = (event: number): boolean =>
      wanted === undefined || wanted.has(this.#scanner.events.name(event));
    this.#collector = new Collector(options.maxEvents, isWanted);
    this.#scanner = new LineScanner(this.#collector, { keepText: options.keepText, maxRecords });
    const taker: LineTaker = {
      scan: (at, start, end) => this.#scanner.scan(at, start, end),
      tooLong: (beginning) =>
        this.#collector.skip("longer than 1 MiB", Buffer.from(beginning).toString("utf8")),
    };
    this.#joiner = new LineJoiner(taker);
  }

  /** Takes a piece; its bytes may change after the call. */
  push(piece: Uint8Array): void {
    this.#joiner.push(piece);
  }

  /** Ends the input. */
  finish(): TraceData {
    this.#joiner.end();
    const { tables, events, records } = this.#scanner;
    const { names, masks } = tables;
    return { ...this.#collector.collected(), eventNames: events.list(), names, masks, records };
  }
}
