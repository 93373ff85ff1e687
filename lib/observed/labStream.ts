/**
 * What the lab's workload (`lab/src`) writes while it runs a plan: for each run a line of JSON,
 * then three readings of /proc/interrupts, before the operation (S0), after it (S1), and after an
 * idle time as long (S2). The text comes from the machine under test and is not trusted.
 */
import { maxCpus } from "../base/cpuText.ts";
import { ShootdownError } from "../base/messages.ts";
import { type InterruptDelta, interruptDelta } from "./interruptDelta.ts";
import { type Line, linesOf } from "./lines.ts";
import { SkipCounter, type SkippedLines } from "./skipped.ts";

/** One row of /proc/interrupts in one run. */
export interface StreamRow {
  readonly row: string;
  readonly description: string;
  /** By CPU: during the operation, and in the idle time after it. */
  readonly counts: readonly number[];
  readonly idle: readonly number[];
}

/** One run of one case. Times are in microseconds, as they were written. */
export interface StreamRun {
  readonly arch: string;
  readonly kernel: string;
  readonly cpus: number;
  readonly caseName: string;
  readonly params: string;
  readonly rep: number;
  readonly opUs: number;
  readonly baseUs: number;
  readonly ops: number | undefined;
  readonly minflt: number | undefined;
  /** Other results of the case: `{ err: 0, calls: 1 }`. */
  readonly extra: Readonly<Record<string, number>>;
  readonly rows: readonly StreamRow[];
  /** The ftrace text of the operation, where the plan asked for it. */
  readonly trace: string | undefined;
}

/** A whole stream. */
export interface LabStream {
  readonly runs: readonly StreamRun[];
  /** The plan was done to its end. */
  readonly isComplete: boolean;
  /** The machine had swap: `swap on zram0` was noted. */
  readonly hasSwap: boolean;
  /** Repetitions that ended, measured or not. */
  readonly ended: number;
  /** What the workload noted, and cases that took too long. */
  readonly notes: readonly string[];
  /** Runs that cannot be read, by reason. */
  readonly skipped: readonly SkippedLines[];
}

/** Longest text of one reading, of one trace: 2 MiB as the workload has them, 32 MiB. */
const longestReading = 2_097_152;
const longestTrace = 33_554_432;

/** Reads a stream in pieces; never throws for what is in it. */
export function readLabStream(chunks: Iterable<string>): LabStream {
  const reader = new StreamReader();
  for (const line of linesOf(chunks)) reader.take(line);
  return reader.finish();
}

type Head = Omit<StreamRun, "rows" | "trace">;

/** Where lines go until the next mark. */
type Part = "nowhere" | "S0" | "S1" | "S2" | "trace";

class StreamReader {
  readonly #runs: StreamRun[] = [];
  readonly #notes: string[] = [];
  readonly #skipped = new SkipCounter();
  #isComplete = false;
  #ended = 0;
  #part: Part = "nowhere";
  #head: Head | undefined;
  #texts: Record<Part, string> = emptyTexts();

  take(line: Line): void {
    if (line.text.startsWith("@@")) this.#mark(line);
    else if (this.#part !== "nowhere") this.#keep(line.text);
  }

  finish(): LabStream {
    return {
      runs: this.#runs,
      isComplete: this.#isComplete,
      hasSwap: this.#notes.some((note) => note.startsWith("swap on ")),
      ended: this.#ended,
      notes: this.#notes,
      skipped: this.#skipped.list(),
    };
  }

  #keep(text: string): void {
    const most = this.#part === "trace" ? longestTrace : longestReading;
    const known = this.#texts[this.#part];
    if (known.length + text.length < most) this.#texts[this.#part] = `${known}${text}\n`;
  }

  #mark(line: Line): void {
    const [, word = "", rest = ""] = /^@@([A-Z0-9]+) ?(.*)$/.exec(line.text) ?? [];
    this.#part = "nowhere";
    switch (word) {
      case "RUN":
        this.#head = readHead(rest);
        this.#texts = emptyTexts();
        if (this.#head === undefined) this.#skipped.add("a run of another form", line.number, rest);
        break;
      case "S0":
      case "S1":
      case "S2":
        this.#part = word;
        break;
      case "END":
        this.#endRun(line);
        break;
      case "TRACE":
        this.#part = "trace";
        break;
      case "ENDTRACE":
        this.#endTrace();
        break;
      case "NOTE":
        this.#notes.push(rest);
        break;
      case "TIMEOUT":
        this.#notes.push(`took too long: ${rest}`);
        break;
      case "DONE":
        this.#ended++;
        break;
      case "ALLDONE":
        this.#isComplete = true;
    }
  }

  #endRun(line: Line): void {
    const head = this.#head;
    this.#head = undefined;
    if (head === undefined) return;
    const rows = rowsOf(this.#texts, head.cpus);
    if (typeof rows === "string") this.#skipped.add(rows, line.number, head.caseName);
    else this.#runs.push({ ...head, rows, trace: undefined });
  }

  /** A trace stands behind the run that it is of. */
  #endTrace(): void {
    const last = this.#runs.at(-1);
    if (last !== undefined && last.trace === undefined && this.#head === undefined) {
      this.#runs[this.#runs.length - 1] = { ...last, trace: this.#texts.trace };
    }
    this.#texts.trace = "";
  }
}

function emptyTexts(): Record<Part, string> {
  return { nowhere: "", S0: "", S1: "", S2: "", trace: "" };
}

/** Words as the workload and the kernel write them, safe in names and tables. */
const plainWord = /^[\w.+~-]{1,64}$/;
const plainParams = /^[\w.+~=/ -]{0,512}$/;

function readHead(json: string): Head | undefined {
  const found = parseObject(json);
  if (found === undefined) return undefined;
  const { arch, kernel, cpus, case: caseName, params, rep, op_us, base_us, ...rest } = found;
  if (![arch, kernel, caseName].every((word) => plainWord.test(String(word)))) return undefined;
  if (!plainParams.test(String(params))) return undefined;
  const numbers = [cpus, rep, op_us, base_us, ...Object.values(rest)];
  if (!numbers.every(Number.isSafeInteger)) return undefined;
  if (Number(cpus) < 1 || Number(cpus) > maxCpus) return undefined;
  const { ops, minflt, ...extra } = rest as Record<string, number>;
  if (!Object.keys(extra).every((name) => plainWord.test(name))) return undefined;
  return {
    arch: String(arch),
    kernel: String(kernel),
    cpus: Number(cpus),
    caseName: String(caseName),
    params: String(params),
    rep: Number(rep),
    opUs: Number(op_us),
    baseUs: Number(base_us),
    ops,
    minflt,
    extra,
  };
}

function parseObject(json: string): Record<string, unknown> | undefined {
  try {
    const found: unknown = JSON.parse(json);
    const isObject = typeof found === "object" && found !== null && !Array.isArray(found);
    return isObject ? (found as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Every row that both pairs of readings have, or why there is none. */
function rowsOf(texts: Readonly<Record<Part, string>>, cpus: number): StreamRow[] | string {
  try {
    const during = interruptDelta(texts.S0, texts.S1);
    const after = interruptDelta(texts.S1, texts.S2);
    const [counts, idle] = [byRow(during), byRow(after)];
    const rows = Array.from(counts, ([row, own]) => {
      const description = during.descriptions[row] ?? "";
      return { row, description, counts: own, idle: idle.get(row) ?? own.map(() => 0) };
    });
    const whole = rows.filter((one) => one.counts.length === cpus && one.idle.length === cpus);
    return whole.length > 0 ? whole : "readings of another number of CPUs";
  } catch (error) {
    if (!(error instanceof ShootdownError)) throw error;
    return "readings that cannot be read";
  }
}

function byRow({ irq, count }: InterruptDelta): Map<string, number[]> {
  const rows = new Map<string, number[]>();
  for (const [i, row] of irq.entries()) {
    const own = rows.get(row);
    if (own === undefined) rows.set(row, [count[i]!]);
    else own.push(count[i]!);
  }
  return rows;
}
