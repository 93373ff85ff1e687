/** One run of the helper: its arguments, and the JSON object that it answers with. */
import { execFile } from "node:child_process";
import { malformed, refused } from "../../../base/messages.ts";
import { between, runnable, stealPct } from "../readings.ts";
import type { Repetition } from "../window.ts";

/** Who works where in a run of the helper. */
export interface HelperSetting {
  /** The first is of the thread that works. */
  readonly cpus: readonly number[];
  readonly siblings: "spin" | "sleep";
  readonly fifo: boolean;
  /** The file tracing_on of a trace instance. */
  readonly switchFile?: string | undefined;
}

/** What one run measured. */
export interface HelperRun {
  readonly repetition: Repetition;
  /** Whether it had real-time priority. */
  readonly fifo: boolean;
  /** Length of each sample, ns; empty but for latencies. */
  readonly samples: readonly number[];
}

/** Longer than the helper lets itself live. */
const LIMIT_MS = 150_000;
const MOST_TEXT = 1 << 28;

/** Runs it once. Throws SD011 with its reason where it refuses or fails. */
export async function runHelper(
  program: string,
  args: readonly string[],
  { cpus, siblings, fifo, switchFile }: HelperSetting,
): Promise<HelperRun> {
  const [cpu, ...others] = cpus;
  const all = [
    ...args,
    `cpu=${cpu}`,
    ...(others.length === 0 ? [] : [`siblings=${others.join(",")}`]),
    `spin=${siblings === "spin" ? 1 : 0}`,
    `fifo=${fifo ? 1 : 0}`,
    ...(switchFile === undefined ? [] : [`trace=${switchFile}`]),
  ];
  return helperRun(await answer(program, all));
}

function answer(program: string, args: readonly string[]): Promise<string> {
  const options = { timeout: LIMIT_MS, maxBuffer: MOST_TEXT, killSignal: "SIGKILL" } as const;
  return new Promise((resolve, reject) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      // A refusal stands in the answer; without one, the way it ended has to do.
      if (error === null || stdout.trim() !== "") resolve(stdout);
      else reject(refused("helper", args[0], stderr.trim() || error.message));
    });
  });
}

/** An answer of the helper. Throws SD006 where it is none, SD011 with its reason for a refusal. */
export function helperRun(text: string): HelperRun {
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw malformed("answer of the helper", text.slice(0, 80), "one JSON object");
  }
  const { refused: what, why } = fields;
  if (typeof what === "string") throw refused("helper", what, String(why));
  const read = readerOf(fields);
  return {
    repetition: {
      interrupts: between(read.text("before"), read.text("after")),
      background: between(read.text("idleBegins"), read.text("idleEnds")),
      operationNs: read.number("operationNs"),
      idleNs: read.number("idleNs"),
      failed: read.number("failed"),
      spun: typeof fields.spun === "boolean" ? fields.spun : null,
      stealPct: stealPct(read.text("stat0"), read.text("stat1")),
      running: runnable(read.text("loadavg")),
      faults: read.number("faults"),
      contrastNs: null,
    },
    fifo: fields.fifo === true,
    samples: Array.isArray(fields.ns) ? fields.ns.map(Number) : [],
  };
}

function readerOf(fields: Readonly<Record<string, unknown>>): {
  readonly text: (name: string) => string;
  readonly number: (name: string) => number;
} {
  const read = (name: string, type: "string" | "number"): unknown => {
    const value = fields[name];
    if (typeof value === type) return value;
    throw malformed(`answer of the helper, ${name}`, String(value), `a ${type}`);
  };
  return {
    text: (name) => read(name, "string") as string,
    number: (name) => read(name, "number") as number,
  };
}
