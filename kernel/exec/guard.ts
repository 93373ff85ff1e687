/**
 * The guard thread of a cell process. It reads the interrupt pipe, whatever the cells do, and
 * climbs the ladder: flag and signal at once, termination when the cell still runs 150 ms later. It
 * also ends the process when its owner is gone: a cell in an endless loop never learns that its
 * pipes are closed.
 */
import { Session } from "node:inspector";
import net from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import { byRequest, byTimeout, Control, type Reason } from "./control.ts";
import type { GuardData, GuardNotice, Limit } from "./guardMessages.ts";
import { LineReader } from "./lines.ts";
import { type InterruptCommand, interruptDescriptor, terminateAfterMs } from "./messages.ts";

const { memory, owner } = workerData as GuardData;
const control = new Control(memory);

const ownerCheckMs = 1_000;
/** Between two looks at a cell that is to end. */
const watchMs = 10;
const noticeMs = 50;

setInterval(() => {
  if (process.ppid !== owner) process.kill(process.pid, "SIGKILL");
}, ownerCheckMs);

parentPort?.on("message", ({ run, ms }: Limit) => {
  setTimeout(() => interrupt(run, byTimeout), ms).unref();
});

readInterrupts();

/** A process that was started without the pipe cannot be interrupted past its cells. */
function readInterrupts(): void {
  const lines = new LineReader((line) => {
    const { run } = JSON.parse(line) as InterruptCommand;
    interrupt(run, byRequest);
  });
  try {
    const pipe = new net.Socket({ fd: interruptDescriptor, readable: true, writable: false });
    pipe.setEncoding("utf8").on("data", (text: string) => lines.push(text));
    pipe.on("error", () => undefined);
  } catch {
    // No such descriptor.
  }
}

function interrupt(run: number, reason: Reason): void {
  if (!control.isDue(run)) return;
  control.want(run, reason);
  notify({ kind: "interrupt", run });
  let beats = control.beats;
  let stillSinceMs = performance.now();
  const watch = setInterval(() => {
    if (!control.isDue(run)) return clearInterval(watch);
    if (control.beats !== beats) stillSinceMs = performance.now();
    beats = control.beats;
    const isStuck = performance.now() - stillSinceMs >= terminateAfterMs;
    // Not while the kernel is at work: then again a little later.
    if (!isStuck || !control.claim()) return;
    // And once more, should the cell have left something behind that gets stuck.
    stillSinceMs = performance.now();
    terminate(run);
  }, watchMs);
}

/** One at a time: V8 refuses a second one as long as the first is under way. */
function terminate(run: number): void {
  const session = new Session();
  session.connectToMainThread();
  session.post("Runtime.terminateExecution", (refusal) => {
    // A session that is connected holds the process back when it leaves.
    session.disconnect();
    control.release();
    if (refusal === null) tellUntilHeard(run);
  });
  control.asked();
}

/** What the main thread was about to hear is lost with what it was doing, so it is said again. */
function tellUntilHeard(run: number): void {
  notify({ kind: "terminated", run });
  setTimeout(() => {
    if (!control.hasHeard(run)) tellUntilHeard(run);
  }, noticeMs);
}

function notify(notice: GuardNotice): void {
  parentPort?.postMessage(notice);
}
