/**
 * The head of a line: task, CPU, flags, time. Task and CPU come in the columns of ftrace,
 * trace-cmd and perf script, or in any other places, or not at all; flags are none to eight
 * characters.
 */
import { type Bytes, beginsWithDigit, isBlank, isDigit, lineEnd, textIn } from "./bytes.ts";
import { FlagMemo } from "./flagMemo.ts";
import { beginning, HeadMemo } from "./headMemo.ts";
import type { NameTable } from "./names.ts";
import { TaskTable } from "./taskTable.ts";
import { TimeReader } from "./time.ts";

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

/** Columns of the command name. */
const nameColumns = 16;

/** Reads heads of lines; what the last one said stands in its fields. */
export class HeadReader implements Head {
  task = 0;
  pid = -1;
  cpu = -1;
  inIrq = false;
  readonly #names: NameTable;
  readonly #tasks: TaskTable;
  readonly #memo = new HeadMemo();
  readonly #flags = new FlagMemo();
  readonly #time = new TimeReader();

  constructor(names: NameTable) {
    this.#names = names;
    this.#tasks = new TaskTable(names);
  }

  get seconds(): number {
    return this.#time.seconds;
  }

  get nanos(): number {
    return this.#time.nanos;
  }

  get timed(): boolean {
    return this.#time.timed;
  }

  /** As {@link read} for a line that begins as one before it; -1 for all others. */
  recall(bytes: Bytes, start: number, end: number): number {
    const memo = this.#memo;
    if (start + beginning >= end || !memo.find(bytes, start)) return -1;
    const behind = this.#readFlags(bytes, start + memo.end);
    if (behind < 0) return -1;
    memo.tell(this);
    return behind;
  }

  /** Where the event begins in the line that begins at `start`, or -1 when it is no event. */
  read(bytes: Bytes, start: number, end: number): number {
    if (bytes.at[start] === 91) {
      const behind = this.#readCpu(bytes, start); // no task: a name would stand to the right
      if (behind >= 0) return this.#anonymous(behind);
    } else if (start + 2 * nameColumns < end) {
      const behind = this.#readColumns(bytes, start, end);
      if (behind >= 0) return behind;
    }
    const stop = lineEnd(bytes, start, end);
    const behind = this.#readAnywhere(bytes, start, stop);
    return behind >= 0 ? behind : this.#readLatency(bytes, start, stop);
  }

  /** Notes that the line names no task. */
  #anonymous(behind: number): number {
    this.task = 0;
    this.pid = -1;
    return behind;
  }

  /** `%16s-%-7d [%03d] …` of ftrace and trace-cmd, `%16s %5d/%-5d [%03d] …` of perf script. */
  #readColumns(bytes: Bytes, start: number, end: number): number {
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
    const behind = this.#readCpu(bytes, index);
    if (behind < 0) return -1;
    const { refused } = this.#names;
    const task = this.#tasks.find(bytes, start);
    if (task < 0) return -1;
    this.task = task;
    this.pid = pid;
    const wasSought = start + beginning < end; // else the memo has no place for the line
    if (wasSought && this.#names.refused === refused) this.#remember(bytes, start, index);
    return behind;
  }

  /** Remembers the line at `start`, whose CPU has its bracket at `open`. */
  #remember(bytes: Bytes, start: number, open: number): void {
    // A task with a name of digits may stand where another line is of a function graph.
    if (beginsWithDigit(bytes.at, start)) return;
    let close = open;
    while (bytes.at[close] !== 93) close++;
    this.#memo.keep(bytes, start, this, close + 1 - start);
  }

  /** `[003] …` from its bracket on; where the event begins, or -1. */
  #readCpu(bytes: Bytes, open: number): number {
    const { at } = bytes;
    let index = open + 1;
    let cpu = 0;
    for (let code = at[index]!; code >= 48 && code <= 57; code = at[++index]!) {
      cpu = cpu * 10 + code - 48;
    }
    const digits = index - open - 1;
    if (digits < 1 || digits > 5 || at[index] !== 93) return -1;
    const behind = this.#readFlags(bytes, index + 1);
    if (behind >= 0) this.cpu = cpu;
    return behind;
  }

  /** Flags, if there are any, and the time, from the end of the CPU on. */
  #readFlags(bytes: Bytes, start: number): number {
    const time = this.#flags.find(bytes, start);
    const behind = time < 0 ? -1 : this.#time.read(bytes, time);
    if (behind < 0) return this.#readNewFlags(bytes, start);
    this.inIrq = this.#flags.inIrq;
    return behind;
  }

  /** As {@link #readFlags}, whatever was read before. */
  #readNewFlags(bytes: Bytes, start: number): number {
    const { at } = bytes;
    if (!isBlank(at[start])) return -1;
    let index = start + 1;
    while (isBlank(at[index])) index++;
    this.inIrq = false;
    const hasFlags = !isDigit(at[index]);
    if (hasFlags) index = this.#skipFlags(bytes, index);
    const behind = this.#time.read(bytes, index);
    if (behind >= 0) this.#flags.keep(index - start, this.inIrq);
    if (behind >= 0 || hasFlags) return behind;
    return this.#time.readAny(bytes, this.#skipFlags(bytes, index)); // flags begin with a digit
  }

  /** Notes what the flags at `start` say; where the time begins, or `start` when they are none. */
  #skipFlags({ at, words }: Bytes, start: number): number {
    let index = start;
    // Four characters, all of them above a blank: most flags have that many or one more.
    const four = start + 4 <= at.length ? words.getInt32(start, true) : 0;
    if (((four | (four - 0x21212121)) & 0x80808080) === 0) index += 4;
    while (index < start + 9 && at[index]! > 32) index++;
    if (!isBlank(at[index])) return start;
    this.inIrq = isInIrq(at[start + 2]);
    while (isBlank(at[index])) index++;
    return index;
  }

  /** A CPU in brackets anywhere in the line, with or without a task in front of it. */
  #readAnywhere(bytes: Bytes, start: number, stop: number): number {
    const { at } = bytes;
    let tries = 0;
    for (let open = start; open < stop && tries < maxTries; open++) {
      if (at[open] !== 91 || !isDigit(at[open + 1])) continue;
      tries++;
      const behind = this.#readCpu(bytes, open);
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
  #readLatency(bytes: Bytes, start: number, stop: number): number {
    const text = textIn(bytes.at, start, Math.min(stop, start + 160));
    const found = latencyHead.exec(text);
    if (found === null) return -1;
    const time = found[0].length - found[5]!.length;
    const prefix = Buffer.byteLength(text.slice(0, time));
    const behind = this.#time.read(bytes, start + prefix);
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

/** h, H: a hard interrupt, in a task or in a soft one; z, Z: an NMI (trace_print_lat_fmt). */
function isInIrq(flag: number | undefined): boolean {
  return flag === 104 || flag === 72 || flag === 122 || flag === 90;
}
