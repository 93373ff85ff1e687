/** What `shootdown lab` was asked for, as a value; everything wrong is found before it starts. */
import { checkOneOf } from "../../../lib/base/check.ts";
import { formatCpuList } from "../../../lib/base/cpuText.ts";
import { invalid, missing } from "../../../lib/base/messages.ts";
import { cpuList } from "../../../lib/observed/cpuLists.ts";
import type { KnownOptions, ReadOptions } from "../readOptions.ts";
import type { Accelerator } from "./machine.ts";

/** Options besides those that every command has. */
export const labOptions: KnownOptions = {
  kernel: { type: "string" },
  cpus: { type: "string" },
  plan: { type: "string" },
  cases: { type: "string" },
  out: { type: "string", short: "o" },
  release: { type: "string" },
  accelerator: { type: "string" },
  memory: { type: "string" },
  append: { type: "string" },
  modules: { type: "string" },
  limit: { type: "string" },
  work: { type: "string" },
  qemu: { type: "string" },
  cc: { type: "string" },
  tag: { type: "string" },
  fresh: { type: "boolean" },
  "dry-run": { type: "boolean" },
  quiet: { type: "boolean" },
};

/** A series of boots. */
export interface LabRequest {
  readonly kernel: string;
  readonly cpus: readonly number[];
  readonly plan: string;
  readonly cases: readonly string[];
  /** The CSV file; undefined with `--dry-run` only. */
  readonly out: string | undefined;
  readonly release: string | undefined;
  readonly accelerator: Accelerator;
  readonly memoryMib: number | undefined;
  readonly append: string;
  readonly modules: readonly string[];
  readonly limitMs: number;
  /** Folder for streams and logs. */
  readonly work: string;
  readonly qemu: string | undefined;
  readonly cc: string | undefined;
  readonly tag: string | undefined;
  readonly fresh: boolean;
  readonly dryRun: boolean;
  readonly quiet: boolean;
}

const defaultLimitSeconds = 1500;

/** Reads the options of `lab run`. Throws SD001, SD002 or SD003. */
export function labRequest({ values, positionals }: ReadOptions): LabRequest {
  const text = (name: string): string | undefined => values[name] as string | undefined;
  const [extra] = positionals;
  if (extra !== undefined) throw invalid("argument", extra, "options only, such as --kernel FILE");
  const kernel = text("kernel");
  if (kernel === undefined) throw missing("--kernel", "a kernel image, such as a bzImage");
  const dryRun = values["dry-run"] === true;
  const out = text("out");
  if (out === undefined && !dryRun) throw missing("--out", "a CSV file for the counts");
  const memory = values.memory === undefined ? undefined : number(values, "memory", 256, 4_194_304);
  return {
    kernel,
    cpus: cpuCounts(text("cpus") ?? "4"),
    plan: text("plan") ?? "quick",
    cases: words(text("cases")),
    out,
    release: text("release"),
    accelerator: checkOneOf("--accelerator", text("accelerator") ?? "tcg", ["tcg", "tcg-threads"]),
    memoryMib: memory,
    append: checkAppend(text("append") ?? ""),
    modules: words(text("modules")),
    limitMs: number(values, "limit", 1, 86_400, defaultLimitSeconds) * 1000,
    work: text("work") ?? `${out ?? "lab"}.boots`,
    qemu: text("qemu"),
    cc: text("cc"),
    tag: checkTag(text("tag")),
    fresh: values.fresh === true,
    dryRun,
    quiet: values.quiet === true,
  };
}

function words(list: string | undefined): readonly string[] {
  return (list ?? "").split(",").filter((word) => word !== "");
}

/** Numbers of CPUs as a list, `2,4` or `2-4`. */
function cpuCounts(text: string): readonly number[] {
  const counts = cpuList(text);
  if (counts === undefined || counts.length === 0 || counts.includes(0)) {
    throw invalid("--cpus", text, "numbers of CPUs, such as 2,4");
  }
  if (counts.length > 64) throw invalid("--cpus", formatCpuList(counts), "at most 64 machines");
  return counts;
}

function number(
  values: ReadOptions["values"],
  name: string,
  min: number,
  max: number,
  otherwise?: number,
): number {
  const text = values[name] ?? String(otherwise);
  const value = Number(text);
  if (!/^\d{1,9}$/.test(String(text)) || value < min || value > max) {
    throw invalid(`--${name}`, text, `a number from ${min} to ${max}`);
  }
  return value;
}

function checkAppend(text: string): string {
  if (/[^\x20-\x7e]/.test(text) || text.length > 1000) {
    throw invalid("--append", text.slice(0, 80), "at most 1000 plain characters");
  }
  return text;
}

function checkTag(text: string | undefined): string | undefined {
  if (text === undefined || /^[a-z][a-z0-9]{0,30}$/.test(text)) return text;
  throw invalid("--tag", text, "small letters and digits");
}
