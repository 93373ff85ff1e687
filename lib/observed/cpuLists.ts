/** Lists of CPUs as tools print them: kernel lists, strides of util-linux, and masks. */
import { maxCpus } from "../base/cpuText.ts";

/**
 * CPUs of `0-3,8`, `0-62:2` (every second, as util-linux writes) or `0-31:1/2` (one of every two,
 * as the kernel does), ascending, each once. Undefined for other text and for CPUs beyond 8191.
 */
export function cpuList(text: string): number[] | undefined {
  const cpus = new Set<number>();
  for (const part of text.split(",")) {
    const found = /^\s*(\d{1,5})(?:-(\d{1,5})(?::(\d{1,5})(?:\/(\d{1,5}))?)?)?\s*$/.exec(part);
    if (found === null) {
      if (part.trim() === "") continue;
      return undefined;
    }
    const first = Number(found[1]);
    const last = Number(found[2] ?? first);
    const [used, group] =
      found[4] === undefined ? [1, Number(found[3] ?? 1)] : [Number(found[3]), Number(found[4])];
    if (last >= maxCpus || group < 1) return undefined;
    for (let cpu = first; cpu <= last; cpu++) if ((cpu - first) % group < used) cpus.add(cpu);
  }
  return [...cpus].sort((left, right) => left - right);
}
