/**
 * Hands cells to Slurm as one array of jobs and returns at once. The store alone says what is done:
 * Slurm has been seen to forget arrays, and `resume` submits what is missing.
 */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { checkInteger, checkKeys } from "../../base/check.ts";
import { impossible, invalid, refused } from "../../base/messages.ts";
import { readIfThere } from "../store/files.ts";
import { sealed, visitLines } from "../store/lines.ts";
import type { CellTask } from "../sweep/cell.ts";
import { shellWord } from "../sweep/replay.ts";
import { keysOfShare, refuseStopRule } from "../sweep/shares.ts";
import { SweepStore } from "../sweep/sweepStore.ts";
import type { Executor, Work } from "./executor.ts";

/** Options of {@link slurm}. */
export interface SlurmOptions {
  /** Tasks of the array, each with a share of the cells. Default: one a cell, 50 at most. */
  readonly tasks?: number;
  /** Tasks that may run at the same time; 0: as many as Slurm likes. Default 0. */
  readonly throttle?: number;
  /** Threads of a task. Default 1. */
  readonly workers?: number;
  /** Further arguments of sbatch: `["--partition=short", "--time=1:00:00"]`. */
  readonly sbatch?: readonly string[];
}

/** An array that was submitted. */
export interface SlurmJob {
  readonly job: string;
  readonly tasks: readonly number[];
  readonly of: number;
}

const JOBS = "slurm.ndjson";
const DEFAULT_TASKS = 50;
/** Seconds before the end of its time at which a task is told to stop and keep what it has. */
const NOTICE_SECONDS = 30;

/** An executor that submits an array and leaves. */
export function slurm(options: SlurmOptions = {}): Executor {
  checkKeys("slurm", options, ["tasks", "throttle", "workers", "sbatch"]);
  const { tasks = DEFAULT_TASKS, throttle = 0, workers = 1, sbatch = [] } = options;
  checkInteger("tasks", tasks, 1, 1e6);
  checkInteger("throttle", throttle, 0, 1e6);
  checkInteger("workers", workers, 1, 1024);
  if (!Array.isArray(sbatch)) throw invalid("sbatch", sbatch, "a list of arguments");
  const checked = { tasks, throttle, workers, sbatch };
  return {
    name: "slurm",
    delivery: "detached",
    run: async (work) => submit(work, checked),
  };
}

function submit(work: Work, options: Required<SlurmOptions>): void {
  const { folder, cells } = work;
  if (folder === undefined) {
    throw impossible("executor", "slurm", "its tasks need a store in a folder they share");
  }
  const store = SweepStore.open(folder);
  refuseStopRule(store);
  const of = Math.min(options.tasks, new Set(cells.map(({ key }) => key)).size, maxArraySize());
  const tasks = tasksWithWork(store, cells, of);
  fs.mkdirSync(path.join(folder, "log"), { recursive: true });
  const throttle = options.throttle === 0 ? "" : `%${options.throttle}`;
  const job = command("sbatch", [
    "--parsable",
    "--job-name=shootdown",
    `--array=${tasks.join(",")}${throttle}`,
    `--cpus-per-task=${options.workers}`,
    `--signal=B:TERM@${NOTICE_SECONDS}`,
    `--output=${path.resolve(folder, "log", "%A_%a.log")}`,
    ...options.sbatch,
    `--wrap=${taskCommand(folder, of, options.workers, work)}`,
  ]);
  const record: SlurmJob = { job: job.split(";")[0]!, tasks, of };
  fs.appendFileSync(path.join(folder, JOBS), sealed(JSON.stringify(record)));
}

/** The tasks whose share has a missing cell. */
function tasksWithWork(store: SweepStore, cells: readonly CellTask[], of: number): number[] {
  return Array.from({ length: of }, (_, index) => index).filter((index) => {
    const keys = keysOfShare(store.plan.cells, { index, of });
    return cells.some(({ key }) => keys.has(key));
  });
}

/** `exec`: the signal of Slurm then reaches the process that computes. */
function taskCommand(folder: string, of: number, workers: number, { limits }: Work): string {
  const cli = fileURLToPath(new URL("../../../kernel/cli.js", import.meta.url));
  const words = [
    ...[process.execPath, cli, "cell", "--quiet", "--store", path.resolve(folder)],
    ...["--workers", `${workers}`, "--timeout", `${limits.timeoutMs}`],
    ...["--memory", `${limits.memoryMb}`, "--attempts", `${limits.attempts}`],
  ];
  return `exec ${words.map(shellWord).join(" ")} --share $SLURM_ARRAY_TASK_ID/${of}`;
}

/** Largest array that the site accepts. */
function maxArraySize(): number {
  const found = /^MaxArraySize\s*=\s*(\d+)/m.exec(command("scontrol", ["show", "config"]));
  return found === null ? 1_000 : Math.max(1, Number(found[1]) - 1);
}

/** The arrays that were submitted for a folder. */
export function slurmJobs(folder: string): readonly SlurmJob[] {
  const jobs: SlurmJob[] = [];
  visitLines(readIfThere(path.join(folder, JOBS)) ?? Buffer.alloc(0), 0, {
    good: (json) => jobs.push(JSON.parse(json) as SlurmJob),
    bad: () => undefined,
  });
  return jobs;
}

/** Tasks of a folder that Slurm has in its queue, running or not; 0 when it cannot be asked. */
export function slurmTasksQueued(folder: string): number {
  const jobs = slurmJobs(folder).map(({ job }) => job);
  if (jobs.length === 0) return 0;
  const args = ["--noheader", "--array", "--format=%i", `--jobs=${jobs.join(",")}`];
  const { status, stdout } = spawnSync("squeue", args, { encoding: "utf8" });
  return status === 0 ? stdout.split("\n").filter((line) => line.trim() !== "").length : 0;
}

/** Takes the arrays of a folder out of the queue and ends their tasks. */
export function cancelSlurm(folder: string): void {
  const jobs = slurmJobs(folder).map(({ job }) => job);
  // Jobs that have ended are not known any more, which is no error.
  if (jobs.length > 0) spawnSync("scancel", ["--quiet", ...jobs]);
}

/** What a command of Slurm prints. Throws SD011 where there is no Slurm, or it refuses. */
function command(name: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(name, args, { encoding: "utf8" });
  if (error !== undefined) throw refused(name, error.message, "Slurm is not installed here");
  if (status !== 0) throw refused(name, stderr.trim(), "Slurm does not take it");
  return stdout.trim();
}
