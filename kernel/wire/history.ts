/** The cells of this session, as `history_request` asks for them. Nothing is written to disk. */
import type { Content } from "./message.ts";

/** What a front end gets: session, execution count, code, or code with its output. */
export type HistoryItem = readonly [number, number, string | readonly [string, string | null]];

interface Entry {
  readonly count: number;
  readonly code: string;
  output: string | null;
}

/** Remembers what was executed. */
export class History {
  private entries: Entry[] = [];

  /** A cell that counts. */
  add(count: number, code: string): void {
    this.entries.push({ count, code, output: null });
    if (this.entries.length > mostEntries) this.entries = this.entries.slice(mostEntries / 2);
  }

  /** The value of the latest cell, as text. */
  setOutput(text: unknown): void {
    const last = this.entries.at(-1);
    if (last !== undefined && typeof text === "string") last.output = text;
  }

  /** Answers a request; a field of the wrong type counts as absent. */
  find(request: Content): HistoryItem[] {
    const found = this.select(request);
    const withOutput = request.output === true;
    return found.map(({ count, code, output }) => {
      return [session, count, withOutput ? [code, output] : code];
    });
  }

  private select(request: Content): readonly Entry[] {
    const most = typeof request.n === "number" && request.n >= 0 ? request.n : undefined;
    switch (request.hist_access_type) {
      case "tail":
        return last(this.entries, most);
      case "range":
        return this.range(request);
      case "search":
        return last(this.search(request), most);
      default:
        return [];
    }
  }

  /** Session 0 is this one; there are no others. */
  private range({ session: asked = 0, start, stop }: Content): readonly Entry[] {
    if (asked !== 0 && asked !== session) return [];
    const from = typeof start === "number" ? start : 1;
    const to = typeof stop === "number" ? stop : Number.POSITIVE_INFINITY;
    return this.entries.filter(({ count }) => count >= from && count < to);
  }

  private search({ pattern, unique }: Content): readonly Entry[] {
    const matches = globMatcher(typeof pattern === "string" ? pattern : "*");
    const found = this.entries.filter(({ code }) => matches(code));
    if (unique !== true) return found;
    const latest = new Map(found.map((entry) => [entry.code, entry]));
    return found.filter((entry) => latest.get(entry.code) === entry);
  }
}

/**
 * Matches texts with `*` for anything and `?` for one character. Linear steps back to the latest
 * star only: a regular expression with many stars could take for ever.
 */
function globMatcher(pattern: string): (text: string) => boolean {
  return (text) => {
    let at = 0;
    let inPattern = 0;
    let star = -1;
    let retry = 0;
    while (at < text.length) {
      if (pattern[inPattern] === "*") {
        star = inPattern++;
        retry = at;
      } else if (pattern[inPattern] === "?" || pattern[inPattern] === text[at]) {
        at += 1;
        inPattern += 1;
      } else if (star >= 0) {
        inPattern = star + 1;
        at = ++retry;
      } else {
        return false;
      }
    }
    return /^\**$/.test(pattern.slice(inPattern));
  };
}

function last<Item>(items: readonly Item[], most: number | undefined): readonly Item[] {
  return most === undefined ? items : items.slice(Math.max(0, items.length - most));
}

/** Number of this session. */
const session = 1;

const mostEntries = 20_000;
