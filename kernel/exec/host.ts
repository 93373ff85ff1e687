/**
 * The cell process: reads commands, runs cells, writes events. It is started by `CellProcess` with
 * its pipes on descriptors of their own, so that nothing a cell prints can be taken for an event.
 * Events are written synchronously: what a cell has put out is out, whatever kills it next.
 */
import fs from "node:fs";
import net from "node:net";
import { MessageChannel, Worker } from "node:worker_threads";
import { notebookFailed } from "../../lib/base/messages.ts";
import { forgetCodeCache, keepCompiledCode } from "../image/codeCache.ts";
import { compilerImage } from "../image/image.ts";
import { Control } from "./control.ts";
import type { GuardData, GuardNotice, Limit } from "./guardMessages.ts";
import { LineReader } from "./lines.ts";
import {
  type CellCommand,
  type CellEvent,
  commandDescriptor,
  eventDescriptor,
} from "./messages.ts";
import { projectRootOf } from "./projectRoot.ts";
import { CellRunner } from "./runner.ts";
import { CellSession } from "./session.ts";
import { captureStreams, StreamCollector } from "./streams.ts";
import { makeTimersTerminable } from "./timers.ts";

forgetCodeCache();
const exit = process.exit.bind(process);
const notebookDir = process.cwd();
const control = new Control();
/** Started with the first cell that runs: until then there is nothing to interrupt. */
let guard: Worker | undefined;
/** A termination may have left half a line. */
let lineIsBroken = false;
/** Text goes out as it comes; the owner, whom no cell can block, collects it for front ends. */
const streams = new StreamCollector((name, text) => {
  control.protect(() => write({ kind: "stream", cell: session.cell, name, text }));
}, 0);
const projectRoot = projectRootOf(notebookDir);
const session = new CellSession(
  { notebookDir, projectRoot },
  {
    sink: send,
    control,
    watch: watchCells,
    limit: (run, ms) => watchCells().postMessage({ run, ms } satisfies Limit),
  },
);
/** This process has one, or somebody makes one. */
let hasOfferedImage = compilerImage() !== undefined;
const timers = makeTimersTerminable(() => session.execution);
const runner = new CellRunner({ session, control, timers, send, soon: callSoon() });

captureStreams((name, chunk) => control.protect(() => streams.write(name, chunk)));
guardProcess();
readCommands();
send({ kind: "ready" });

function readCommands(): void {
  const lines = new LineReader((line) => runner.take(JSON.parse(line) as CellCommand));
  const pipe = new net.Socket({ fd: commandDescriptor, readable: true, writable: false });
  pipe.setEncoding("utf8");
  pipe.on("data", (text: string) => control.protect(() => lines.push(text)));
  pipe.on("close", () => exit(0));
}

function send(event: CellEvent): void {
  control.protect(() => {
    streams.flush();
    write(event);
  });
  if (event.kind === "done") offerImage();
}

/** After the first cell, when the user looks at its result: the next kernel starts faster. */
function offerImage(): void {
  if (hasOfferedImage) return;
  hasOfferedImage = true;
  // Loaded now: the first cell has not waited for it.
  void import("../image/make.ts").then(({ makeImageLater }) => makeImageLater(projectRoot));
  keepCompiledCode();
}

function write(event: CellEvent): void {
  const bytes = Buffer.from(`${lineIsBroken ? "\n" : ""}${JSON.stringify(event)}\n`);
  lineIsBroken = false;
  for (let sent = 0; sent < bytes.length; ) {
    sent += fs.writeSync(eventDescriptor, bytes, sent);
  }
}

function watchCells(): Worker {
  guard ??= startGuard();
  return guard;
}

function startGuard(): Worker {
  const workerData: GuardData = { memory: control.memory, owner: process.ppid };
  const worker = new Worker(new URL("./guard.js", import.meta.url), { workerData });
  worker.unref();
  worker.on("message", ({ kind, run }: GuardNotice) => {
    if (kind === "interrupt") {
      runner.interrupted(run);
    } else if (control.hear(run)) {
      lineIsBroken = true;
      runner.terminated(run);
    }
  });
  return worker;
}

/** Cells start from the message of a port: out of a timer, a termination would abort Node. */
function callSoon(): (callback: () => void) => void {
  const { port1, port2 } = new MessageChannel();
  const callbacks: (() => void)[] = [];
  port1.on("message", () => callbacks.shift()?.());
  port1.unref();
  return (callback) => {
    callbacks.push(callback);
    port2.postMessage(null);
  };
}

/** What would end or disturb this process becomes an error of the cell, or text on its stderr. */
function guardProcess(): void {
  process.on("uncaughtException", (thrown) => runner.stray(thrown));
  process.on("unhandledRejection", (thrown) => runner.stray(thrown));
  // The pid in Node's own warnings would differ on each run.
  process.on("warning", ({ name, message }) => {
    const text = `${name}: ${message}\n`;
    if (name !== "ExperimentalWarning") process.stderr.write(text);
  });
  // An interrupt from the terminal reaches the owner too, who decides.
  process.on("SIGINT", () => undefined);
  process.exit = (code): never => {
    throw notebookFailed("process.exit", `a cell may not end its process (code ${code ?? 0})`);
  };
}
