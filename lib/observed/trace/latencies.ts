/**
 * From sending to handler: each entry of a handler is paired with the sendings to its CPU that wait
 * for one. A rescheduling interrupt that is already pending is not raised again, so one entry may
 * serve several. A function call is only sent to an empty queue (kernel/smp.c), after the handler
 * of the one before has begun: when two wait, the trace lacks the handler of the first.
 */
import { eachSend, eventNumber } from "./sends.ts";
import type { TraceData } from "./traceReader.ts";

/** Times of one kind, and what could not be paired. */
export interface LatencySamples {
  /** Purpose of the sending, or `task switch to TLB flush`. */
  readonly what: string;
  /** Times in ns, in the order of the trace. */
  readonly ns: readonly number[];
  /** Interrupts sent. */
  readonly sent: number;
  /** Sent, but no handler followed: the trace ends, lost events, or a polling idle CPU. */
  readonly unanswered: number;
  /** The handler has an earlier time than the sending: clocks of the CPUs differ. */
  readonly inverted: number;
}

/** Handlers by what they answer. */
const answers: ReadonlyMap<string, string> = new Map(
  Object.entries({
    call_function_entry: "call",
    call_function_single_entry: "call",
    reschedule_entry: "reschedule",
    irq_work_entry: "irq work",
    "Function call interrupts": "call",
    "Rescheduling interrupts": "reschedule",
    "IRQ work interrupts": "irq work",
    "Timer broadcast interrupts": "timer",
  }),
);

/** Name of the time that a CPU takes from a task switch to the flush that goes with it. */
export const switchLatency = "task switch to TLB flush";

/** Times by purpose, and handlers that nobody was seen to call. */
export interface Latencies {
  readonly kinds: readonly LatencySamples[];
  readonly unsent: number;
}

/** Pairs sendings with handlers. Events without a time take no part. */
export function latencies(data: TraceData): Latencies {
  const pairing = new Pairing(data);
  pairing.run();
  return { kinds: [...pairing.kinds(), ...switches(data)], unsent: pairing.unsent };
}

interface Pending {
  readonly row: number;
  readonly kind: Kind;
}

interface Kind {
  readonly what: string;
  readonly ns: number[];
  sent: number;
  unanswered: number;
  inverted: number;
}

class Pairing {
  readonly #data: TraceData;
  readonly #kinds = new Map<string, Kind>();
  readonly #pending = new Map<string, Pending[]>();
  readonly #classes: readonly string[];
  readonly #entry: number;
  #next = 0;
  unsent = 0;

  constructor(data: TraceData) {
    this.#data = data;
    this.#entry = eventNumber(data, "ipi_entry");
    this.#classes = data.eventNames.map((name) => answers.get(name) ?? "");
  }

  run(): void {
    eachSend(this.#data, ({ row, targets, purpose }) => {
      this.#answerUntil(row);
      const kind = this.#kind(purpose);
      const isCall = classOf(purpose) === "call";
      for (const cpu of targets) {
        kind.sent++;
        const key = `${classOf(purpose)} ${cpu}`;
        const waiting = this.#pending.get(key);
        if (waiting === undefined) {
          this.#pending.set(key, [{ row, kind }]);
          continue;
        }
        if (isCall && waiting.length > 0) waiting.pop()!.kind.unanswered++;
        waiting.push({ row, kind });
      }
    });
    this.#answerUntil(this.#data.columns.event.length);
    for (const waiting of this.#pending.values()) for (const { kind } of waiting) kind.unanswered++;
  }

  kinds(): Kind[] {
    return [...this.#kinds.values()];
  }

  /** Goes on to `row`, which is a sending, and answers what waits. */
  #answerUntil(row: number): void {
    const { event, cpu, tsNs } = this.#data.columns;
    for (; this.#next < row; this.#next++) {
      const answer = this.#answerOf(this.#next, event[this.#next]!);
      if (answer === "") continue;
      const key = `${answer} ${cpu[this.#next]}`;
      const waiting = this.#pending.get(key);
      if (waiting === undefined || waiting.length === 0) {
        this.unsent++;
        continue;
      }
      for (const { row: sent, kind } of waiting) {
        const ns = tsNs[this.#next]! - tsNs[sent]!;
        if (ns >= 0) kind.ns.push(ns);
        else kind.inverted++;
      }
      waiting.length = 0;
    }
  }

  #answerOf(row: number, event: number): string {
    if (event !== this.#entry) return this.#classes[event] ?? "";
    const { records, names, columns } = this.#data;
    return answers.get(names.name(records.func(columns.record[row]!))) ?? "";
  }

  #kind(what: string): Kind {
    const known = this.#kinds.get(what);
    if (known !== undefined) return known;
    const kind = { what, ns: [], sent: 0, unanswered: 0, inverted: 0 };
    this.#kinds.set(what, kind);
    return kind;
  }
}

/** Which handler answers a sending. */
function classOf(purpose: string): string {
  if (purpose === "reschedule" || purpose === "timer") return purpose;
  return purpose === "irq work" || purpose === "trace reader" ? "irq work" : "call";
}

/** From sched_switch to the next "flush on task switch" of the same CPU. */
function switches(data: TraceData): LatencySamples[] {
  const { columns, records } = data;
  const turn = eventNumber(data, "sched_switch");
  const flush = eventNumber(data, "tlb_flush");
  const last = new Map<number, number>();
  const ns: number[] = [];
  let seen = 0;
  for (let row = 0; turn >= 0 && flush >= 0 && row < columns.event.length; row++) {
    const cpu = columns.cpu[row]!;
    if (columns.event[row] === turn) {
      last.set(cpu, columns.tsNs[row]!);
      seen++;
    } else if (columns.event[row] === flush && columns.inIrq[row] === 0) {
      const from = last.get(cpu);
      if (records.reason(columns.record[row]!) !== 0 || from === undefined) continue;
      if (columns.tsNs[row]! >= from) ns.push(columns.tsNs[row]! - from);
      last.delete(cpu);
    }
  }
  if (ns.length === 0) return [];
  return [{ what: switchLatency, ns, sent: seen, unanswered: seen - ns.length, inverted: 0 }];
}
