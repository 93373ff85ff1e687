/**
 * Beginnings of lines that were read before. Task, process id and CPU stand in the first 32 bytes
 * of a line of ftrace and perf script, with a second number of the task in the first 40, and few of
 * them occur at a time: what a beginning says is looked up by its bytes. A later beginning takes
 * the place of an earlier one.
 */
import type { Bytes } from "./bytes.ts";

/** Bytes of the longest beginning. */
export const beginning = 40;

const short = 32;
/** Places, and how many there are once half of them have been taken. */
const fewSlots = 64;
const manySlots = 16384;
const width = beginning / 4;
const slash = 47;
const parenthesis = 40;

/** What a beginning says: number of the command name, process id, CPU. */
interface Said {
  task: number;
  pid: number;
  cpu: number;
}

/** Beginnings by their bytes. */
export class HeadMemo {
  /** By slot: the bytes of a beginning, as words. Zeros, where none is kept, begin no head. */
  #keys = new Int32Array(width * fewSlots);
  #tasks = new Int32Array(fewSlots);
  #pids = new Int32Array(fewSlots);
  #cpus = new Int32Array(fewSlots);
  /** Where the CPU ends. */
  #ends = new Uint8Array(fewSlots);
  #kept = 0;
  #hash = 0;
  #slot = 0;

  /** Whether the beginning of the line at `start` is known; {@link beginning} bytes must follow. */
  find({ at, words }: Bytes, start: number): boolean {
    const a = words.getInt32(start, true);
    const b = words.getInt32(start + 4, true);
    const c = words.getInt32(start + 8, true);
    const d = words.getInt32(start + 12, true);
    const e = words.getInt32(start + 16, true);
    const f = words.getInt32(start + 20, true);
    const g = words.getInt32(start + 24, true);
    const h = words.getInt32(start + 28, true);
    const isLong = hasTwoNumbers(at, start);
    const i = isLong ? words.getInt32(start + short, true) : 0;
    const j = isLong ? words.getInt32(start + short + 4, true) : 0;
    let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca77);
    hash ^= Math.imul(c, 0xc2b2ae3d) ^ Math.imul(d, 0x27d4eb2f);
    hash ^= Math.imul(e, 0x165667b1) ^ Math.imul(f, 0x2c1b3c6d);
    hash ^= Math.imul(g, 0x1b873593) ^ Math.imul(h, 0xcc9e2d51);
    hash ^= Math.imul(i ^ (j >>> 7), 0x297a2d39);
    hash ^= hash >>> 17;
    const slot = hash & (this.#ends.length - 1);
    this.#hash = hash;
    this.#slot = slot;
    const keys = this.#keys;
    const key = width * slot;
    return (
      keys[key] === a &&
      keys[key + 1] === b &&
      keys[key + 2] === c &&
      keys[key + 3] === d &&
      keys[key + 4] === e &&
      keys[key + 5] === f &&
      keys[key + 6] === g &&
      keys[key + 7] === h &&
      keys[key + 8] === i &&
      keys[key + 9] === j
    );
  }

  /** Keeps what the beginning says that the last search did not find; its CPU ends at `end`. */
  keep({ at, words }: Bytes, start: number, { task, pid, cpu }: Said, end: number): void {
    const length = hasTwoNumbers(at, start) ? beginning : short;
    if (end > length) return;
    if (++this.#kept > fewSlots / 2 && this.#ends.length === fewSlots) this.#grow();
    const slot = this.#slot;
    this.#keys.fill(0, width * slot, width * (slot + 1));
    for (let word = 0; word < length / 4; word++) {
      this.#keys[width * slot + word] = words.getInt32(start + 4 * word, true);
    }
    this.#tasks[slot] = task;
    this.#pids[slot] = pid;
    this.#cpus[slot] = cpu;
    this.#ends[slot] = end;
  }

  /** More places, all of them free: what was kept is read once more. */
  #grow(): void {
    this.#keys = new Int32Array(width * manySlots);
    this.#tasks = new Int32Array(manySlots);
    this.#pids = new Int32Array(manySlots);
    this.#cpus = new Int32Array(manySlots);
    this.#ends = new Uint8Array(manySlots);
    this.#slot = this.#hash & (manySlots - 1);
  }

  /** Tells `head` what the beginning says that the last search found. */
  tell(head: Said): void {
    const slot = this.#slot;
    head.task = this.#tasks[slot]!;
    head.pid = this.#pids[slot]!;
    head.cpu = this.#cpus[slot]!;
  }

  /** Where the CPU ends in the line that the last search found, from its beginning on. */
  get end(): number {
    return this.#ends[this.#slot]!;
  }
}

/** Whether a line may have `pid/tid`, or `(tgid)` behind the process id, in their usual columns. */
function hasTwoNumbers(at: Uint8Array, start: number): boolean {
  return at[start + 22] === slash || at[start + 25] === parenthesis;
}
