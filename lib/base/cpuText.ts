/**
 * The two text forms in which Linux prints sets of CPUs: the list `0-3,8` (`%*pbl`) and the mask
 * `00000000,0000000f` (`%*pb`), see lib/vsprintf.c and lib/bitmap-str.c.
 */
import { invalid, malformed } from "./messages.ts";

/** Most CPUs of any mask: NR_CPUS of x86 with CONFIG_MAXSMP. */
export const maxCpus = 8192;

const listForm = "a CPU list such as 0-3,8 or 0-31:1/2";
const maskForm = "hexadecimal words such as 00000000,0000000f";

/** Writes ascending CPU numbers as a list: `0-3,8`; no CPU gives the empty text. */
export function formatCpuList(cpus: readonly number[]): string {
  const ranges: string[] = [];
  for (let start = 0; start < cpus.length; ) {
    let end = start;
    while (cpus[end + 1] === cpus[end]! + 1) end++;
    ranges.push(start === end ? `${cpus[start]}` : `${cpus[start]}-${cpus[end]}`);
    start = end + 1;
  }
  return ranges.join(",");
}

/**
 * Reads a list such as `0-3,8`, in any order, with overlaps, and with groups: `0-31:1/2` is one CPU
 * of every two. Empty or blank text is the empty list. Throws SD006 for other text, SD001 for a CPU
 * outside 0…`size`-1.
 */
export function readCpuList(text: string, size: number): number[] {
  if (text.trim() === "") return [];
  return text.split(",").flatMap((part) => readRange(part.trim(), text, size));
}

function readRange(part: string, text: string, size: number): number[] {
  const match = /^(\d+)(?:-(\d+)(?::(\d+)\/(\d+))?)?$/.exec(part);
  if (match === null) throw malformed("CPU list", text.trim(), listForm);
  const first = Number(match[1]);
  const last = Number(match[2] ?? first);
  const group = Number(match[4] ?? 1);
  const used = Number(match[3] ?? group);
  if (first > last || used < 1 || used > group) throw malformed("CPU list", text.trim(), listForm);
  if (last >= size) throw invalid("cpu", last, `0…${size - 1}`);
  const cpus: number[] = [];
  for (let cpu = first; cpu <= last; cpu++) if ((cpu - first) % group < used) cpus.push(cpu);
  return cpus;
}

/** Writes mask words (lowest CPUs first in `words`, last on paper) with the digits `size` needs. */
export function formatHexMask(words: Uint32Array, size: number): string {
  const topDigits = Math.floor((((size - 1) % 32) + 4) / 4);
  const parts = Array.from(words, (word) => word.toString(16).padStart(8, "0")).reverse();
  parts[0] = parts[0]!.slice(8 - topDigits);
  return parts.join(",");
}

/**
 * Reads a mask as `/proc/irq/N/smp_affinity` and `tracing_cpumask` print it; the size is four CPUs
 * for each digit. Throws SD006 for other text and for more than {@link maxCpus} CPUs.
 */
export function readHexMask(text: string): { size: number; words: Uint32Array } {
  const digits = text.trim();
  if (!/^[0-9a-f]{1,8}(,[0-9a-f]{8})*$/i.test(digits)) {
    throw malformed("CPU mask", digits, maskForm);
  }
  const size = 4 * digits.replaceAll(",", "").length;
  if (size > maxCpus) throw malformed("CPU mask", digits, `at most ${maxCpus} CPUs`);
  const parts = digits.split(",").reverse();
  return { size, words: Uint32Array.from(parts, (part) => Number.parseInt(part, 16)) };
}
