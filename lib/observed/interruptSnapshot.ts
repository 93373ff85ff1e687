/**
 * One reading of `/proc/interrupts`. Columns are found by blanks, never by width: the padding
 * differs between releases, arm64 glues ten-digit counts to their label, and the header leaves out
 * offline CPUs, so that a column is not a CPU number.
 */
import { checkString } from "../base/check.ts";
import { malformed } from "../base/messages.ts";
import { CountScanner, isDigit, skipBlanks } from "./countScanner.ts";
import { SkipCounter, type SkippedLines } from "./skipped.ts";

/** One row of `/proc/interrupts`. */
export interface InterruptRow {
  /** What stands before the colon: `CAL`, `IPI1`, `24`. A repeated label gets `#2`, `#3` …. */
  readonly label: string;
  /** Interrupts since boot, one per CPU in the order of the header; fewer in a short row. */
  readonly counts: Float64Array;
  /** The text after the counts, blanks collapsed: `Function call interrupts`. */
  readonly description: string;
  /** The single system-wide count of rows such as `ERR` and `MIS`, which have no `counts`. */
  readonly scalar?: number;
}

/** All rows of one reading, and what was passed over. */
export interface InterruptSnapshot {
  /** CPU numbers of the header, ascending, with gaps where a CPU is offline. */
  readonly cpus: readonly number[];
  readonly rows: readonly InterruptRow[];
  readonly skipped: readonly SkippedLines[];
}

/** Rows with one count for the whole machine (arch_show_interrupts of x86, arm, mips, powerpc). */
const SCALAR_LABELS: ReadonlySet<string> = new Set(["ERR", "MIS", "Err", "BAD"]);

const WHAT = "/proc/interrupts";
const UNWRAPPED = "each row on one line; a mail client has wrapped this text";

/**
 * Reads the text of `/proc/interrupts`, from any architecture, with LF or CRLF. Foreign lines are
 * counted in `skipped`. Throws SD006 when there is no header of CPUs, when the text holds two
 * readings, and when a mail client wrapped its lines; SD001 or SD003 when it is not text.
 */
export function parseInterrupts(text: string): InterruptSnapshot {
  const reader = new SnapshotReader(checkString("interrupts text", text));
  for (let start = 0, line = 1; start < text.length; line++) {
    const newline = text.indexOf("\n", start);
    const end = newline === -1 ? text.length : newline;
    reader.take(start, end, line);
    start = end + 1;
  }
  return reader.finish();
}

class SnapshotReader {
  readonly #text: string;
  readonly #rows: InterruptRow[] = [];
  readonly #labels = new Map<string, number>();
  readonly #skipped = new SkipCounter();
  #cpus: number[] = [];
  #scanner = new CountScanner(0);
  /** The last line was a label whose counts stopped early: the rest may be on the next line. */
  #unfinished = false;

  constructor(text: string) {
    this.#text = text;
  }

  take(start: number, end: number, line: number): void {
    const first = skipBlanks(this.#text, start, end);
    const reason = this.#read(first, end, line);
    if (reason === undefined) return;
    this.#skipped.add(reason, line, this.#text.slice(first, Math.min(end, first + 80)));
  }

  finish(): InterruptSnapshot {
    if (this.#cpus.length === 0) {
      throw malformed(WHAT, this.#text.slice(0, 80).trim(), "a header line such as CPU0 CPU1");
    }
    return { cpus: this.#cpus, rows: this.#rows, skipped: this.#skipped.list() };
  }

  /** Takes the line that starts at `first`, or returns why it is skipped. */
  #read(first: number, end: number, line: number): string | undefined {
    if (first === end) return "blank line";
    if (this.#text.startsWith("CPU", first) && this.#takeHeader(first, end, line)) return undefined;
    const colon = labelEnd(this.#text, first, end);
    const reason =
      colon === -1 ? this.#refuseUnlabelled(first, end, line) : this.#takeRow(first, colon, end);
    return reason !== undefined && this.#cpus.length === 0 ? "before the header" : reason;
  }

  #takeHeader(first: number, end: number, line: number): boolean {
    const names = this.#text.slice(first, end).trimEnd().split(/\s+/);
    if (!names.every((name) => /^CPU\d{1,7}$/.test(name))) return false;
    const cpus = names.map((name) => Number(name.slice(3)));
    const fail = (expected: string): Error =>
      malformed(`${WHAT} line ${line}`, names.join(" "), expected);
    if (this.#rows.length > 0) throw fail("one reading, and this is a second header");
    if (this.#cpus.length > 0) throw fail(UNWRAPPED);
    if (cpus.some((cpu, index) => index > 0 && cpu <= cpus[index - 1]!)) {
      throw fail("ascending CPU numbers");
    }
    this.#cpus = cpus;
    this.#scanner = new CountScanner(cpus.length);
    return true;
  }

  #takeRow(first: number, colon: number, end: number): string | undefined {
    const label = this.#text.slice(first, colon);
    const scanner = this.#scanner;
    const found = scanner.scan(this.#text, colon + 1, end);
    const description = this.#text.slice(scanner.position, end).trim().replace(/\s+/g, " ");
    const isScalar = found === 1 && description === "" && SCALAR_LABELS.has(label);
    this.#unfinished =
      description === "" && !isScalar && (found === 0 || found < this.#cpus.length);
    if (found === 0) return "no counts";
    const counts = scanner.counts.slice(0, isScalar ? 0 : found);
    const row = { label: distinct(label, this.#labels), counts, description };
    this.#rows.push(isScalar ? { ...row, scalar: scanner.counts[0]! } : row);
    return undefined;
  }

  #refuseUnlabelled(first: number, end: number, line: number): string {
    if (this.#unfinished && isDigit(this.#text.charCodeAt(first))) {
      throw malformed(`${WHAT} line ${line}`, this.#text.slice(first, end).trim(), UNWRAPPED);
    }
    this.#unfinished = false;
    return "no label";
  }
}

/** Index of the colon that ends a label without blanks, or -1. */
function labelEnd(text: string, first: number, end: number): number {
  for (let index = first; index < end; index++) {
    const code = text.charCodeAt(index);
    if (code === 58) return index === first ? -1 : index; // ":"
    if (code <= 32) return -1;
  }
  return -1;
}

/** `LOC`, then `LOC#2`: powerpc has two rows with that label. */
function distinct(label: string, taken: Map<string, number>): string {
  const uses = (taken.get(label) ?? 0) + 1;
  taken.set(label, uses);
  return uses === 1 ? label : distinct(`${label}#${uses}`, taken);
}
