/** Text in pieces, cut into lines without ever holding more than one line. */
import { closeSync, openSync, readSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { refused } from "../base/messages.ts";

/** Longest line that is kept whole, in UTF-16 units: 1 MiB, far above any row of 8192 CPUs. */
export const maxLineLength = 1_048_576;

/** One line of a text. */
export interface Line {
  /** From 1. */
  readonly number: number;
  /** Without its line end, LF or CRLF. */
  readonly text: string;
  /** True when the line was longer than {@link maxLineLength} and `text` is only its beginning. */
  readonly cut: boolean;
}

/** The lines of `chunks`, which may break anywhere; a line end after the last line adds none. */
export function* linesOf(chunks: Iterable<string>): Generator<Line, void, undefined> {
  let number = 1;
  let text = "";
  let cut = false;
  for (const chunk of chunks) {
    for (let start = 0; start < chunk.length; ) {
      const newline = chunk.indexOf("\n", start);
      const end = newline === -1 ? chunk.length : newline;
      const kept = Math.min(end, start + maxLineLength - text.length);
      text += chunk.slice(start, kept);
      cut ||= kept < end;
      start = end + 1;
      if (newline === -1) break;
      yield finishLine(number++, text, cut);
      text = "";
      cut = false;
    }
  }
  if (text !== "") yield finishLine(number, text, cut);
}

function finishLine(number: number, text: string, cut: boolean): Line {
  return { number, text: text.endsWith("\r") ? text.slice(0, -1) : text, cut };
}

/** The text of a UTF-8 file in pieces of 64 KiB. Throws SD011 when it cannot be read. */
export function* fileChunks(path: string): Generator<string, void, undefined> {
  const decoder = new StringDecoder("utf8");
  const buffer = Buffer.alloc(65_536);
  const file = attempt(path, () => openSync(path, "r"));
  try {
    for (;;) {
      const length = attempt(path, () => readSync(file, buffer));
      if (length === 0) break;
      yield decoder.write(buffer.subarray(0, length));
    }
    yield decoder.end();
  } finally {
    closeSync(file);
  }
}

function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw refused("file", path, (error as Error).message);
  }
}
