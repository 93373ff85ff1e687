/** `shootdown lab`: counts of real kernels on emulated machines, in the format of the lab. */
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { invalid, missing, unknownName } from "../../../lib/base/messages.ts";
import { parseBootName } from "../../../lib/observed/bootName.ts";
import { type Command, tellResult } from "../command.ts";
import { exitCode } from "../exitCode.ts";
import type { ReadOptions } from "../readOptions.ts";
import { type LabRequest, labOptions, labRequest } from "./arguments.ts";
import { collect, writeLab } from "./collect.ts";
import { qemuFor } from "./machine.ts";
import { linesFor } from "./plan.ts";
import { type LabOutcome, runSeries, type Tell } from "./run.ts";
import { type Series, seriesOf } from "./series.ts";
import { findProgram } from "./tools.ts";

/** Measures kernel images in QEMU, or collects what was measured. */
export const labCommand: Command = {
  help: `shootdown lab run --kernel IMAGE --out FILE.csv [options]
shootdown lab collect RESULTS... --out FILE.csv

Boots a kernel image in QEMU on machines of so many CPUs, lets a small program
change page tables in known ways, and writes what /proc/interrupts counted, for
npm run validate -- --lab FILE.csv. Needs QEMU and a C compiler that can link
statically; no privileges. A boot that was done before is kept.

  shootdown lab run --kernel bzImage --cpus 2,4 --cases collapse,munmap \\
    --out own.csv

  --kernel IMAGE      bzImage (x86), Image (arm64) or vmlinux (ppc64le)
  --cpus LIST         machines, by number of CPUs, up to 240 (default 4)
  --plan NAME|FILE    big, main, quick (default), scale, trace, or a file
  --cases LIST        only these cases of the plan
  --out FILE, -o FILE the counts; results and logs go to FILE.boots
  --dry-run           print the plan and the lines for QEMU, and do nothing
  --release NAME      release of the kernel where the image does not say it
  --accelerator WHAT  tcg (default: one host thread) or tcg-threads
  --memory MIB        of each machine (default 2048, more above 16 CPUs)
  --append TEXT       more words for the kernel's command line
  --modules LIST      modules to load first, for swap: zsmalloc.ko,zram.ko
  --limit SECONDS     longest time of one boot (default 1500)
  --tag NAME          a word at the end of the boots' names
  --work FOLDER       for results and logs, instead of FILE.boots
  --qemu, --cc NAME   other programs than the usual ones
  --fresh             do all boots again
  --quiet             no progress on stderr
  --json              print the outcome as one JSON object on stdout

collect makes the same file of results that were brought from elsewhere; each
file is named after its boot: x86-6.12-8-main.txt.

Exit codes: 0 ok, 2 wrong usage, 3 a tool is missing or a file cannot be read
or written, 4 a boot did not come to its end, 130 interrupted.
`,
  options: labOptions,
  perform,
};

async function perform(read: ReadOptions): Promise<number> {
  const [verb, ...positionals] = read.positionals;
  const known = ["run", "collect"];
  if (verb === undefined) throw missing("lab command", known.join(", "));
  if (verb === "run") return await runLab({ ...read, positionals });
  if (verb === "collect") return await collectLab({ ...read, positionals });
  throw unknownName("lab command", verb, known);
}

async function runLab(read: ReadOptions): Promise<number> {
  const request = labRequest(read);
  const folder = labFolder();
  const series = seriesOf(request, folder);
  const { out } = request;
  if (request.dryRun || out === undefined) {
    tellResult(read, dryResult(request, series), dryText(request, series));
    return exitCode.ok;
  }
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  process.once("SIGINT", abort);
  process.once("SIGTERM", abort);
  const tell = request.quiet ? () => {} : teller(process.stderr);
  const options = { signal: controller.signal, tell };
  const outcome = await runSeries({ ...request, out }, series, folder, options);
  tellResult(read, { out, ...outcome }, outcomeText(out, outcome));
  if (outcome.interrupted) return exitCode.interrupted;
  return outcome.boots.every(({ problem }) => problem === "") ? exitCode.ok : exitCode.partial;
}

/** The folder `lab` of this package, which is found by its name: as sources and as built. */
function labFolder(): string {
  const require = createRequire(import.meta.url);
  return path.join(path.dirname(require.resolve("shootdown/package.json")), "lab");
}

function dryResult(request: LabRequest, { image, plan, boots }: Series): object {
  const qemu = request.qemu ?? qemuFor(image.arch);
  return {
    kernel: image.version ?? null,
    plan: plan.name,
    boots: boots.map(({ name, cpus, runs, arguments: words }) => {
      const lines = linesFor(plan, cpus).map(({ text }) => text);
      return { boot: name, cpus, runs, plan: lines, qemu: [qemu, ...words] };
    }),
  };
}

function dryText(request: LabRequest, { image, plan, boots }: Series): string {
  const qemu = request.qemu ?? qemuFor(image.arch);
  const found = findProgram(qemu) ?? `${qemu} (not found)`;
  const version = image.version ?? "a kernel that does not say its release";
  const parts = [`${request.kernel}: ${version}, ${image.arch}; plan ${plan.name}`];
  for (const { name, cpus, runs, memoryMib, arguments: words } of boots) {
    const lines = linesFor(plan, cpus).map(({ text }) => `  ${text}`);
    const head = `${name}: ${cpus} CPUs, ${memoryMib} MiB, ${runs} runs`;
    parts.push([head, ...lines, `  $ ${[found, ...words].map(quoted).join(" ")}`].join("\n"));
  }
  return `${parts.join("\n\n")}\n`;
}

/** A word as a shell takes it. */
function quoted(word: string): string {
  return /^[\w.,:=/@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function outcomeText(out: string, { runs, boots, traces }: LabOutcome): string {
  const lines = [`${out}: ${runs} runs of ${boots.length} boots`];
  if (traces.length > 0) lines.push(`${traces.length} traces, the first: ${traces[0]}`);
  return `${lines.join("\n")}\n`;
}

/** On a terminal one line that changes; else a line a boot. */
function teller(stream: NodeJS.WriteStream): Tell {
  return (text, isFinal) => {
    const columns = stream.columns ?? 80;
    if (stream.isTTY && !isFinal) stream.write(`\r${text.slice(0, columns - 1)}\u001b[K`);
    else if (isFinal) stream.write(stream.isTTY ? `\r\u001b[K${text}\n` : `${text}\n`);
  };
}

async function collectLab(read: ReadOptions): Promise<number> {
  const { values, positionals } = read;
  const out = values.out as string | undefined;
  if (out === undefined) throw missing("--out", "a CSV file for the counts");
  if (positionals.length === 0) throw missing("results", "one or more files of results");
  const boots = positionals.map((file) => {
    if (!fs.existsSync(file)) throw invalid("results", file, "a file that is there");
    const name = path.basename(file).replace(/\.txt$/, "");
    const { native, tags } = parseBootName(name);
    const emulated = tags.includes("mt") ? "qemu-tcg one thread per vCPU" : "qemu-tcg round robin";
    return collect(file, name, native ? "native" : emulated);
  });
  const found = await writeLab(out, path.dirname(out), boots);
  const skipped = boots.flatMap(({ stream }) => stream.skipped);
  const text = [`${out}: ${found.runs} runs of ${boots.length} boots`];
  for (const { reason, count } of skipped) text.push(`  skipped: ${count} (${reason})`);
  tellResult(read, { out, ...found, skipped }, `${text.join("\n")}\n`);
  return exitCode.ok;
}
