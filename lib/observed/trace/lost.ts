/** Lines of a trace that are no events: which of them mean that events are missing. */

/** Why events are missing. */
export interface LostEvents {
  /** What says so: a marker in the trace, or the header of the file. */
  readonly kind: "marker" | "overwritten";
  /** CPU whose events are missing, or -1 where the text does not say. */
  readonly cpu: number;
  /** How many are missing, or -1 where the text does not say. */
  readonly events: number;
}

/** What a line that is no event tells. */
export interface OtherLine {
  readonly reason: string;
  readonly lost?: LostEvents;
  /** Words that tell the format: the tracer in `# tracer: nop`. */
  readonly tracer?: string;
}

/** Classifies a line that is no event. */
export function otherLine(text: string): OtherLine {
  const line = text.trim();
  if (line === "") return { reason: "blank line" };
  if (line.startsWith("#") || line.startsWith("//")) return commentLine(line);
  const lost = lostMarker(line);
  if (lost !== undefined) return { reason: "lost-event marker", lost };
  if (/^cpus=\d+$/.test(line)) return { reason: "trace-cmd header", tracer: "trace-cmd" };
  if (/^(version = \d|CPU \d+ is empty)/.test(line)) return { reason: "trace-cmd header" };
  if (/^\t| {8,}[0-9a-f]{6,16} /.test(text) && /^[0-9a-f]{6,16} /.test(line)) {
    return { reason: "call chain" };
  }
  if (/^(-{10,}|=>)/.test(line) || /^\d+\)\s.*=>/.test(line)) return { reason: "separator" };
  if (/^[\w.]+\(\) \{$/.test(line)) return { reason: "call without a CPU" };
  return { reason: "no event" };
}

function commentLine(line: string): OtherLine {
  const tracer = /^# tracer: ([\w-]{1,40})/.exec(line)?.[1];
  if (tracer !== undefined) return { reason: "comment", tracer };
  const kept = /entries-in-buffer\/entries-written: (\d{1,15})\/(\d{1,15})/.exec(line);
  const events = kept === null ? 0 : Number(kept[2]) - Number(kept[1]);
  if (events <= 0) return { reason: "comment" };
  return { reason: "comment", lost: { kind: "overwritten", cpu: -1, events } };
}

/** `CPU:3 [LOST 12 EVENTS]` of ftrace, `CPU:3 [12 EVENTS DROPPED]` of trace-cmd, perf's report. */
function lostMarker(line: string): LostEvents | undefined {
  const marker = /^cpu:?\s*(\d{1,5}) \[(?:LOST )?(?:(\d{1,15}) )?EVENTS( DROPPED)?\]/i.exec(line);
  if (marker !== null) {
    const events = marker[2] === undefined ? -1 : Number(marker[2]);
    return { kind: "marker", cpu: Number(marker[1]), events };
  }
  const perf = /^Processed \d+ events and lost (\d{1,15}) chunks/.exec(line);
  return perf === null ? undefined : { kind: "marker", cpu: -1, events: -1 };
}
