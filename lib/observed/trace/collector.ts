/** Gathers the events of a trace: counts always, columns when they are wanted. */
import { maxCpus } from "../../base/cpuText.ts";
import { SkipCounter, type SkippedLines } from "../skipped.ts";
import { type Bytes, textIn } from "./bytes.ts";
import type { Head } from "./head.ts";
import { type LostEvents, otherLine } from "./lost.ts";
import type { TraceSink } from "./scanner.ts";

/** Events as columns of one length; numbers refer to the tables of the trace. */
export interface EventColumns {
  /** Time since {@link Collected.start}, ns; NaN where the line has no time. */
  readonly tsNs: Float64Array;
  /** CPU, or -1. */
  readonly cpu: Int16Array;
  /** Process id of the task, or -1. */
  readonly pid: Int32Array;
  /** Number of the command name. */
  readonly task: Int32Array;
  /** Number of the name of the event. */
  readonly event: Uint16Array;
  /** Number of its arguments. */
  readonly record: Int32Array;
  /** 1 where the CPU was inside of a hard interrupt. */
  readonly inIrq: Uint8Array;
}

/** What was gathered. */
export interface Collected {
  readonly columns: EventColumns;
  /** Time of the first event that has one, undefined when none has. */
  readonly start: { readonly seconds: number; readonly nanos: number } | undefined;
  /** Time from the first to the last event, ns. */
  readonly spanNs: number;
  readonly eventCounts: Float64Array;
  /** CPUs that events were recorded on, ascending. */
  readonly cpus: readonly number[];
  readonly recordCounts: Float64Array;
  /** Those inside of a hard interrupt. */
  readonly recordCountsInIrq: Float64Array;
  readonly untimed: number;
  readonly dropped: number;
  readonly skipped: SkippedLines[];
  readonly undecoded: SkippedLines[];
  readonly lost: readonly LostEvents[];
  readonly tracer: string;
}

/** Most lost-event markers that are kept one by one; more are added to the last of their CPU. */
const maxMarkers = 10_000;

/** A sink that keeps the first `maxEvents` events of those that `wanted` says. */
export class Collector implements TraceSink {
  /** Lines seen so far, for messages. */
  line = 0;
  readonly #maxEvents: number;
  readonly #wanted: (event: number) => boolean;
  readonly #skipped = new SkipCounter();
  readonly #undecoded = new SkipCounter();
  readonly #lost: LostEvents[] = [];
  readonly #cpus = new Uint8Array(maxCpus);
  #tracer = "";
  #keep = new Uint8Array(64);
  #eventCounts = new Float64Array(64);
  #recordCounts = new Float64Array(128);
  #recordCountsInIrq = new Float64Array(128);
  #size = 0;
  #room = 0;
  #tsNs = new Float64Array(0);
  #cpu = new Int16Array(0);
  #pid = new Int32Array(0);
  #task = new Int32Array(0);
  #event = new Uint16Array(0);
  #record = new Int32Array(0);
  #inIrq = new Uint8Array(0);
  #hasStart = false;
  #startSeconds = 0;
  #startNanos = 0;
  #minNs = 0;
  #maxNs = 0;
  #untimed = 0;
  #dropped = 0;

  constructor(maxEvents: number, wanted: (event: number) => boolean) {
    this.#maxEvents = maxEvents;
    this.#wanted = wanted;
  }

  event(head: Head, event: number, record: number): void {
    this.line++;
    if (event >= this.#eventCounts.length) this.#moreEvents(event);
    this.#eventCounts[event]!++;
    if (record >= this.#recordCounts.length) this.#moreRecords(record);
    if (head.inIrq) this.#recordCountsInIrq[record]!++;
    this.#recordCounts[record]!++;
    const { cpu } = head;
    if (cpu >= 0 && cpu < maxCpus) this.#cpus[cpu] = 1;
    const ns = head.timed ? this.#sinceStart(head.seconds, head.nanos) : this.#timeless();
    if (this.#keep[event] === 0) this.#keep[event] = this.#wanted(event) ? 2 : 1;
    if (this.#keep[event] === 1) return;
    const row = this.#size;
    if (row >= this.#room && !this.#lengthen()) {
      this.#dropped++;
      return;
    }
    this.#tsNs[row] = ns;
    this.#cpu[row] = cpu < maxCpus ? cpu : -1;
    this.#pid[row] = head.pid;
    this.#task[row] = head.task;
    this.#event[row] = event;
    this.#record[row] = record;
    this.#inIrq[row] = head.inIrq ? 1 : 0;
    this.#size = row + 1;
  }

  other(bytes: Bytes, start: number, end: number): void {
    this.line++;
    const text = textIn(bytes.at, start, Math.min(end, start + 256));
    const { reason, lost, tracer } = otherLine(text);
    if (tracer !== undefined) this.#tracer ||= tracer;
    if (lost !== undefined && this.#lost.length < maxMarkers) this.#lost.push(lost);
    this.#skipped.add(reason, this.line, text);
  }

  undecoded(event: string, bytes: Bytes, start: number, end: number): void {
    const text = textIn(bytes.at, start, Math.min(end, start + 160));
    this.#undecoded.add(`arguments of ${event}`, this.line + 1, text);
  }

  /** A line that was not looked at. */
  skip(reason: string, text: string): void {
    this.#skipped.add(reason, ++this.line, text);
  }

  /** Everything so far; the buffers of the columns may have room behind them. */
  collected(): Collected {
    const size = this.#size;
    const columns = {
      tsNs: this.#tsNs.subarray(0, size),
      cpu: this.#cpu.subarray(0, size),
      pid: this.#pid.subarray(0, size),
      task: this.#task.subarray(0, size),
      event: this.#event.subarray(0, size),
      record: this.#record.subarray(0, size),
      inIrq: this.#inIrq.subarray(0, size),
    };
    return {
      columns,
      start: this.#hasStart ? { seconds: this.#startSeconds, nanos: this.#startNanos } : undefined,
      spanNs: this.#maxNs - this.#minNs,
      eventCounts: this.#eventCounts,
      cpus: placesOf(this.#cpus),
      recordCounts: this.#recordCounts,
      recordCountsInIrq: this.#recordCountsInIrq,
      untimed: this.#untimed,
      dropped: this.#dropped,
      skipped: this.#skipped.list(),
      undecoded: this.#undecoded.list(),
      lost: this.#lost,
      tracer: this.#tracer,
    };
  }

  #sinceStart(seconds: number, nanos: number): number {
    if (!this.#hasStart) {
      this.#hasStart = true;
      this.#startSeconds = seconds;
      this.#startNanos = nanos;
    }
    const ns = (seconds - this.#startSeconds) * 1e9 + nanos - this.#startNanos;
    if (ns > this.#maxNs) this.#maxNs = ns;
    else if (ns < this.#minNs) this.#minNs = ns;
    return ns;
  }

  #timeless(): number {
    this.#untimed++;
    return Number.NaN;
  }

  /** Makes room for more rows; false when there are enough. */
  #lengthen(): boolean {
    const room = Math.min(this.#maxEvents, Math.max(256, 2 * this.#room));
    if (room <= this.#room) return false;
    this.#room = room;
    this.#tsNs = longer(this.#tsNs, new Float64Array(room));
    this.#cpu = longer(this.#cpu, new Int16Array(room));
    this.#pid = longer(this.#pid, new Int32Array(room));
    this.#task = longer(this.#task, new Int32Array(room));
    this.#event = longer(this.#event, new Uint16Array(room));
    this.#record = longer(this.#record, new Int32Array(room));
    this.#inIrq = longer(this.#inIrq, new Uint8Array(room));
    return true;
  }

  #moreEvents(event: number): void {
    this.#eventCounts = longer(this.#eventCounts, new Float64Array(2 * event));
    this.#keep = longer(this.#keep, new Uint8Array(2 * event));
  }

  #moreRecords(record: number): void {
    this.#recordCounts = longer(this.#recordCounts, new Float64Array(2 * record));
    this.#recordCountsInIrq = longer(this.#recordCountsInIrq, new Float64Array(2 * record));
  }
}

/** Indexes of the bytes that are not zero. */
function placesOf(marks: Uint8Array): number[] {
  const places: number[] = [];
  for (let at = marks.indexOf(1); at !== -1; at = marks.indexOf(1, at + 1)) places.push(at);
  return places;
}

function longer<T extends { set(values: T): void }>(values: T, into: T): T {
  into.set(values);
  return into;
}
