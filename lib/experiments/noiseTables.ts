/** What observed CPUs felt, as tables. */
import type { LogHistogramData } from "../base/histogram.ts";
import { LogHistogram } from "../base/histogram.ts";
import type { CpuNoise } from "../engine/noise.ts";
import type { ColumnTable } from "../tables/frame.ts";
import { tableFrom, toTable } from "../tables/frame.ts";

/** One row for each observed CPU, cause and sender; see the schema `noise`. */
export function noiseTable(noise: readonly CpuNoise[]): ColumnTable {
  const rows = noise.flatMap(({ cpu, causes }) => causes.map((cause) => ({ cpu, ...cause })));
  return toTable("noise", {
    cpu: rows.map(({ cpu }) => cpu),
    cause: rows.map(({ cause }) => cause),
    sender: rows.map(({ sender }) => sender),
    ...timeColumns(rows.map(({ ns }) => ns)),
  });
}

/** One row for each observed CPU; see the schema `noiseByCpu`. */
export function noiseByCpuTable(noise: readonly CpuNoise[], windowNs: number): ColumnTable {
  const all = noise.map(({ interruptions }) => interruptions);
  return toTable("noiseByCpu", {
    cpu: noise.map(({ cpu }) => cpu),
    ...timeColumns(all),
    noise_pct: all.map(({ sum }) => (windowNs === 0 ? 0 : (100 * Number(sum)) / windowNs)),
  });
}

/** One row for each used bucket of the lengths of all interruptions: lo, hi (ns), count. */
export function noiseDistributionTable(noise: readonly CpuNoise[]): ColumnTable {
  const all = new LogHistogram();
  for (const { interruptions } of noise) all.merge(LogHistogram.fromData(interruptions));
  return tableFrom(all.buckets(), ["lo", "hi", "count"]);
}

function timeColumns(data: readonly LogHistogramData[]): Record<string, number[]> {
  const times = data.map((one) => LogHistogram.fromData(one));
  const column = (of: (one: LogHistogram) => number): number[] =>
    times.map((one) => (one.count === 0 ? 0 : of(one)));
  return {
    count: column((one) => one.count),
    ns_total: column((one) => Number(one.sum)),
    ns_p50: column((one) => one.quantile(0.5)),
    ns_p99: column((one) => one.quantile(0.99)),
    ns_max: column((one) => one.max),
  };
}
