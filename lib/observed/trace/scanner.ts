/**
 * Lines of a trace to events. One pass over the bytes: nothing becomes a text unless it is new. A
 * line has a head (task, CPU, flags, time), the name of an event, and its arguments; beginnings of
 * lines and events are looked up by their bytes, so that each different one is decoded once.
 */
import {
  type Bytes,
  beginsWithDigit,
  bytesIn,
  isBlank,
  isDigit,
  isNamePart,
  lineEnd,
  textIn,
} from "./bytes.ts";
import { decoderOf, keepText, type Tables } from "./decoders.ts";
import { beginning, EventCache } from "./eventCache.ts";
import { EventNames } from "./eventNames.ts";
import { graphLine } from "./graph.ts";
import { type Head, HeadReader } from "./head.ts";
import { MaskTable } from "./masks.ts";
import { NameTable } from "./names.ts";
import { type Arguments, RecordTable } from "./records.ts";
import { tracerEvent } from "./tracerEvent.ts";

/** Takes what a scanner finds. */
export interface TraceSink {
  /** An event; all numbers refer to the tables of the scanner. `record` is 0 without arguments. */
  event(head: Head, event: number, record: number): void;
  /** A line that is no event, `start`…`end` in `bytes`: the sink says why, and counts it. */
  other(bytes: Bytes, start: number, end: number): void;
  /** An event whose arguments could not be decoded; it is told as an event without them, too. */
  undecoded(event: string, bytes: Bytes, start: number, end: number): void;
}

/** What the scanner shall keep. */
export interface ScannerOptions {
  /** Events whose whole argument text is kept as `func`. */
  readonly keepText: readonly string[];
  /** Most different arguments that are told apart. */
  readonly maxRecords: number;
}

const colon = 58;

/** Reads whole lines. */
export class LineScanner {
  readonly tables: Tables = { names: new NameTable(), masks: new MaskTable() };
  readonly events: EventNames = new EventNames();
  readonly records: RecordTable;
  readonly #head: HeadReader;
  readonly #cache = new EventCache();
  readonly #sink: TraceSink;
  readonly #kept: ReadonlySet<string>;
  #decodable = new Uint8Array(64);

  constructor(sink: TraceSink, options: ScannerOptions) {
    this.#sink = sink;
    this.#kept = new Set(options.keepText);
    this.records = new RecordTable(options.maxRecords);
    this.#head = new HeadReader(this.tables.names);
  }

  /** Takes the lines in `start`…`end` of `at`; the last one ends at `end`. */
  scan(at: Uint8Array, start: number, end: number): void {
    const bytes = bytesIn(at);
    for (let index = start; index < end; ) index = this.#line(bytes, index, end) + 1;
  }

  /** Takes the line that begins at `start` and returns where it ends. */
  #line(bytes: Bytes, start: number, end: number): number {
    const known = this.#head.recall(bytes, start, end);
    if (known >= 0) return this.#event(bytes, start, known, end);
    const first = bytes.at[start];
    if (first === 35 || first === 10) return this.#noEvent(bytes, start, end); // "#", empty
    if (beginsWithDigit(bytes.at, start)) return this.#other(bytes, start, end);
    const behind = this.#head.read(bytes, start, end);
    if (behind < 0) return this.#noEvent(bytes, start, end);
    return this.#event(bytes, start, behind, end);
  }

  /** A line that is of a function graph, or an event whose task has a name of digits, or none. */
  #other(bytes: Bytes, start: number, end: number): number {
    const stop = lineEnd(bytes, start, end);
    const inGraph = graphLine(bytes, start, stop);
    if (inGraph === undefined) {
      const behind = this.#head.read(bytes, start, end);
      if (behind >= 0) return this.#event(bytes, start, behind, end);
      this.#sink.other(bytes, start, stop);
    } else {
      const { head, event, args } = inGraph;
      head.task = this.tables.names.number(inGraph.task);
      this.#tell(head, this.#eventNumber(event), event, args, bytes, start, stop);
    }
    return stop;
  }

  /** The event whose name begins at `start`; `line` is where the line begins. */
  #event(bytes: Bytes, line: number, start: number, end: number): number {
    const { at } = bytes;
    const cache = this.#cache;
    if (cache.recall(bytes, start, end)) {
      this.#sink.event(this.#head, cache.event, cache.record);
      return cache.end;
    }
    const canRecall = start + 12 <= end;
    if (canRecall) {
      const known = this.events.recall(bytes, start, end);
      if (known >= 0) return this.#known(bytes, known, start, this.events.behind, end);
    }
    if (at[start] === 35 || isDigit(at[start])) return this.#tracerLine(bytes, line, start, end);
    let begin = start;
    let hash = 0;
    let index = start;
    for (; index < end; index++) {
      const code = at[index]!;
      if (isNamePart(code)) {
        hash = Math.imul(hash ^ code, 0x01000193);
        continue;
      }
      if (code !== colon || !isNamePart(at[index + 1])) break;
      begin = index + 1; // "ipi:" of perf, the subsystem
      hash = 0;
    }
    // A name that the input ends in is the rest of a line that was cut off.
    if (index === begin || index === end) return this.#noEvent(bytes, line, end);
    if (begin > start && index - begin <= 3 && isModifier(at, begin, index)) {
      return this.#modified(bytes, start, begin - 1, index, end);
    }
    const event = this.events.find(at, begin, index, hash);
    // Only a blank or two behind the colon: what is remembered must not reach into the arguments.
    const behind = index + 2;
    if (canRecall && at[index] === colon && isBlank(at[index + 1]) && !isBlank(at[behind])) {
      if (behind < end && at[behind] !== 10) this.events.remember(bytes, start, behind, event);
    }
    return this.#named(bytes, event, start, index, end);
  }

  /** `cycles:ppp:` is the event cycles. */
  #modified(bytes: Bytes, start: number, stop: number, index: number, end: number): number {
    return this.#named(bytes, this.#eventNumber(textIn(bytes.at, start, stop)), start, index, end);
  }

  /** The rest of the line behind the name of an event, which ends at `index`. */
  #named(bytes: Bytes, event: number, start: number, index: number, end: number): number {
    const { at } = bytes;
    let args = at[index] === colon ? index + 1 : index;
    while (isBlank(at[args])) args++;
    return this.#known(bytes, event, start, args, end);
  }

  /** The rest of the line of an event, whose name begins at `start`, its arguments at `args`. */
  #known(bytes: Bytes, event: number, start: number, args: number, end: number): number {
    if (event >= this.#decodable.length) this.#lengthen();
    if (this.#decodable[event] === 0) this.#decodable[event] = this.#isDecodable(event) ? 2 : 1;
    if (this.#decodable[event] === 1) {
      return this.#bare(bytes, event, start, args, end);
    }
    return this.#decoded(bytes, event, start, args, end);
  }

  /** An event whose arguments are not decoded. Short texts that repeat are remembered. */
  #bare(bytes: Bytes, event: number, start: number, args: number, end: number): number {
    const cache = this.#cache;
    this.#sink.event(this.#head, event, 0);
    const stop = lineEnd(bytes, args, end);
    if (stop < start + beginning && cache.isRepeated() && !cache.find(bytes, start, end)) {
      cache.keep(bytes, start, event, 0);
    }
    return stop;
  }

  /** A line of the tracers osnoise and timerlat, which name no event. */
  #tracerLine(bytes: Bytes, line: number, start: number, end: number): number {
    const stop = lineEnd(bytes, start, end);
    const found = tracerEvent(textIn(bytes.at, start, Math.min(stop, start + 200)));
    if (found === undefined) this.#sink.other(bytes, line, stop);
    else {
      const event = this.#eventNumber(found.event);
      this.#tell(this.#head, event, found.event, found.args, bytes, start, stop);
    }
    return stop;
  }

  #noEvent(bytes: Bytes, start: number, end: number): number {
    const stop = lineEnd(bytes, start, end);
    this.#sink.other(bytes, start, stop);
    return stop;
  }

  #decoded(bytes: Bytes, event: number, start: number, args: number, end: number): number {
    const cache = this.#cache;
    if (cache.find(bytes, start, end)) {
      this.#sink.event(this.#head, event, cache.record);
      return cache.end;
    }
    const stop = cache.end;
    const name = this.events.name(event);
    const text = textIn(bytes.at, args, Math.min(stop, args + maxArguments)).trimEnd();
    const record = this.#tell(this.#head, event, name, text, bytes, args, stop);
    if (record >= 0 && !this.records.isShared(record)) cache.keep(bytes, start, event, record);
    return stop;
  }

  /** Decodes `text` and tells the sink; the number of the record, or -1. */
  #tell(
    head: Head,
    event: number,
    name: string,
    text: string,
    bytes: Bytes,
    start: number,
    stop: number,
  ): number {
    const decode = this.#kept.has(name) ? keepText : decoderOf(name);
    const found: Arguments | undefined = decode?.(text, this.tables);
    if (decode !== undefined && found === undefined) {
      this.#sink.undecoded(name, bytes, start, stop);
    }
    if (found !== undefined) found.event = event;
    const record = found === undefined ? -1 : this.records.number(found);
    this.#sink.event(head, event, Math.max(0, record));
    return record;
  }

  #eventNumber(name: string): number {
    const bytes = Buffer.from(name);
    let hash = 0;
    for (const code of bytes) hash = Math.imul(hash ^ code, 0x01000193);
    return this.events.find(bytes, 0, bytes.length, hash);
  }

  #isDecodable(event: number): boolean {
    const name = this.events.name(event);
    return this.#kept.has(name) || decoderOf(name) !== undefined;
  }

  #lengthen(): void {
    const longer = new Uint8Array(2 * this.#decodable.length + this.events.size);
    longer.set(this.#decodable);
    this.#decodable = longer;
  }
}

/** Letters behind the name of a sampled event: `cycles:u:`, `cycles:ppp:`. */
function isModifier(at: Uint8Array, start: number, end: number): boolean {
  for (let index = start; index < end; index++) {
    if (!modifiers.includes(at[index]!)) return false;
  }
  return true;
}

const modifiers: readonly number[] = Array.from(Buffer.from("ukhpGHPSDIWeb"));

/** Bytes of arguments that are looked at: masks of 8192 CPUs and more fit. */
const maxArguments = 16_384;
