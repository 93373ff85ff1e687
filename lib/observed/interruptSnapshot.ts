/**
 * One reading of `/proc/interrupts`. Columns are found by blanks, never by width: the padding
 * differs between releases, arm64 glues ten-digit counts to their label, and the header leaves out
 * offline CPUs, so that a column is not a CPU number.
 */
import { checkString } from "../base/check.ts";
import { malformed } from "../base/messages.ts";
import { CountScanner, skipBlanks } from "./countScanner.ts";
import { SkipCounter, type SkippedLines } from "./skipped.ts";
import { type Bytes, bytesIn, isDigit, lineEnd, textIn } from "./trace/bytes.ts";
import { unwrapped } from "./unwrap.ts";

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
  /** What was mended before it could be read; absent when nothing was. */
  readonly mended?: readonly string[];
}

/** Rows with one count for the whole machine (arch_show_interrupts of x86, arm, mips, powerpc). */
const SCALAR_LABELS: ReadonlySet<string> = new Set(["ERR", "MIS", "Err", "BAD"]);

const WHAT = "/proc/interrupts";
const UNWRAPPED = "each row on one line; a mail client has wrapped this text";

/**
 * Reads the text of `/proc/interrupts`, from any architecture, with LF or CRLF. Foreign lines are
 * counted in `skipped`. Lines that a mail client wrapped are joined where the numbers of values
 * prove the rows complete, and `mended` says so. Throws SD006 when there is no header of CPUs, when
 * the text holds two readings, and when wrapped lines do not add up; SD001 or SD003 for no text.
 */
export function parseInterrupts(text: string | Uint8Array): InterruptSnapshot {
  const bytes =
    text instanceof Uint8Array ? text : Buffer.from(checkString("interrupts text", text));
  const reader = new SnapshotReader(bytes);
  const found = reader.read();
  if (found !== undefined) return found;
  const joined = unwrapped(textIn(bytes, 0, bytes.length));
  if (joined === undefined) throw reader.problem!;
  const again = new SnapshotReader(Buffer.from(joined.text));
  const mended = again.read();
  if (mended === undefined) throw reader.problem!;
  return { ...mended, mended: joined.mended };
}

class SnapshotReader {
  readonly #bytes: Bytes;
  readonly #rows: InterruptRow[] = [];
  readonly #labels = new Map<string, number>();
  readonly #skipped = new SkipCounter();
  #cpus: number[] = [];
  #scanner = new CountScanner(0);
  /** The last line was a label whose counts stopped early: the rest may be on the next line. */
  #unfinished = false;
  /** Why nothing could be read, where joining wrapped lines may help. */
  problem: Error | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytesIn(bytes);
  }

  /** The reading, or undefined when there is a `problem`. */
  read(): InterruptSnapshot | undefined {
    const { at } = this.#bytes;
    for (let start = 0, line = 1; start < at.length && this.problem === undefined; line++) {
      start = this.#take(start, line) + 1;
    }
    if (this.#cpus.length === 0) {
      const found = this.#text(0, Math.min(80, at.length)).trim();
      this.problem ??= malformed(WHAT, found, "a header line such as CPU0 CPU1");
    }
    if (this.problem !== undefined) return undefined;
    return { cpus: this.#cpus, rows: this.#rows, skipped: this.#skipped.list() };
  }

  /** Takes the line that begins at `start` and returns where it ends. */
  #take(start: number, line: number): number {
    const { at } = this.#bytes;
    const first = skipBlanks(at, start, at.length);
    const colon = labelEnd(at, first, at.length);
    // The end of a row of counts is sought behind them: most bytes are looked at once only.
    const found = colon === -1 ? 0 : this.#scanner.scan(this.#bytes, colon + 1, at.length);
    const behind = found === 0 ? first : this.#scanner.position;
    const end = lineEnd(this.#bytes, behind, at.length);
    const reason = this.#read(first, colon, found, end, line);
    if (reason === undefined) return end;
    this.#skipped.add(reason, line, this.#text(first, Math.min(end, first + 240)));
    return end;
  }

  #text(start: number, end: number): string {
    return textIn(this.#bytes.at, start, end);
  }

  /** Takes the line that starts at `first`, or returns why it is skipped. */
  #read(
    first: number,
    colon: number,
    found: number,
    end: number,
    line: number,
  ): string | undefined {
    if (first === end) return "blank line";
    const { at } = this.#bytes;
    const isCpu = at[first] === 67 && at[first + 1] === 80 && at[first + 2] === 85; // "CPU"
    if (isCpu && this.#takeHeader(first, end, line)) return undefined;
    const reason =
      colon === -1
        ? this.#refuseUnlabelled(first, end, line)
        : this.#takeRow(first, colon, found, end);
    return reason !== undefined && this.#cpus.length === 0 ? "before the header" : reason;
  }

  #takeHeader(first: number, end: number, line: number): boolean {
    const names = this.#text(first, end).trimEnd().split(/\s+/);
    if (!names.every((name) => /^CPU\d{1,7}$/.test(name))) return false;
    const cpus = names.map((name) => Number(name.slice(3)));
    const fail = (expected: string): Error =>
      malformed(`${WHAT} line ${line}`, names.join(" "), expected);
    if (this.#rows.length > 0) throw fail("one reading, and this is a second header");
    if (cpus.some((cpu, index) => index > 0 && cpu <= cpus[index - 1]!)) {
      throw fail("ascending CPU numbers");
    }
    if (this.#cpus.length > 0) this.problem ??= fail(UNWRAPPED);
    this.#cpus = cpus;
    this.#scanner = new CountScanner(cpus.length);
    return true;
  }

  #takeRow(first: number, colon: number, found: number, end: number): string | undefined {
    const label = this.#text(first, colon);
    const scanner = this.#scanner;
    const behind = found === 0 ? colon + 1 : scanner.position;
    const description = this.#text(behind, end).trim().replace(/\s+/g, " ");
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
    if (this.#unfinished && isDigit(this.#bytes.at[first])) {
      const found = this.#text(first, Math.min(end, first + 240)).trim();
      this.problem ??= malformed(`${WHAT} line ${line}`, found, UNWRAPPED);
    }
    this.#unfinished = false;
    return "no label";
  }
}

/** Index of the colon that ends a label without blanks, or -1. */
function labelEnd(at: Uint8Array, first: number, end: number): number {
  for (let index = first; index < end; index++) {
    const code = at[index]!;
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
