/** The options of `shootdown probe` as those of the library. */
import { invalid } from "../../../lib/base/messages.ts";
import { MiB } from "../../../lib/base/units.ts";
import type {
  LatencyName,
  LatencyOptions,
} from "../../../lib/experiments/probes/latencyOptions.ts";
import type { ProbeOptions } from "../../../lib/experiments/probes/options.ts";
import type { ReadOptions } from "../readOptions.ts";

type Values = ReadOptions["values"];

/** Options of one that counts; what is given for another one is not looked at. */
export function probeOptions(values: Values): ProbeOptions {
  const mib = number(values, "mib");
  return given({
    ...common(values),
    bytes: mib === undefined ? undefined : MiB(mib),
    pages: number(values, "pages"),
    phase: values.phase,
    sharers: number(values, "sharers"),
    operation: values.operation,
    trace: values.trace === undefined ? undefined : true,
  });
}

/** Options of the one that times. */
export function latencyOptions(values: Values): LatencyOptions {
  const operations = values.operations;
  return given({
    ...common(values),
    operations:
      typeof operations === "string" ? (operations.split(",") as LatencyName[]) : undefined,
  });
}

function common(values: Values): Record<string, unknown> {
  return {
    calls: number(values, "calls"),
    threads: number(values, "threads"),
    siblings: values.siblings,
    repetitions: number(values, "repetitions"),
    priority: values.priority,
  };
}

function given<Options>(options: Record<string, unknown>): Options {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Options;
}

function number(values: Values, name: string): number | undefined {
  const value = values[name];
  if (value === undefined) return undefined;
  if (!/^\d{1,9}$/.test(String(value))) throw invalid(`--${name}`, value, "a number");
  return Number(value);
}
