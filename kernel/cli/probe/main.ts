/** `shootdown probe`: counts what an operation does on this machine, beside the model. */
import { checkOneOf } from "../../../lib/base/check.ts";
import { invalid, missing } from "../../../lib/base/messages.ts";
import { MiB } from "../../../lib/base/units.ts";
import { type ProbeName, probeCases } from "../../../lib/experiments/probes/cases.ts";
import type { Probe } from "../../../lib/experiments/probes/probe.ts";
import { type ProbeOptions, probe } from "../../../lib/experiments/probes/probes.ts";
import type { ColumnTable } from "../../../lib/tables/frame.ts";
import { text } from "../../../lib/tables/text.ts";
import { visible } from "../../../lib/tables/visible.ts";
import { type Command, tellResult } from "../command.ts";
import { exitCode } from "../exitCode.ts";
import { replaceFile } from "../files.ts";
import type { ReadOptions } from "../readOptions.ts";

const names = Object.keys(probeCases) as ProbeName[];

/** Says what it will do, does it, and prints predicted and measured interrupts. */
export const probeCommand: Command = {
  help: `shootdown probe NAME [options]

Does an operation on this machine's own Linux, counts the interrupts it causes,
and prints them beside what the model predicts for this machine. NAME is one of
${names.join(", ")}. Needs the package koffi; real-time
priority, without which a busy machine hides flushes, needs privileges.

  shootdown probe collapse --mib 64 --save collapse.csv

  --plan              say what would be done, and do nothing
  --mib N             collapse: size of the range (default 64)
  --calls N           other probes: calls of a repetition (default 20)
  --threads N         threads, one a CPU (default 1 for collapse, else 2)
  --siblings WHAT     what the other threads do: spin (default) or sleep
  --repetitions N     how often (default 7)
  --priority WHAT     fifo or normal (default: fifo where it is allowed)
  --save FILE         write the counts as CSV, for shootdown import and validate
  --json              print the result as one JSON object on stdout

Exit codes: 0 ok, 1 no valid repetition, 2 wrong usage, 3 this machine cannot be
probed, or a file cannot be written.
`,
  options: {
    plan: { type: "boolean" },
    mib: { type: "string" },
    calls: { type: "string" },
    threads: { type: "string" },
    siblings: { type: "string" },
    repetitions: { type: "string" },
    priority: { type: "string" },
    save: { type: "string" },
  },
  perform,
};

async function perform(read: ReadOptions): Promise<number> {
  const { values, positionals } = read;
  const [first, second] = positionals;
  if (first === undefined) throw missing("probe", names.join(", "));
  if (second !== undefined) throw invalid("argument", second, "one probe");
  const name = checkOneOf("probe", first, names);
  const options = optionsOf(values);
  const plan = probe.plan(name, options);
  if (values.plan === true) {
    tellResult(read, { probe: name, plan }, `${plan}\n`);
    return exitCode.ok;
  }
  process.stderr.write(`${plan}\n\n`);
  const found = await probe[name](options);
  if (typeof values.save === "string") await replaceFile(values.save, found.toCsv());
  const valid = found.valid().length;
  const agreement = valid === 0 ? undefined : found.agreement();
  const checks = found.checks();
  const result = {
    provenance: found.provenance,
    valid,
    agreement: agreement?.objects() ?? [],
    checks: checks.objects(),
  };
  tellResult(read, result, report(found, checks, agreement));
  return valid === 0 ? exitCode.failed : exitCode.ok;
}

function optionsOf(values: ReadOptions["values"]): ProbeOptions {
  const number = (name: string): number | undefined => {
    const value = values[name];
    if (value === undefined) return undefined;
    if (!/^\d{1,9}$/.test(String(value))) throw invalid(`--${name}`, value, "a number");
    return Number(value);
  };
  const mib = number("mib");
  const given = {
    bytes: mib === undefined ? undefined : MiB(mib),
    calls: number("calls"),
    threads: number("threads"),
    siblings: values.siblings,
    repetitions: number("repetitions"),
    priority: values.priority,
  };
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  ) as ProbeOptions;
}

const columns = ["row", "predicted", "measured", "difference", "difference_ci95", "within"];

function report(found: Probe, checks: ColumnTable, agreement: ColumnTable | undefined): string {
  const { kernel, cpuModel, hypervisor, cpus, priority, notes, params } = found.provenance;
  const guest = hypervisor === "" ? "" : `, guest of ${hypervisor}`;
  const where = `${cpuModel}, ${cpus} CPUs${guest}, Linux ${kernel}`;
  const head = `${where}, priority ${priority}: ${params}`;
  const lines = [head, ...notes.map((note) => `  note: ${note}`)];
  const parts = [lines.map((line) => visible(line, false)).join("\n"), text(checks)];
  if (agreement === undefined) parts.push("No repetition is valid: nothing can be told.");
  else parts.push(text(agreement.select(...columns, "remark")));
  return `${parts.join("\n\n")}\n`;
}
