/** Sets of CPUs of a fixed size, one bit a CPU, as the kernel's `struct cpumask`. */
import { checkInteger } from "./check.ts";
import { formatCpuList, formatHexMask, maxCpus, readCpuList, readHexMask } from "./cpuText.ts";
import { invalid } from "./messages.ts";

/**
 * A mutable set of CPUs 0…`size`-1. Binary operations change the mask they are called on and return
 * it, like `cpumask_or` with the destination first; both masks must have the same size.
 * A CPU outside the mask, another size and more than 8192 CPUs throw SD001.
 */
export class CpuMask {
  /** Number of CPUs the mask can hold. */
  readonly size: number;
  /** CPU `c` is bit `c % 32` of word `c / 32`; bits from `size` on stay zero. */
  readonly words: Uint32Array;

  /** The empty mask of `size` CPUs, 1…8192. */
  constructor(size: number) {
    this.size = checkInteger("mask size", size, 1, maxCpus);
    this.words = new Uint32Array(Math.floor((size + 31) / 32));
  }

  /** The mask of `size` CPUs that holds `cpus`. */
  static of(size: number, cpus: Iterable<number>): CpuMask {
    const mask = new CpuMask(size);
    for (const cpu of cpus) mask.set(cpu);
    return mask;
  }

  /** The mask that holds all of its `size` CPUs. */
  static full(size: number): CpuMask {
    const mask = new CpuMask(size);
    mask.words.fill(0xffffffff);
    const unused = 32 * mask.words.length - size;
    mask.words[mask.words.length - 1] = 0xffffffff >>> unused;
    return mask;
  }

  /** Reads `0-3,8` or `0-31:1/2`. Throws SD006 for other text, SD001 for a CPU outside `size`. */
  static parseCpuList(text: string, size: number): CpuMask {
    return CpuMask.of(size, readCpuList(text, size));
  }

  /** Reads `00000000,0000000f`; the size is four CPUs for each digit. Throws SD006 otherwise. */
  static parseHexMask(text: string): CpuMask {
    const { size, words } = readHexMask(text);
    const mask = new CpuMask(size);
    mask.words.set(words);
    return mask;
  }

  /** Adds a CPU. */
  set(cpu: number): void {
    this.check(cpu);
    this.words[cpu >> 5]! |= 1 << cpu;
  }

  /** Removes a CPU. */
  clear(cpu: number): void {
    this.check(cpu);
    this.words[cpu >> 5]! &= ~(1 << cpu);
  }

  /** Whether the CPU is in the mask. */
  has(cpu: number): boolean {
    this.check(cpu);
    return ((this.words[cpu >> 5]! >>> cpu) & 1) === 1;
  }

  /** Number of CPUs in the mask (`cpumask_weight`). */
  count(): number {
    let count = 0;
    for (const word of this.words) count += bitCount(word);
    return count;
  }

  /** Whether no CPU is in the mask. */
  isEmpty(): boolean {
    return this.first() < 0;
  }

  /** Lowest CPU of the mask, or -1 when it is empty. */
  first(): number {
    return this.next(-1);
  }

  /** Lowest CPU of the mask above `cpu` (-1…`size`-1), or -1 when there is none. */
  next(cpu: number): number {
    const start = cpu + 1;
    if (start >>> 0 !== start || start > this.size) throw this.outside(cpu, -1);
    const words = this.words;
    let index = start >> 5;
    let word = (words[index] ?? 0) & (-1 << start);
    while (word === 0) {
      if (++index >= words.length) return -1;
      word = words[index]!;
    }
    return 32 * index + 31 - Math.clz32(word & -word);
  }

  /** Adds the CPUs of `other`. */
  or(other: CpuMask): this {
    const words = this.words;
    const theirs = this.wordsOf(other);
    for (let i = 0; i < words.length; i++) words[i]! |= theirs[i]!;
    return this;
  }

  /** Keeps only CPUs that are also in `other`. */
  and(other: CpuMask): this {
    const words = this.words;
    const theirs = this.wordsOf(other);
    for (let i = 0; i < words.length; i++) words[i]! &= theirs[i]!;
    return this;
  }

  /** Removes the CPUs of `other`. */
  andNot(other: CpuMask): this {
    const words = this.words;
    const theirs = this.wordsOf(other);
    for (let i = 0; i < words.length; i++) words[i]! &= ~theirs[i]!;
    return this;
  }

  /** Becomes equal to `other`. */
  copyFrom(other: CpuMask): this {
    this.words.set(this.wordsOf(other));
    return this;
  }

  /** A new mask with the same CPUs. */
  clone(): CpuMask {
    return new CpuMask(this.size).copyFrom(this);
  }

  /** Whether both masks have the same size and hold the same CPUs. */
  equals(other: CpuMask): boolean {
    return this.size === other.size && this.words.every((word, i) => word === other.words[i]);
  }

  /** The CPUs, ascending. */
  toList(): number[] {
    const cpus: number[] = [];
    for (let cpu = this.first(); cpu >= 0; cpu = this.next(cpu)) cpus.push(cpu);
    return cpus;
  }

  /** The list form of Linux: `0-3,8`, empty text for the empty mask. */
  toCpuList(): string {
    return formatCpuList(this.toList());
  }

  /** The mask form of Linux: `00000000,0000000f`, with as many digits as the size needs. */
  toHex(): string {
    return formatHexMask(this.words, this.size);
  }

  private check(cpu: number): void {
    if (cpu >>> 0 !== cpu || cpu >= this.size) throw this.outside(cpu, 0);
  }

  private outside(cpu: number, lowest: number): Error {
    return invalid("cpu", cpu, `${lowest}…${this.size - 1}`);
  }

  private wordsOf(other: CpuMask): Uint32Array {
    if (other.size !== this.size) throw invalid("mask size", other.size, `${this.size}`);
    return other.words;
  }
}

/** Number of one bits of a 32-bit word, by adding ever wider fields (Hacker's Delight, 5-1). */
function bitCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
