/** `shootdown import`: what files of measured data hold, and what was passed over. */
import { missing, ShootdownError } from "../../../lib/base/messages.ts";
import { type ImportResult, importFile } from "../../../lib/experiments/importFile.ts";
import { skippedTable } from "../../../lib/experiments/skippedTable.ts";
import { tableFrom } from "../../../lib/tables/frame.ts";
import { text } from "../../../lib/tables/text.ts";
import { visible } from "../../../lib/tables/visible.ts";
import { exitCode } from "../exitCode.ts";
import { packageVersion } from "../packageVersion.ts";
import { commonOptions, readOptions } from "../readOptions.ts";

const help = `shootdown import FILE... [options]

Tells what files of measured data hold: /proc/interrupts, traces (ftrace,
trace_pipe, trace-cmd report, perf script, function graphs), lscpu, topology,
rtla, boot command lines, kernel configurations. The format is told by what is
in the file; gzip and, with Node 22.15 or later, zstd are unpacked.

  shootdown import trace.txt.gz interrupts.before

  --json              print the results as one JSON object on stdout

Exit codes: 0 ok, 2 wrong usage, 3 a file cannot be read or is none of these.
`;

/** Rows of totals that are printed for a file. */
const maxTotals = 40;

/** Imports the files in turn; one that cannot be read does not keep the others from it. */
export async function importMain(args: readonly string[]): Promise<number> {
  const { values, positionals } = readOptions(args.slice(1), commonOptions);
  if (values.help === true) {
    process.stdout.write(help);
    return exitCode.ok;
  }
  if (values.version === true) {
    process.stdout.write(`shootdown ${packageVersion()}\n`);
    return exitCode.ok;
  }
  if (positionals.length === 0) throw missing("file", "one or more files of measured data");
  const files: ImportResult[] = [];
  const failed: { file: string; code: string; error: string }[] = [];
  for (const file of positionals) {
    try {
      const found = await importFile(file);
      files.push(found);
      if (values.json !== true) process.stdout.write(report(found));
    } catch (error) {
      if (!(error instanceof ShootdownError)) throw error;
      failed.push({ file, code: error.code, error: error.message });
      process.stderr.write(`shootdown: ${visible(error.message, false)}\n`);
    }
  }
  if (values.json === true) process.stdout.write(`${JSON.stringify({ files, failed })}\n`);
  return failed.length === 0 ? exitCode.ok : exitCode.file;
}

/** One file in words and tables; whatever comes from the file is made visible. */
function report({ file, format, cpus, totals, notes, skipped }: ImportResult): string {
  const machine = cpus === undefined ? "" : `, ${cpus} ${cpus === 1 ? "CPU" : "CPUs"}`;
  const lines = [`${visible(file, false)}: ${format}${machine}`];
  for (const note of notes) lines.push(`  note: ${visible(note, false)}`);
  const parts = [lines.join("\n")];
  if (totals.length > 0) {
    parts.push(text(tableFrom(totals, ["kind", "count"]), { maxRows: maxTotals }));
  }
  if (skipped.length > 0) parts.push(text(skippedTable(skipped)));
  return `${parts.join("\n\n")}\n\n`;
}
