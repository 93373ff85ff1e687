/** A whole trace from a text, a file or a stream. */
import { checkInteger, checkKeys } from "../../base/check.ts";
import { invalid } from "../../base/messages.ts";
import { bytesOf, bytesOfText, type Source } from "../input.ts";
import { type TraceData, TraceReader } from "./traceReader.ts";

/** What to keep of a trace; whatever is not kept is still counted. */
export interface TraceOptions {
  /** Names of the events to keep (default: all); the empty list keeps counts only. */
  readonly events?: readonly string[];
  /** Events whose argument text is kept, in the column `func`. */
  readonly keepText?: readonly string[];
  /** Most events to keep (default 20,000,000; one takes 27 bytes). */
  readonly maxEvents?: number;
}

/** Reads a trace at hand. Throws SD001 or SD002 for invalid options. */
export function parseTrace(text: string | Uint8Array, options: TraceOptions = {}): TraceData {
  if (typeof text !== "string" && !(text instanceof Uint8Array)) {
    throw invalid("trace", text, "text or bytes");
  }
  const reader = readerFor(options);
  reader.push(bytesOfText(text));
  return reader.finish();
}

/**
 * Reads the trace in a file or stream, piece by piece. Throws SD011 when it cannot be read, SD001
 * or SD002 for invalid options.
 */
export async function readTrace(source: Source, options: TraceOptions = {}): Promise<TraceData> {
  const reader = readerFor(options);
  for await (const piece of bytesOf(source)) reader.push(piece);
  return reader.finish();
}

function readerFor(options: TraceOptions): TraceReader {
  checkKeys("trace", options, ["events", "keepText", "maxEvents"]);
  const { events, keepText = [], maxEvents = 20_000_000 } = options;
  return new TraceReader({
    events: events === undefined ? undefined : checkNames("events", events),
    keepText: checkNames("keepText", keepText),
    maxEvents: checkInteger("maxEvents", maxEvents, 0, 200_000_000),
  });
}

function checkNames(field: string, names: unknown): readonly string[] {
  const isList = Array.isArray(names) && names.every((name) => typeof name === "string");
  if (!isList) throw invalid(field, names, "a list of event names");
  return names as readonly string[];
}
