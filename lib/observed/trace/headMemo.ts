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
/** Words of a place: those of a beginning, then what it says. They fill one line of a cache. */
const width = 16;
const taskAt = beginning / 4;
const pidAt = taskAt + 1;
const cpuAt = taskAt + 2;
const endAt = taskAt + 3;
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
  /** Places, one behind the other. Zeros, where nothing is kept, begin no head. */
  #places = new Int32Array(width * fewSlots);
  #slots = fewSlots;
  #kept = 0;
  #hash = 0;
  /** Where the place of the last search begins. */
  #place = 0;

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
    const key = width * (hash & (this.#slots - 1));
    this.#hash = hash;
    this.#place = key;
    const keys = this.#places;
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
    if (++this.#kept > fewSlots / 2 && this.#slots === fewSlots) this.#grow();
    const places = this.#places;
    const place = this.#place;
    for (let word = 0; word < beginning / 4; word++) {
      places[place + word] = 4 * word < length ? words.getInt32(start + 4 * word, true) : 0;
    }
    places[place + taskAt] = task;
    places[place + pidAt] = pid;
    places[place + cpuAt] = cpu;
    places[place + endAt] = end;
  }

  /** More places, all of them free: what was kept is read once more. */
  #grow(): void {
    this.#slots = manySlots;
    this.#places = new Int32Array(width * manySlots);
    this.#place = width * (this.#hash & (manySlots - 1));
  }

  /** Tells `head` what the beginning says that the last search found. */
  tell(head: Said): void {
    const place = this.#place;
    head.task = this.#places[place + taskAt]!;
    head.pid = this.#places[place + pidAt]!;
    head.cpu = this.#places[place + cpuAt]!;
  }

  /** Where the CPU ends in the line that the last search found, from its beginning on. */
  get end(): number {
    return this.#places[this.#place + endAt]!;
  }
}

/** Whether a line may have `pid/tid`, or `(tgid)` behind the process id, in their usual columns. */
function hasTwoNumbers(at: Uint8Array, start: number): boolean {
  return at[start + 22] === slash || at[start + 25] === parenthesis;
}
