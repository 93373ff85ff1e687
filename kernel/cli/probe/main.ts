/** `shootdown probe`: counts what an operation does on this machine, beside the model. */
import { checkOneOf } from "../../../lib/base/check.ts";
import { invalid, missing } from "../../../lib/base/messages.ts";
import type { ProbeName } from "../../../lib/experiments/probes/case.ts";
import { probeCases } from "../../../lib/experiments/probes/cases.ts";
import { LATENCIES } from "../../../lib/experiments/probes/latencyOptions.ts";
import { latencyPlan } from "../../../lib/experiments/probes/latencyProbe.ts";
import { probe } from "../../../lib/experiments/probes/probes.ts";
import { FORK_PROBES, UNSHARE_PROBES } from "../../../lib/experiments/probes/sizes.ts";
import { type Command, tellResult } from "../command.ts";
import { exitCode } from "../exitCode.ts";
import { replaceFile } from "../files.ts";
import type { ReadOptions } from "../readOptions.ts";
import { latencyOptions, probeOptions } from "./options.ts";
import { latencyReport, probeReport } from "./report.ts";

const names = [...Object.keys(probeCases), "latency"] as (ProbeName | "latency")[];

/** Says what it will do, does it, and prints predicted and measured interrupts. */
export const probeCommand: Command = {
  help: `shootdown probe NAME [options]

Does an operation on this machine's own Linux, counts the interrupts it causes,
and prints them beside what the model predicts for this machine, with 95 %
intervals. NAME is one of
  collapse, munmap, mprotect, dontneed, membarrier
                      calls of one process; the first one on huge pages
  pageout             MADV_PAGEOUT of clean pages of a file; needs no swap
  gupFast             futex wake-ups: a shared one walks the page table, a
                      private one does not; also what a walk costs
  fork                fork, and who writes to shared pages (--phase)
  unshare             page tables of huge pages that processes share; raises
                      vm.nr_hugepages for the time where root may
  latency             not counts but nanoseconds: least, median, p99, largest
All but fork, unshare and latency need the package koffi; these three need a C
compiler, cc, whose result is kept in ~/.cache/shootdown. Real-time priority,
without which a busy machine hides flushes, needs privileges.

  shootdown probe collapse --mib 64 --save collapse.csv
  shootdown probe latency --operations munmap,futexShared,futexPrivate

  --plan              say what would be done, and do nothing
  --mib N             collapse, pageout, unshare: size (default 64, 2, 1024)
  --calls N           calls of a repetition (default 20; gupFast 20000,
                      latency 200)
  --pages N           fork: pages of the parent (default 64)
  --phase WHAT        ${FORK_PROBES.join(", ")} (default: the first)
  --sharers N         unshare: processes (default 2)
  --operation WHAT    unshare: ${UNSHARE_PROBES.join(", ")} (default: the first)
  --operations LIST   latency: some of ${LATENCIES.slice(0, 4).join(", ")},
                      ${LATENCIES.slice(4).join(", ")}
                      (default: all)
  --threads N         threads, one a CPU (default 2; collapse, gupFast 1)
  --siblings WHAT     what the other threads do: spin (default) or sleep
  --repetitions N     how often (default 15, latency 7)
  --priority WHAT     fifo or normal (default: fifo where it is allowed)
  --trace FILE        also record the events of interrupts and flushes, through
                      a trace instance of its own, and write them; needs root
                      and tracefs
  --save FILE         write what was measured as CSV, for shootdown import and,
                      of counts, validate
  --json              print the result as one JSON object on stdout

Exit codes: 0 ok, 1 no valid repetition, 2 wrong usage, 3 this machine cannot be
probed, or a file cannot be written.
`,
  options: {
    plan: { type: "boolean" },
    mib: { type: "string" },
    calls: { type: "string" },
    pages: { type: "string" },
    phase: { type: "string" },
    sharers: { type: "string" },
    operation: { type: "string" },
    operations: { type: "string" },
    threads: { type: "string" },
    siblings: { type: "string" },
    repetitions: { type: "string" },
    priority: { type: "string" },
    trace: { type: "string" },
    save: { type: "string" },
  },
  perform,
};

async function perform(read: ReadOptions): Promise<number> {
  const [first, second] = read.positionals;
  if (first === undefined) throw missing("probe", names.join(", "));
  if (second !== undefined) throw invalid("argument", second, "one probe");
  const name = checkOneOf("probe", first, names);
  return name === "latency" ? performLatency(read) : performCount(read, name);
}

async function performCount(read: ReadOptions, name: ProbeName): Promise<number> {
  const { values } = read;
  const options = probeOptions(values);
  if (isOver(read, name, probe.plan(name, options))) return exitCode.ok;
  const found = await probe[name](options);
  if (typeof values.save === "string") await replaceFile(values.save, found.toCsv());
  if (typeof values.trace === "string") await replaceFile(values.trace, found.traceText ?? "");
  const valid = found.valid().length;
  const agreement = valid === 0 ? undefined : found.agreement();
  const result = {
    provenance: found.provenance,
    valid,
    agreement: agreement?.objects() ?? [],
    checks: found.checks().objects(),
    ...(valid > 0 && name === "gupFast" ? { cost: found.extraCost().object() } : {}),
  };
  tellResult(read, result, probeReport(found, agreement));
  return valid === 0 ? exitCode.failed : exitCode.ok;
}

async function performLatency(read: ReadOptions): Promise<number> {
  const { values } = read;
  if (values.trace !== undefined) {
    throw invalid("--trace", values.trace, "another probe: recording takes time itself");
  }
  const options = latencyOptions(values);
  if (isOver(read, "latency", latencyPlan(options))) return exitCode.ok;
  const found = await probe.latency(options);
  if (typeof values.save === "string") await replaceFile(values.save, found.toCsv());
  const valid = found.valid().length;
  const result = {
    provenance: found.provenance,
    valid,
    latencies: found.table().objects(),
    checks: found.checks().objects(),
  };
  tellResult(read, result, latencyReport(found));
  return valid === 0 ? exitCode.failed : exitCode.ok;
}

/** Tells the plan: on stdout with --plan, and that was all, else on stderr. */
function isOver(read: ReadOptions, name: string, plan: string): boolean {
  if (read.values.plan === true) tellResult(read, { probe: name, plan }, `${plan}\n`);
  else process.stderr.write(`${plan}\n\n`);
  return read.values.plan === true;
}
