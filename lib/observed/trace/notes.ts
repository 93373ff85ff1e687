/** What a reader of a trace should know before trusting its counts. */
import { eventTotals, sendTotals } from "./counts.ts";
import { sendEvents } from "./sends.ts";
import type { TraceData } from "./traceReader.ts";

/** Something that makes counts or times of a trace less than certain. */
export interface TraceNote {
  readonly kind:
    | "lost"
    | "overwritten"
    | "self-disturbed"
    | "untimed"
    | "not kept"
    | "undecoded"
    | "undistinguished";
  /** In words, for people. */
  readonly text: string;
  /** How many events it concerns, -1 where the trace does not say. */
  readonly count: number;
}

/** Everything worth a note, gravest first. */
export function traceNotes(data: TraceData): TraceNote[] {
  return [
    ...lostNotes(data),
    ...disturbance(data),
    ...counted(data.untimed, "untimed", "events without a time, or with a clock without a unit"),
    ...counted(data.dropped, "not kept", "events beyond maxEvents, counted but not kept"),
    ...counted(
      data.undecoded.reduce((sum, { count }) => sum + count, 0),
      "undecoded",
      "events whose arguments could not be read",
    ),
    ...counted(
      data.names.refused + data.masks.refused + data.records.forgotten,
      "undistinguished",
      "names, masks or arguments beyond what is told apart",
    ),
  ];
}

/** True when nothing says that events are missing. */
export function isComplete(data: TraceData): boolean {
  return lostNotes(data).length === 0;
}

function lostNotes(data: TraceData): TraceNote[] {
  const notes: TraceNote[] = [];
  const markers = data.lost.filter(({ kind }) => kind === "marker");
  const perf = eventTotals(data).find(({ event }) => /^PERF_RECORD_LOST/.test(event))?.count ?? 0;
  if (markers.length + perf > 0) {
    const known = markers.every(({ events }) => events >= 0) && perf === 0;
    const count = known ? markers.reduce((sum, { events }) => sum + events, 0) : -1;
    const amount = known ? `${count} events` : "an unknown number of events";
    const text = `${markers.length + perf} markers say that ${amount} were lost`;
    notes.push({ kind: "lost", text, count });
  }
  for (const { kind, events } of data.lost) {
    if (kind !== "overwritten") continue;
    const text = `the ring buffer had overwritten the first ${events} events`;
    notes.push({ kind, text, count: events });
  }
  return notes;
}

/** Who reads trace_pipe while recording is woken by interrupts that are then recorded, too. */
function disturbance(data: TraceData): TraceNote[] {
  const { records, names, recordCounts } = data;
  const sends = new Set(sendEvents(data));
  let count = 0;
  for (let record = 0; record < records.size; record++) {
    if (!sends.has(records.event(record))) continue;
    if (names.name(records.func(record)) === "rb_wake_up_waiters") count += recordCounts[record]!;
  }
  if (count === 0) return [];
  const share = ((100 * count) / sendTotals(data).sends).toFixed(1);
  const text =
    `${count} interrupts (${share} % of all sent) woke the reader of this very trace ` +
    "(rb_wake_up_waiters): it was read while it was recorded";
  return [{ kind: "self-disturbed", text, count }];
}

function counted(count: number, kind: TraceNote["kind"], text: string): TraceNote[] {
  return count === 0 ? [] : [{ kind, text: `${count} ${text}`, count }];
}
