/** Where results come from: the program, the machine, the time. Never part of a result's bytes. */
import { spawnSync } from "node:child_process";
import { hash } from "node:crypto";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";

/** The block in front of every segment and in `sweep.json`. */
export interface Provenance {
  /** Version of this package. */
  readonly version: string;
  /** Commit of the checkout, with `+` where files differ from it; null outside of one. */
  readonly commit: string | null;
  /** SHA-256 of the lock file, 16 digits; null where there is none. */
  readonly lockfile: string | null;
  readonly node: string;
  readonly v8: string;
  /** `linux-x64` */
  readonly platform: string;
  /** First 8 digits of the SHA-256 of the host name. */
  readonly host: string;
  readonly pid: number;
  /** What computes: `threads`, `in-process`, `bullmq`, `share`. */
  readonly executor: string;
  /** ISO 8601, UTC. */
  readonly started: string;
  /** Of a compacted segment: the blocks of those that it replaces. */
  readonly origins?: readonly unknown[];
}

/** The block for what this process is about to compute. */
export function provenance(executor: string): Provenance {
  return {
    ...program(),
    node: process.versions.node,
    v8: process.versions.v8,
    platform: `${process.platform}-${process.arch}`,
    host: hostDigest(),
    pid: process.pid,
    executor,
    started: new Date().toISOString(),
  };
}

/** `0.1.0`, or `0.1.0 (5beb9efd4d48)` from a checkout; each once, in order of the text. */
export function versionsIn(blocks: readonly Provenance[]): readonly string[] {
  const all = blocks.flatMap((block) => [block, ...((block.origins ?? []) as Provenance[])]);
  // A compaction computes nothing.
  const computing = all.filter(({ origins }) => origins === undefined);
  const names = computing.map(({ version, commit }) =>
    commit === null ? version : `${version} (${commit})`,
  );
  return [...new Set(names)].sort();
}

/** The host in file names and headers: tells hosts apart without naming them. */
export function hostDigest(): string {
  return hash("sha256", os.hostname(), "hex").slice(0, 8);
}

type ProgramBlock = Pick<Provenance, "version" | "commit" | "lockfile">;

let known: ProgramBlock | undefined;

function program(): ProgramBlock {
  known ??= readProgram();
  return known;
}

function readProgram(): ProgramBlock {
  const file = createRequire(import.meta.url).resolve("shootdown/package.json");
  const root = path.dirname(fs.realpathSync(file));
  const { version } = JSON.parse(fs.readFileSync(file, "utf8")) as { version: string };
  return { version, commit: commitOf(root), lockfile: digestOf(path.join(root, LOCKFILE)) };
}

const LOCKFILE = "package-lock.json";

function commitOf(root: string): string | null {
  if (!fs.existsSync(path.join(root, ".git"))) return null;
  const commit = git(root, "rev-parse", "--short=12", "HEAD");
  if (commit === undefined) return null;
  return `${commit}${git(root, "status", "--porcelain", "-uno") === "" ? "" : "+"}`;
}

function git(root: string, ...args: readonly string[]): string | undefined {
  const options = { cwd: root, encoding: "utf8", timeout: 2_000 } as const;
  const { status, stdout } = spawnSync("git", ["--no-optional-locks", ...args], options);
  return status === 0 ? stdout.trim() : undefined;
}

function digestOf(file: string): string | null {
  if (!fs.existsSync(file)) return null;
  return hash("sha256", fs.readFileSync(file), "hex").slice(0, 16);
}
