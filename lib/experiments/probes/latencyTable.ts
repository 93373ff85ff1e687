/** Samples of latencies as distributions. */
import { meanInterval } from "../../base/studentT.ts";
import { parseLatencies, type SavedLatencies } from "../../observed/latencyCsv.ts";
import type { ColumnTable } from "../../tables/frame.ts";
import { tableFrom } from "../../tables/frame.ts";

const COLUMNS = [
  ...["operation", "samples", "min_ns", "median_ns", "median_ci95", "p99_ns", "max_ns"],
  ...["mean_ns", "model_ns", "repetitions", "remark"],
];

/** Mean ns by operation in a model; null or absent where it has none. */
export type LatencyModel = Readonly<Record<string, number | null>>;

/**
 * The distributions in a file of `toCsv` of {@link Latencies}: columns and rows as its `table` has
 * them, `model_ns` from `model`. Throws SD006 for another file.
 */
export function latencyTable(text: string, model: LatencyModel = {}): ColumnTable {
  const { groups } = parseLatencies(text);
  return distributions([...new Set(groups.map(({ operation }) => operation))], groups, model);
}

/** One row for each name, in this order, and one for what two of them tell together. */
export function distributions(
  names: readonly string[],
  groups: readonly SavedLatencies[],
  model: LatencyModel,
): ColumnTable {
  const rows = names.map((name) => distribution(name, groups, model));
  const walk = walkOf(groups, model);
  return tableFrom(walk === undefined ? rows : [...rows, walk], COLUMNS);
}

function distribution(
  name: string,
  groups: readonly SavedLatencies[],
  model: LatencyModel,
): Record<string, unknown> {
  const own = groups.filter(({ operation }) => operation === name);
  const medians = mediansOf(name, groups);
  const all = ascending(own.flatMap(({ samples }) => samples));
  return {
    operation: name,
    samples: all.length,
    min_ns: all[0] ?? null,
    median_ns: quantile(all, 0.5),
    median_ci95: meanInterval(medians).half,
    p99_ns: quantile(all, 0.99),
    max_ns: all.at(-1) ?? null,
    mean_ns: meanInterval(all).mean,
    model_ns: model[name] ?? null,
    repetitions: own.length,
    remark: remarkOf(name, own.length, own[0]?.block ?? 1),
  };
}

/** The difference of two medians of one repetition knows no single call: only its interval. */
function walkOf(
  groups: readonly SavedLatencies[],
  model: LatencyModel,
): Record<string, unknown> | undefined {
  const [shared, alone] = [mediansOf("futexShared", groups), mediansOf("futexPrivate", groups)];
  const pairs = Math.min(shared.length, alone.length);
  if (pairs === 0) return undefined;
  const differences = shared.slice(0, pairs).map((ns, i) => ns - alone[i]!);
  const { mean, half } = meanInterval(differences);
  return {
    ...Object.fromEntries(COLUMNS.map((name) => [name, null])),
    operation: "gupFast",
    samples: pairs,
    median_ns: mean,
    median_ci95: half,
    model_ns: model.gupFast ?? null,
    repetitions: pairs,
    remark: "shared futex less private futex",
  };
}

function remarkOf(name: string, repetitions: number, block: number): string {
  if (repetitions === 0) return "no repetition is valid";
  if (name === "collapse") return "without other threads";
  return block === 1 ? "" : `means of ${block} calls`;
}

/** The median of each repetition. */
function mediansOf(name: string, groups: readonly SavedLatencies[]): number[] {
  const own = groups.filter(({ operation, samples }) => operation === name && samples.length > 0);
  return own.map(({ samples }) => quantile(ascending(samples), 0.5)!);
}

function ascending(values: readonly number[]): number[] {
  return [...values].sort((left, right) => left - right);
}

/** The sample below which a share of all lies; null without any. */
function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null;
}
