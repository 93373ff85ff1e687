/**
 * The head of a line: task, CPU, flags, time. Task and CPU come in the columns of ftrace,
 * trace-cmd and perf script, or in any other places, or not at all; flags are none to eight
 * characters; the time is seconds with six or nine digits, microseconds of the latency format, or a
 * count of another clock.
 */
import { type Bytes, isBlank, isDigit, lineEnd, textIn } from "./bytes.ts";
import type { NameTable } from "./names.ts";
import { TaskTable } from "./taskTable.ts";

/** What a head says. The same object is filled again for each line. */
export interface Head {
  /** Number of the command name; 0 is the empty one. */
  task: number;
  /** Process id of the task (of its thread), or -1. */
  pid: number;
  /** CPU of the event, or -1. */
  cpu: number;
  /** Whether the flags say that the CPU was inside of a hard interrupt. */
  inIrq: boolean;
  /** Whole seconds of the time. */
  seconds: number;
  /** Nanoseconds of the time beyond the seconds. */
  nanos: number;
  /** False when the line has no time, or one without a unit. */
  timed: boolean;
}

/** A head that says nothing. */
export function emptyHead(): Head {
  return { task: 0, pid: -1, cpu: -1, inIrq: false, seconds: 0, nanos: 0, timed: false };
}

const scale = [1e9, 1e8, 1e7, 1e6, 1e5, 1e4, 1e3, 100, 10, 1] as const;

/** Columns of the command name. */
const nameColumns = 16;

/** Reads heads of lines; what the last one said stands in its fields. */
export class HeadReader implements Head {
  task = 0;
  pid = -1;
  cpu = -1;
  inIrq = false;
  seconds = 0;
  nanos = 0;
  timed = false;
  readonly #names: NameTable;
  readonly #tasks: TaskTable;

  constructor(names: NameTable) {
    this.#names = names;
    this.#tasks = new TaskTable(names);
  }

  /** Where the event begins in the line that begins at `start`, or -1 when it is no event. */
  read(bytes: Bytes, start: number, end: number): number {
    if (start + 2 * nameColumns < end) {
      const behind = this.#readColumns(bytes, start);
      if (behind >= 0) return behind;
    }
    const stop = lineEnd(bytes, start, end);
    const behind = this.#readAnywhere(bytes.at, start, stop);
    return behind >= 0 ? behind : this.#readLatency(bytes.at, start, stop);
  }

  /** `%16s-%-7d [%03d] …` of ftrace and trace-cmd, `%16s %5d/%-5d [%03d] …` of perf script. */
  #readColumns(bytes: Bytes, start: number): number {
    const { at } = bytes;
    let index = start + nameColumns;
    const mark = at[index++];
    if (mark !== 45 && mark !== 32) return -1;
    while (at[index] === 32) index++;
    let pid = 0;
    const first = index;
    for (let code = at[index]!; code >= 48 && code <= 57; code = at[++index]!) {
      pid = pid * 10 + code - 48;
    }
    if (index === first || index > first + 10) return -1;
    if (at[index] === 47 && isDigit(at[index + 1])) {
      pid = 0;
      for (let code = at[++index]!; code >= 48 && code <= 57; code = at[++index]!) {
        pid = pid * 10 + code - 48;
      }
    }
    while (at[index] === 32) index++;
    if (at[index] === 40) index = behindGroup(at, index); // "(tgid)"
    if (at[index] !== 91) return -1;
    const behind = this.#readCpu(at, index);
    if (behind < 0) return -1;
    const task = this.#tasks.find(bytes, start);
    if (task < 0) return -1;
    this.task = task;
    this.pid = pid;
    return behind;
  }

  /** `[003] …` from its bracket on; where the event begins, or -1. */
  #readCpu(at: Uint8Array, open: number): number {
    let index = open + 1;
    let cpu = 0;
    for (let code = at[index]!; code >= 48 && code <= 57; code = at[++index]!) {
      cpu = cpu * 10 + code - 48;
    }
    const digits = index - open - 1;
    if (digits < 1 || digits > 5 || at[index] !== 93 || !isBlank(at[++index])) return -1;
    while (isBlank(at[index])) index++;
    this.inIrq = false;
    let behind = this.#readTime(at, index);
    if (behind < 0) {
      const flags = index;
      while (index < flags + 9 && at[index]! > 32) index++;
      if (!isBlank(at[index])) return -1;
      this.inIrq = isInIrq(at[flags + 2]);
      while (isBlank(at[index])) index++;
      behind = this.#readTime(at, index);
      if (behind < 0) return -1;
    }
    this.cpu = cpu;
    return behind;
  }

  /** `2254.263715: `, `12345: ` or `2563694114us : `; where the event begins, or -1. */
  #readTime(at: Uint8Array, start: number): number {
    let index = start;
    let whole = 0;
    let code = at[index]!;
    while (code >= 48 && code <= 57) {
      whole = whole * 10 + code - 48;
      code = at[++index]!;
    }
    if (index === start || index > start + 20) return -1;
    let nanos = 0;
    this.timed = true;
    if (code === 46) {
      const point = index;
      code = at[++index]!;
      while (code >= 48 && code <= 57) {
        nanos = nanos * 10 + code - 48;
        code = at[++index]!;
      }
      const digits = index - point - 1;
      if (digits < 1 || digits > 9) return -1;
      nanos *= scale[digits]!;
    } else if (code === 117 && at[index + 1] === 115) {
      index += 2; // "us", then a mark of a long delay
      while (index < start + 24 && at[index] !== 58 && at[index]! >= 32) index++;
      nanos = (whole % 1e6) * 1e3;
      whole = Math.floor(whole / 1e6);
      code = at[index]!;
    } else this.timed = false;
    if (code !== 58) return -1;
    index++;
    const blank = index;
    while (isBlank(at[index])) index++;
    if (index === blank) return -1;
    this.seconds = whole;
    this.nanos = nanos;
    return behindPeriod(at, index);
  }

  /** A CPU in brackets anywhere in the line, with or without a task in front of it. */
  #readAnywhere(at: Uint8Array, start: number, stop: number): number {
    let tries = 0;
    for (let open = start; open < stop && tries < maxTries; open++) {
      if (at[open] !== 91 || !isDigit(at[open + 1])) continue;
      tries++;
      const behind = this.#readCpu(at, open);
      if (behind < 0 || behind > stop) continue;
      if (this.#readTask(textIn(at, Math.max(start, open - 80), open))) return behind;
    }
    return -1;
  }

  /** The task in front of the CPU: `comm-pid`, `comm pid/tid`, either with `(tgid)`, or nothing. */
  #readTask(text: string): boolean {
    let rest = text.trimEnd();
    if (rest.endsWith(")")) rest = rest.slice(0, Math.max(0, rest.lastIndexOf("("))).trimEnd();
    const from = digitsBefore(rest, rest.length);
    this.task = 0;
    this.pid = -1;
    if (rest === "") return true;
    let until = from;
    if (rest[until - 1] === "/") until = digitsBefore(rest, until - 1);
    const mark = rest[until - 1];
    if (from === rest.length || (mark !== "-" && mark !== " ")) return false;
    this.task = this.#names.number(rest.slice(0, until - 1).trim());
    this.pid = Number(rest.slice(from));
    return true;
  }

  /** The latency format, in which the CPU stands in front of the flags: `-1234  0d.h1  12us+: `. */
  #readLatency(at: Uint8Array, start: number, stop: number): number {
    const text = textIn(at, start, Math.min(stop, start + 160));
    const found = latencyHead.exec(text);
    if (found === null) return -1;
    const time = found[0].length - found[5]!.length;
    const prefix = Buffer.byteLength(text.slice(0, time));
    const behind = this.#readTime(at, start + prefix);
    if (behind < 0 || behind > stop) return -1;
    this.task = this.#names.number(found[1]!);
    this.pid = Number(found[2]);
    this.cpu = Number(found[3]);
    this.inIrq = isInIrq(found[4]!.charCodeAt(2));
    return behind;
  }
}

/** Brackets in one line that are tried as that of a CPU. */
const maxTries = 16;

const latencyHead =
  /^\s*(\S.{0,31}?)-(\d{1,10})\s+(\d{1,4})([^\s\d][^\s]{2,7})\s+(\d{1,15}(?:us|\.\d{6,9}))/;

/** Where the digits that end at `end` begin; at most ten of them. */
function digitsBefore(text: string, end: number): number {
  let start = end;
  while (start > 0 && end - start < 10 && isDigit(text.charCodeAt(start - 1))) start--;
  return start;
}

/** Behind the `)` of a group that begins at `open`, and the blanks there. */
function behindGroup(at: Uint8Array, open: number): number {
  let index = open;
  while (index < open + 16 && at[index] !== 41 && at[index]! >= 32) index++;
  if (at[index] !== 41) return open;
  index++;
  while (at[index] === 32) index++;
  return index;
}

/** A sampling period may stand in front of the event: `250000 cycles:`. */
function behindPeriod(at: Uint8Array, start: number): number {
  if (!isDigit(at[start])) return start;
  let index = start;
  while (isDigit(at[index])) index++;
  if (!isBlank(at[index])) return start;
  while (isBlank(at[index])) index++;
  return isDigit(at[index]) ? start : index; // numbers only: a line of the osnoise tracer
}

/** h, H: a hard interrupt, in a task or in a soft one; z, Z: an NMI (trace_print_lat_fmt). */
function isInIrq(flag: number | undefined): boolean {
  return flag === 104 || flag === 72 || flag === 122 || flag === 90;
}
