/** What a user can say about a probe, checked and completed. */
import { checkBoolean, checkInteger, checkKeys, checkOneOf } from "../../base/check.ts";
import { MiB } from "../../base/units.ts";
import type { ProbeCase } from "./case.ts";
import { FORK_PROBES, type ProbeSizes, UNSHARE_PROBES } from "./sizes.ts";

/** Most repetitions of one measurement. */
export const maxRepetitions = 1000;

/** Options of a probe. */
export interface ProbeOptions extends Partial<ProbeSizes> {
  /** Threads, the one that works included; at most one a CPU. Default: see `plan`, 1 or 2. */
  readonly threads?: number;
  /** What the other threads do. Default `spin`. */
  readonly siblings?: "spin" | "sleep";
  /** How often; the first is not counted. Default 15. */
  readonly repetitions?: number;
  /** Real-time priority in the windows, so that spinning threads do run. Default: if allowed. */
  readonly priority?: "fifo" | "normal";
  /** Record events of the windows through a trace instance of its own. Default false. */
  readonly trace?: boolean;
}

/** The options of a probe with all defaults; without a priority it is taken where allowed. */
export type CompleteOptions = Required<Omit<ProbeOptions, "priority">> & {
  readonly priority: ProbeOptions["priority"] | undefined;
};

const KEYS = ["threads", "siblings", "repetitions", "priority", "trace"];
const TABLE = MiB(2);
const DEFAULTS: ProbeSizes = {
  bytes: MiB(64),
  calls: 20,
  pages: 64,
  phase: "fork",
  sharers: 2,
  operation: "munmap",
};

/** Throws SD001 or SD002 for what is no such option. */
export function completeOptions(kind: ProbeCase, options: ProbeOptions): CompleteOptions {
  checkKeys(`probe.${kind.name}`, options, [...kind.sizes, ...KEYS]);
  const { threads = kind.threads, siblings = "spin", trace = false } = options;
  const { repetitions = 15, priority } = options;
  if (priority !== undefined) checkOneOf("priority", priority, ["fifo", "normal"]);
  checkBoolean("trace", trace);
  return {
    ...completeSizes({ ...DEFAULTS, ...kind.defaults, ...given(options) }),
    threads: checkInteger("threads", threads, 1, 4096),
    siblings: checkOneOf("siblings", siblings, ["spin", "sleep"]),
    repetitions: checkInteger("repetitions", repetitions, 1, maxRepetitions),
    priority,
    trace,
  };
}

function given(options: ProbeOptions): Partial<ProbeSizes> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function completeSizes(sizes: ProbeSizes): ProbeSizes {
  const { bytes, calls, pages, phase, sharers, operation } = sizes;
  checkInteger("bytes / 2 MiB", bytes / TABLE, 1, 4096);
  return {
    bytes,
    calls: checkInteger("calls", calls, 1, 100_000),
    pages: checkInteger("pages", pages, 1, 1_000_000),
    phase: checkOneOf("phase", phase, FORK_PROBES),
    sharers: checkInteger("sharers", sharers, 2, 1024),
    operation: checkOneOf("operation", operation, UNSHARE_PROBES),
  };
}

/** Whether the windows of this probe may have real-time priority. */
export function mayUseFifo(
  { starves, prefersPriority = false }: Pick<ProbeCase, "starves" | "prefersPriority">,
  wanted: Pick<CompleteOptions, "threads" | "siblings" | "priority">,
): boolean {
  const { threads, siblings, priority } = wanted;
  if (priority !== undefined) return priority === "fifo";
  const spins = threads > 1 && siblings === "spin";
  return spins ? !starves : prefersPriority;
}
