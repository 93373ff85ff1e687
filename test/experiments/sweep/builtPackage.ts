/** The compiled package, for tests that start processes and threads: Node 20 runs no TypeScript. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

/** The root of the repository. */
export const root: string = path.resolve(import.meta.dirname, "../../..");

const own = path.join(root, "out/build-for-sweeps");
const lockIsStaleMs = 90_000;
let folder: string | undefined;

/** The folder with `lib` and `kernel`: dist when it is up to date, else a build of our own. */
export function builtFolder(): string {
  folder ??= isNewerThanSources("dist/.tsbuildinfo") ? path.join(root, "dist") : ownBuild();
  return folder;
}

/** The command line. */
export function cliFile(): string {
  return path.join(builtFolder(), "kernel/cli.js");
}

/** A compiled module; `file` is its source under the root. */
export async function built<Module>(file: string): Promise<Module> {
  const url = pathToFileURL(path.join(builtFolder(), file.replace(/\.ts$/, ".js")));
  return (await import(/* @vite-ignore */ url.href)) as Module;
}

function ownBuild(): string {
  const lock = `${own}.lock`;
  fs.mkdirSync(own, { recursive: true });
  while (!taken(lock)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  try {
    if (!isNewerThanSources("out/build-for-sweeps/.stamp")) compile();
  } finally {
    fs.rmdirSync(lock);
  }
  return own;
}

/** Type errors are reported by the type check; what is emitted in spite of them can be tested. */
function compile(): void {
  const started = new Date();
  const info = path.join(own, ".tsbuildinfo");
  const compiler = path.join(root, "node_modules/typescript/bin/tsc");
  const args = [compiler, "-p", "tsconfig.build.json", "--outDir", own, "--tsBuildInfoFile", info];
  spawnSync(process.execPath, args, { cwd: root });
  fs.writeFileSync(path.join(own, ".stamp"), "");
  fs.utimesSync(path.join(own, ".stamp"), started, started);
}

function taken(lock: string): boolean {
  try {
    fs.mkdirSync(lock);
    return true;
  } catch {
    if (Date.now() - modifiedMs(lock) > lockIsStaleMs) fs.rmSync(lock, { recursive: true });
    return false;
  }
}

function isNewerThanSources(file: string): boolean {
  const sources = ["kernel", "lib"].flatMap((name) =>
    fs
      .readdirSync(path.join(root, name), { recursive: true, encoding: "utf8" })
      .filter((source) => source.endsWith(".ts"))
      .map((source) => path.join(root, name, source)),
  );
  return modifiedMs(path.join(root, file)) >= Math.max(...sources.map(modifiedMs));
}

function modifiedMs(file: string): number {
  return fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
