/** The built package, for tests that start processes and threads: Node 20 runs no TypeScript. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

/** The root of the repository. */
export const root: string = path.resolve(import.meta.dirname, "../..");

/** `SHOOTDOWN_BUILD` names a finished build to test instead, such as that of a package. */
const finished = process.env.SHOOTDOWN_BUILD;

/** The folder of the build under test. */
export const dist: string = finished ?? path.join(root, "dist");

const stamp = path.join(root, "dist/.kernel-tests");
const lock = path.join(root, "dist/.kernel-tests.lock");
const lockIsStaleMs = 90_000;
let isBuilt = finished !== undefined;

/** Builds once when a source is newer than the last build; test files wait for one another. */
export function buildKernel(): void {
  if (isBuilt) return;
  isBuilt = true;
  fs.mkdirSync(path.dirname(stamp), { recursive: true });
  while (!taken()) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  try {
    if (newestSourceMs() <= builtMs()) return;
    const started = new Date();
    const compiler = path.join(root, "node_modules/typescript/bin/tsc");
    // Type errors are reported by the type check; what is emitted in spite of them can be tested.
    spawnSync(process.execPath, [compiler, "-p", "tsconfig.build.json"], { cwd: root });
    fs.writeFileSync(stamp, "");
    fs.utimesSync(stamp, started, started);
  } finally {
    fs.rmdirSync(lock);
  }
}

/** The build under test, up to date. */
export function builtFolder(): string {
  buildKernel();
  return dist;
}

/** The command line in it. */
export function cliFile(): string {
  return path.join(builtFolder(), "kernel/cli.js");
}

/** A built module; `file` is its source under the root, such as `kernel/report/run.ts`. */
export async function built<Module>(file: string): Promise<Module> {
  const url = pathToFileURL(path.join(builtFolder(), file.replace(/\.ts$/, ".js")));
  return (await import(/* @vite-ignore */ url.href)) as Module;
}

/** When dist was up to date: by these tests, or by `npm run build`, which both say so. */
function builtMs(): number {
  return Math.max(modifiedMs(stamp), modifiedMs(path.join(root, "dist/.tsbuildinfo")));
}

function taken(): boolean {
  try {
    fs.mkdirSync(lock);
    return true;
  } catch {
    if (Date.now() - modifiedMs(lock) > lockIsStaleMs) fs.rmSync(lock, { recursive: true });
    return false;
  }
}

function newestSourceMs(): number {
  const files = ["kernel", "lib"].flatMap((folder) =>
    fs
      .readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
      .flatMap((file) => (file.endsWith(".ts") ? [path.join(root, folder, file)] : [])),
  );
  return Math.max(...files.map(modifiedMs));
}

function modifiedMs(file: string): number {
  return fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
