/** Processes of the command line, and the sweep that they compute. */
import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { SweepStore } from "../../../lib/experiments/sweep/sweepStore.ts";
import { builtFolder, cliFile } from "../../kernel/build.ts";

/** A process that was started, and how it ends. */
export interface Started {
  readonly child: ChildProcess;
  /** Exit code, or the signal that ended it, with what it has written. */
  readonly end: Promise<{ code: number | string | null; stdout: string; stderr: string }>;
}

/** Starts `shootdown` with arguments. */
export function shootdown(...args: readonly string[]): Started {
  return started(process.execPath, [cliFile(), ...args]);
}

/** Starts a program. */
export function started(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; detached?: boolean } = {},
): Started {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (text: string) => {
      texts[name] += text;
    });
  }
  const end = new Promise<Awaited<Started["end"]>>((resolve) => {
    child.on("error", (error) => resolve({ code: error.message, ...texts }));
    child.on("close", (code, signal) => resolve({ code: code ?? signal, ...texts }));
  });
  return { child, end };
}

/** Ends a process as no program can prevent. */
export async function killed({ child, end }: Started): Promise<void> {
  child.kill("SIGKILL");
  await end;
}

/** Writes the module of a sweep of `cells` cells that take some ten milliseconds each. */
export function writeModule(folder: string, cells = 16): string {
  const seeds = Array.from({ length: Math.ceil(cells / 4) }, (_, i) => i + 1);
  return writeCode(
    folder,
    `const mainline = sd.linux();
const targeted = mainline.with({ tableSync: sd.tableSync.targeted() });
export const axes = { cpus: [8, 32], linux: { mainline, targeted }, seed: ${JSON.stringify(seeds)} };
export function build({ cpus, linux, seed }) {
  const workload = sd.workload.together(
    sd.workload.collapse({ bytes: sd.MiB(256) }),
    sd.workload.gupFastHammer({ threads: 3 }),
  );
  return { machine: sd.machine({ cpus }), linux, backend: sd.backend.native(), workload, seed };
}
export const options = { baseline: { linux: "mainline" } };
`,
  );
}

/** Writes a module of short cells, and as many that take minutes as `long` says. */
export function writeLongModule(folder: string, long: number, options = "{}"): string {
  return writeCode(
    folder,
    `export const axes = { seed: [1, 2, 3, ${Array.from({ length: long }, (_, i) => 101 + i)}] };
export function build({ seed }) {
  const bytes = seed > 100 ? sd.GiB(8_000) : sd.MiB(8);
  const workload = sd.workload.together(
    sd.workload.collapse({ bytes }),
    sd.workload.gupFastHammer({ threads: 3 }),
  );
  const [machine, linux] = [sd.machine({ cpus: 8 }), sd.linux()];
  return { machine, linux, backend: sd.backend.native(), workload, seed };
}
export const options = ${options};
`,
  );
}

function writeCode(folder: string, code: string): string {
  const library = pathToFileURL(path.join(builtFolder(), "lib/index.js")).href;
  const file = path.join(folder, "sweep.mjs");
  fs.writeFileSync(file, `import * as sd from ${JSON.stringify(library)};\n${code}`);
  return file;
}

/** The digest of a store in which nothing is missing. */
export function digestOf(folder: string): string {
  const store = SweepStore.open(folder);
  const { missing, failed } = store.status();
  if (missing + failed > 0) throw new Error(`${missing} missing, ${failed} failed`);
  return store.digest();
}

/** Waits until `condition` holds. */
export async function until(condition: () => boolean, ms = 60_000): Promise<void> {
  const end = performance.now() + ms;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not so after ${ms} ms: ${condition}`);
    await setTimeout(20);
  }
}

/** Rows in a store, 0 where there is none yet. */
export function rowsIn(folder: string): number {
  if (!fs.existsSync(path.join(folder, "plan.ndjson"))) return 0;
  const { done, failed } = SweepStore.open(folder).status();
  return done + failed;
}
