/** Latencies of this machine's own Linux, measured by the helper in C. */
import { checkInteger, checkKeys, checkOneOf } from "../../base/check.ts";
import { invalid, refused, ShootdownError } from "../../base/messages.ts";
import { KiB, MiB } from "../../base/units.ts";
import { collapse } from "../../workloads/collapse.ts";
import { dontneed } from "../../workloads/dontneed.ts";
import { gupFastHammer } from "../../workloads/gupFastHammer.ts";
import { membarrier } from "../../workloads/membarrier.ts";
import { mprotect } from "../../workloads/mprotect.ts";
import { munmap } from "../../workloads/munmap.ts";
import type { ProcessOptions } from "../../workloads/process.ts";
import type { Workload } from "../../workloads/workload.ts";
import { linuxFrom } from "../fromData/linuxFrom.ts";
import type { LscpuMachine } from "../fromData/machineFromLscpu.ts";
import type { Run } from "../run.ts";
import { simulate } from "../simulate.ts";
import { compiledHelper } from "./helper/compile.ts";
import { runHelper } from "./helper/run.ts";
import { Latencies, type LatencyRepetition } from "./latencies.ts";
import { LATENCIES, type LatencyName, type LatencyOptions } from "./latencyOptions.ts";
import { maxRepetitions, mayUseFifo } from "./options.ts";
import {
  allowedCpus,
  cpusFor,
  hasThp,
  originOf,
  ownMachine,
  requireLinux,
  requireThp,
} from "./ownMachine.ts";

type Complete = Required<Omit<LatencyOptions, "priority">> & {
  readonly priority: LatencyOptions["priority"] | undefined;
};

/** Operations of some hundred nanoseconds: the clock alone would take a good part of a sample. */
const BLOCKS: Readonly<Record<string, number>> = {
  futexShared: 100,
  futexPrivate: 100,
  clock: 1,
};

const KEYS = ["operations", "calls", "repetitions", "threads", "siblings", "priority"];

function complete(options: LatencyOptions): Complete {
  checkKeys("probe.latency", options, KEYS);
  const { operations = availableHere(), calls = 200, repetitions = 7, threads = 2 } = options;
  const { siblings = "spin", priority } = options;
  if (!Array.isArray(operations) || operations.length === 0) {
    throw invalid("operations", operations, `some of ${LATENCIES.join(", ")}`);
  }
  for (const one of operations) checkOneOf("operation", one, LATENCIES);
  if (priority !== undefined) checkOneOf("priority", priority, ["fifo", "normal"]);
  return {
    operations: [...new Set(operations)] as LatencyName[],
    calls: checkInteger("calls", calls, 1, 100_000),
    repetitions: checkInteger("repetitions", repetitions, 1, maxRepetitions),
    threads: checkInteger("threads", threads, 1, 4096),
    siblings: checkOneOf("siblings", siblings, ["spin", "sleep"]),
    priority,
  };
}

/** What is done, in words. */
export function latencyPlan(options: LatencyOptions = {}): string {
  const { operations, calls, repetitions, threads, siblings } = complete(options);
  return [
    `${repetitions + 1} times ${calls} calls (collapse: ${callsOf("collapse", calls)}) of ` +
      `${operations.join(", ")},`,
    "by a helper in C, which cc compiles where it is not yet, on the first CPU it may use;",
    `${threads - 1} more threads ${siblings} on CPUs of their own. Real-time priority, if allowed.`,
    "Nothing else is changed.",
  ].join("\n");
}

/**
 * Times operations one call at a time. Throws SD011 where there is no Linux, no second CPU, no
 * compiler.
 */
export async function measureLatency(options: LatencyOptions = {}): Promise<Latencies> {
  const wanted = complete(options);
  requireLinux();
  const used = cpusFor("latency", wanted.threads, allowedCpus());
  if (wanted.operations.includes("collapse")) requireThp();
  const machine = ownMachine();
  const origin = originOf(machine);
  const found = linuxFrom({ release: origin.kernel, cmdline: origin.cmdline });
  const program = await compiledHelper();
  const repetitions: LatencyRepetition[] = [];
  for (let i = 0; i <= wanted.repetitions; i++) {
    // In turn, so that what changes slowly changes all of them.
    for (const operation of wanted.operations) {
      const one = await measureOnce(program, operation, { wanted, used });
      if (i > 0) repetitions.push(one);
    }
  }
  const { threads, siblings } = wanted;
  const notes = [...found.notes, ...machine.notes];
  const provenance = { ...origin, threads, siblings, siblingCpus: used.slice(1), notes };
  return new Latencies(provenance, repetitions, modelOf(machine, found, wanted));
}

function availableHere(): LatencyName[] {
  return LATENCIES.filter((one) => one !== "collapse" || hasThp());
}

function callsOf(operation: LatencyName, calls: number): number {
  return operation === "collapse" ? Math.ceil(calls / 10) : calls;
}

async function measureOnce(
  program: string,
  operation: LatencyName,
  { wanted, used }: { readonly wanted: Complete; readonly used: readonly number[] },
): Promise<LatencyRepetition> {
  const block = BLOCKS[operation] ?? 1;
  const { siblings } = wanted;
  // Collapse waits for a worker on every CPU, which spinning threads keep away: it is alone.
  const isAlone = operation === "collapse";
  const cpus = isAlone ? used.slice(0, 1) : used;
  const fifo = mayUseFifo({ starves: false, prefersPriority: true }, wanted);
  const calls = callsOf(operation, wanted.calls);
  const args = ["latency", `what=${operation}`, `calls=${calls}`, `block=${block}`];
  const found = await runHelper(program, args, { cpus, siblings, fifo });
  if (fifo && !found.fifo && wanted.priority === "fifo") {
    throw refused("priority", "fifo", "needs privileges");
  }
  return {
    operation,
    block,
    samples: found.samples.map((ns) => ns / block),
    priority: found.fifo ? "fifo" : "normal",
    window: found.repetition,
  };
}

/** The call in the model, and the name of its duration there. */
type Modelled = (process: ProcessOptions) => readonly [Workload, string];

const page = { bytes: KiB(4), calls: 1 };
const MODEL: Readonly<Record<string, Modelled>> = {
  collapse: () => [collapse({ bytes: MiB(2) }), "collapse"],
  munmap: (process) => [munmap({ ...process, ...page }), "munmap"],
  mprotect: (process) => [mprotect({ ...process, ...page }), "mprotect"],
  dontneed: (process) => [dontneed({ ...process, ...page }), "madvise"],
  membarrier: (process) => [membarrier({ ...process, calls: 1 }), "membarrier"],
  gupFast: () => [gupFastHammer({ threads: 1, calls: 100, gapNs: 0 }), "gup_fast"],
};

function modelOf(
  { machine, backend }: LscpuMachine,
  { linux }: ReturnType<typeof linuxFrom>,
  { threads, siblings }: Complete,
): Record<string, number | null> {
  const found = Object.entries(MODEL).map(([name, modelled]): [string, number | null] => {
    const [workload, what] = modelled({ threads, siblings });
    try {
      return [name, meanOf(simulate({ machine, linux, backend, workload }), what)];
    } catch (error) {
      // Not every architecture and release has every operation.
      if (error instanceof ShootdownError) return [name, null];
      throw error;
    }
  });
  return Object.fromEntries(found);
}

function meanOf(run: Run, what: string): number | null {
  const rows = run.durations().objects() as { what: string; ns_mean: number }[];
  return rows.find((row) => row.what === what)?.ns_mean ?? null;
}
