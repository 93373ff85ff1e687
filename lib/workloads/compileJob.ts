/** One job of a parallel build: processes that are started, sleep, may be moved, and end. */
import { mmUsers } from "../mm/archVariables.ts";
import { switchToIdle, switchToUser } from "../mm/contextSwitch.ts";
import type { Environment } from "../mm/environment.ts";
import { exitMm } from "../mm/exitMmap.ts";
import { mmdrop } from "../mm/mmdrop.ts";
import { arrivingMm, jobsLeft, laterDropMm } from "../mm/schedVariables.ts";
import { mmCount, NO_MM } from "../mm/variables.ts";
import type { Builder } from "../steps/builder.ts";
import { of, own, program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";

/** What a job is like; times are means, shares in parts of {@link PARTS}. */
export interface JobOptions {
  /** User time before, between and after the sleeps of a process. */
  readonly userNs: number;
  readonly sleepNs: number;
  readonly moved: number;
  readonly droppedLater: number;
}

/** Shares are drawn in parts of a million. */
export const PARTS = 1_000_000;

/** What a process has mapped when it ends: 8 MB under a few tables. Assumed; it takes time only. */
const SIZE = { pages: 2_000, tables: 10 } as const;

/** How long a job that is done waits before it looks again for what others hand to it. */
const DRAIN_NS = 100_000;

const params = ["shell", "first", "last", "sleeps", "neighbour"];
const source = "make -j, kernel/fork.c, fs/exec.c exec_mmap(), kernel/exit.c";

/** The shell of a job runs on its CPU: parameters of {@link compileJob}. */
export function jobStarts(env: Environment): Program {
  return program("shell_starts", { params, source }, (k) => {
    k.add(of(mmUsers, "shell"), 1, undefined, "relaxed");
    k.include(switchToUser(env), { next: "shell" });
  });
}

/**
 * Parameters: `shell` (its address space), `first` and `last` (those of its processes, the last one
 * excluded), `sleeps` of each, and `neighbour`, the CPU that is handed threads and references.
 */
export function compileJob(env: Environment, options: JobOptions): Program {
  return program("compile_job", { params, source }, (k) => {
    k.set("mm", "first");
    k.while("mm", "<", "last", () => {
      startProcess(k, env);
      runAndSleep(k, env, options);
      k.set("leaves", 0);
      moveAway(k, env, options);
      k.if("leaves", "==", 0, () => {
        endProcess(k, env, options);
      });
      takeIn(k, env, options);
      k.include(switchToUser(env), { next: "shell" });
      k.compute("mm", "mm", "+", 1);
    });
    drain(k, env, options);
  });
}

/** vfork, then `exec_mmap()`: the child gets an address space on this CPU. */
function startProcess(k: Builder, env: Environment): void {
  k.work("syscall");
  k.store(of(mmUsers, "mm"), 1);
  k.include(switchToUser(env), { next: "mm" });
}

function runAndSleep(k: Builder, env: Environment, options: JobOptions): void {
  k.set("sleeps_left", "sleeps");
  passTime(k, options.userNs);
  k.while("sleeps_left", ">", 0, () => {
    k.include(switchToIdle(env));
    passTime(k, options.sleepNs);
    k.include(switchToUser(env), { next: "mm" });
    passTime(k, options.userNs);
    k.compute("sleeps_left", "sleeps_left", "-", 1);
  });
}

/** The balancer takes the thread to the neighbour; this CPU idles with what it has loaded. */
function moveAway(k: Builder, env: Environment, { moved }: JobOptions): void {
  k.pick("drawn", PARTS);
  k.load("arriving", of(arrivingMm, "neighbour"));
  k.if("arriving", "==", NO_MM, () =>
    k.if("drawn", "<", moved, () => {
      k.include(switchToIdle(env));
      k.store(of(arrivingMm, "neighbour"), "mm", "release");
      k.set("leaves", 1);
      k.tally("moved");
    }),
  );
}

/** The process ends here; somebody on the neighbour may have a reference and drop it later. */
function endProcess(k: Builder, env: Environment, { droppedLater }: JobOptions): void {
  k.pick("drawn", PARTS);
  k.load("held", of(laterDropMm, "neighbour"));
  k.if("held", "!=", NO_MM, () => k.set("drawn", PARTS));
  k.if("drawn", "<", droppedLater, () => k.add(of(mmCount, "mm"), 1));
  k.include(exitMm(env), { mm: "mm", ...SIZE });
  k.if("drawn", "<", droppedLater, () => {
    k.store(of(laterDropMm, "neighbour"), "mm", "release");
    k.tally("dropped_later");
  });
  k.tally("operations");
}

/** What others have handed to this CPU: a thread that goes on and ends here, a reference. */
function takeIn(k: Builder, env: Environment, { userNs }: JobOptions): void {
  k.load("arrived", own(arrivingMm), "acquire");
  k.if("arrived", "!=", NO_MM, () => {
    k.include(switchToUser(env), { next: "arrived" });
    passTime(k, userNs);
    k.include(exitMm(env), { mm: "arrived", ...SIZE });
    k.tally("operations");
    k.store(own(arrivingMm), NO_MM);
  });
  k.load("later", own(laterDropMm), "acquire");
  k.if("later", "!=", NO_MM, () => {
    k.include(mmdrop(env), { mm: "later" });
    k.store(own(laterDropMm), NO_MM);
  });
}

/** Waits, with the shell asleep, until nobody can hand over anything more. */
function drain(k: Builder, env: Environment, options: JobOptions): void {
  k.include(switchToIdle(env));
  k.add(own(jobsLeft), -1, "left");
  k.while("left", ">", 0, () => {
    k.pause({ kind: "fixed", ns: DRAIN_NS });
    k.load("left", own(jobsLeft), "acquire");
    takeIn(k, env, options);
  });
}

function passTime(k: Builder, meanNs: number): void {
  if (meanNs > 0) k.pause({ kind: "exponential", meanNs });
}
