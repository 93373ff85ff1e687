/** Isolated CPUs (`isolcpus=`, `nohz_full=`): CPUs on which only pinned work should run. */
import { checkInteger } from "../base/check.ts";
import { formatCpuList, readCpuList } from "../base/cpuText.ts";
import { impossible, invalid } from "../base/messages.ts";
import { maxMachineCpus } from "./shape.ts";

/**
 * `isolated` as ascending CPU numbers without repetition, from numbers or from a CPU list such as
 * `2-63`. Throws SD001 for a CPU that the machine does not have, SD006 for other text, SD004 when
 * no CPU is left for housekeeping.
 */
export function checkIsolated(isolated: readonly number[] | string, cpus: number): number[] {
  const numbers = typeof isolated === "string" ? readCpuList(isolated, maxMachineCpus) : isolated;
  if (!Array.isArray(numbers)) {
    throw invalid("isolated", isolated, "CPU numbers or a CPU list such as 2-63");
  }
  const checked = numbers.map((cpu) => checkInteger("isolated", cpu, 0, cpus - 1));
  const distinct = [...new Set(checked)].sort((a, b) => a - b);
  if (distinct.length < cpus) return distinct;
  throw impossible("isolated", formatCpuList(distinct), "one CPU at least must do housekeeping");
}
