/** Probes: an operation on this machine's own Linux, counted and compared with the model. */
import { checkOneOf } from "../../base/check.ts";
import { linuxFrom } from "../fromData/linuxFrom.ts";
import { simulate } from "../simulate.ts";
import type { ProbeCase, ProbeName } from "./case.ts";
import { probeCases } from "./cases.ts";
import type { Latencies } from "./latencies.ts";
import type { LatencyOptions } from "./latencyOptions.ts";
import { measureLatency } from "./latencyProbe.ts";
import { type MeasuredRepetitions, measureCalls, type Setting } from "./measureCalls.ts";
import { measureHelper } from "./measureHelper.ts";
import { completeOptions, mayUseFifo, type ProbeOptions } from "./options.ts";
import { allowedCpus, cpusFor, originOf, ownMachine, requireLinux } from "./ownMachine.ts";
import { Probe } from "./probe.ts";
import { modelSiblings } from "./sleepers.ts";
import { TraceInstance } from "./system/traceInstance.ts";

/** Probes of this machine; nothing is done before one is called. Each says SD011 for a refusal. */
export const probe: {
  readonly [Name in ProbeName]: (options?: ProbeOptions) => Promise<Probe>;
} & {
  /** How long operations take, in nanoseconds, by the helper in C. */
  readonly latency: (options?: LatencyOptions) => Promise<Latencies>;
  /** What a probe would do, in words. */
  readonly plan: (name: ProbeName, options?: ProbeOptions) => string;
} = {
  collapse: (options) => measure(probeCases.collapse, options),
  munmap: (options) => measure(probeCases.munmap, options),
  mprotect: (options) => measure(probeCases.mprotect, options),
  dontneed: (options) => measure(probeCases.dontneed, options),
  membarrier: (options) => measure(probeCases.membarrier, options),
  pageout: (options) => measure(probeCases.pageout, options),
  gupFast: (options) => measure(probeCases.gupFast, options),
  fork: (options) => measure(probeCases.fork, options),
  unshare: (options) => measure(probeCases.unshare, options),
  latency: measureLatency,
  plan,
};

function plan(name: ProbeName, options: ProbeOptions = {}): string {
  const kind = probeCases[checkOneOf("probe", name, Object.keys(probeCases) as ProbeName[])];
  const wanted = completeOptions(kind, options);
  const others = wanted.threads - 1;
  const beside = others === 0 ? "no other thread" : `${others} more, which ${wanted.siblings}`;
  const who = "operate" in kind ? "This process" : "A helper, compiled by cc where it is not yet,";
  const pages = "operate" in kind ? 0 : kind.hugePages(wanted);
  return [
    `${wanted.repetitions + 1} times: ${kind.says(wanted)}; ${kind.params(wanted)}.`,
    `${who} moves to the first CPU it may use, with ${beside}, on CPUs of their own.`,
    "/proc/interrupts is read before and after, and around an idle time of the same length.",
    ...(mayUseFifo(kind, wanted) ? ["During the windows, if allowed: real-time priority."] : []),
    ...(pages > 0 ? [`vm.nr_hugepages is raised until then if fewer than ${pages} are free.`] : []),
    ...(wanted.trace ? ["A trace instance of its own records the windows, and is removed."] : []),
    "Nothing else is changed; memory and priorities are given back.",
  ].join("\n");
}

async function measure(kind: ProbeCase, options: ProbeOptions = {}): Promise<Probe> {
  const wanted = completeOptions(kind, options);
  requireLinux();
  const used = cpusFor(kind.name, wanted.threads, allowedCpus());
  kind.checkMachine?.(wanted);
  const machine = ownMachine();
  const origin = originOf(machine);
  const { linux, notes } = linuxFrom({ release: origin.kernel, cmdline: origin.cmdline });
  const { measured, traceText } = await traced(kind, { wanted, used });
  const { repetitions, fifo } = measured;
  const beside = modelSiblings(wanted.siblings, wanted.threads, repetitions);
  const process = { threads: wanted.threads, siblings: beside.siblings };
  const workload = kind.workload(process, wanted, repetitions);
  const { backend } = machine;
  const run = simulate({ machine: machine.machine, linux, backend, workload });
  const provenance = {
    probe: kind.labName,
    params: `${kind.params(wanted)} T=${wanted.threads} st=${wanted.siblings}`,
    ...origin,
    siblingCpus: used.slice(1),
    priority: fifo ? ("fifo" as const) : ("normal" as const),
    notes: [
      ...[...notes, ...machine.notes, ...beside.notes],
      ...(kind.notes?.(wanted, repetitions) ?? []),
    ],
  };
  return new Probe(provenance, { repetitions, run, traceText });
}

interface Traced {
  readonly measured: MeasuredRepetitions;
  readonly traceText: string | undefined;
}

/** Measures, and records the events of the windows where that is wanted. */
async function traced(
  kind: ProbeCase,
  { wanted, used }: Omit<Setting, "tracing">,
): Promise<Traced> {
  const repeat = (tracing: TraceInstance | undefined): Promise<MeasuredRepetitions> => {
    const setting = { wanted, used, tracing };
    return "operate" in kind ? measureCalls(kind, setting) : measureHelper(kind, setting);
  };
  if (!wanted.trace) return { measured: await repeat(undefined), traceText: undefined };
  const tracing = await TraceInstance.create();
  try {
    return { measured: await repeat(tracing), traceText: await tracing.text() };
  } finally {
    await tracing.remove();
  }
}
