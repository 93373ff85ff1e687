/** Node binaries of other major versions, from the npm registry. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

/** Longest time for fetching a binary, ms. */
const INSTALL_MS = 60_000;

/** The path of a binary, or why there is none. */
export type NodeBinary =
  | { readonly path: string; readonly missing?: undefined }
  | { readonly path?: undefined; readonly missing: string };

/** A Node of the given major version, fetched once into the folder for temporary files. */
export function nodeBinary(major: number): NodeBinary {
  const kept = join(tmpdir(), `shootdown-node-${major}-${process.arch}`);
  const problem = existsSync(kept) ? undefined : fetchNode(major, kept);
  if (problem !== undefined) return { missing: problem };
  const path = join(kept, "node_modules", packageName(), binaryName());
  const { stdout } = spawnSync(path, ["--version"], { encoding: "utf8" });
  if (stdout?.startsWith(`v${major}.`)) return { path };
  return { missing: `${path} is no Node ${major}` };
}

/** Installs into a folder beside the final one, so that nobody finds half a binary. */
function fetchNode(major: number, kept: string): string | undefined {
  const folder = mkdtempSync(`${kept}-`);
  const what = `${packageName()}@${major}`;
  const options = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"];
  const { status, error } = npm([
    "install",
    ...options,
    "--fetch-retries=0",
    "--prefix",
    folder,
    what,
  ]);
  if (status === 0 && !existsSync(kept)) renameSync(folder, kept);
  else rmSync(folder, { recursive: true, force: true });
  if (status === 0) return undefined;
  return `${what} could not be installed (${error?.message ?? `npm ended with ${status}`})`;
}

function npm(args: readonly string[]) {
  const options = { timeout: INSTALL_MS, encoding: "utf8" } as const;
  const running = process.env.npm_execpath ?? "";
  if (basename(running) === "npm-cli.js") {
    return spawnSync(process.execPath, [running, ...args], options);
  }
  return spawnSync("npm", args, { ...options, shell: process.platform === "win32" });
}

function packageName(): string {
  return `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
}

function binaryName(): string {
  return process.platform === "win32" ? "bin/node.exe" : "bin/node";
}
