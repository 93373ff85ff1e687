/** Sets of CPUs as traces print them, kept once however often they are named. */
import { maxCpus } from "../../base/cpuText.ts";

/** CPUs of all masks together that are kept; later masks are only counted. */
const maxKept = 4_000_000;

/** Masks by number. */
export class MaskTable {
  readonly #numbers = new Map<string, number>();
  readonly #masks: (readonly number[])[] = [];
  #kept = 0;
  #refused = 0;

  /**
   * Number of the mask that `text` stands for, undefined when it is none. Two forms: hexadecimal
   * words, lowest CPUs last (`00000000,00000bc2`), and bytes as raw reports print them, lowest
   * CPUs first (`ARRAY[c2, 0b]`).
   */
  number(text: string): number | undefined {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const cpus = text.startsWith("ARRAY[") ? cpusOfBytes(text) : cpusOfWords(text);
    if (cpus === undefined) return undefined;
    if (this.#kept + cpus.length + 8 > maxKept) {
      this.#refused++;
      return undefined;
    }
    this.#kept += cpus.length + 8;
    this.#numbers.set(text, this.#masks.length);
    return this.#masks.push(cpus) - 1;
  }

  /** CPUs of a mask, ascending. */
  cpus(number: number): readonly number[] {
    return this.#masks[number] ?? [];
  }

  /** All masks by number. */
  list(): readonly (readonly number[])[] {
    return this.#masks;
  }

  /** Masks that were not kept for want of room. */
  get refused(): number {
    return this.#refused;
  }
}

/** `00000000,00000bc2`: every comma separates eight digits, the first group may be shorter. */
function cpusOfWords(text: string): number[] | undefined {
  if (text.length > maxCpus / 2 || !/^[0-9a-fA-F]+(,[0-9a-fA-F]{8})*$/.test(text)) return undefined;
  const digits = text.replaceAll(",", "");
  const cpus: number[] = [];
  for (let place = 0; place < digits.length; place++) {
    const digit = Number.parseInt(digits[digits.length - 1 - place]!, 16);
    for (let bit = 0; bit < 4; bit++) if ((digit >> bit) & 1) cpus.push(4 * place + bit);
  }
  return cpus;
}

/** `ARRAY[c2, 0b, 00]`. */
function cpusOfBytes(text: string): number[] | undefined {
  const match = /^ARRAY\[([0-9a-fA-F, ]*)\]/.exec(text);
  if (match === null || match[1]!.length > 2 * maxCpus) return undefined;
  const cpus: number[] = [];
  match[1]!.split(",").forEach((byte, place) => {
    const value = Number.parseInt(byte.trim(), 16);
    for (let bit = 0; bit < 8; bit++) if ((value >> bit) & 1) cpus.push(8 * place + bit);
  });
  return cpus;
}
