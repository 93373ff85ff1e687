/**
 * The cell process: reads commands, runs cells, writes events. It is started by `CellProcess` with
 * its pipes on two descriptors of their own, so that nothing a cell prints can be taken for an
 * event. Events are written synchronously: what a cell has put out is out, whatever kills it next.
 */
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { notebookFailed } from "../../lib/base/messages.ts";
import { LineReader } from "./lines.ts";
import {
  type CellCommand,
  type CellEvent,
  type CellOutput,
  commandDescriptor,
  type ExecuteCommand,
  eventDescriptor,
} from "./messages.ts";
import { CellSession, type CellStatus } from "./session.ts";
import { captureStreams, StreamCollector } from "./streams.ts";

const notebookDir = process.cwd();
const session = new CellSession(
  { notebookDir, projectRoot: projectRootOf(notebookDir) },
  (output) => put(output),
);
const streams = new StreamCollector((name, text) => {
  send({ kind: "stream", cell: session.cell, name, text });
});
const exit = process.exit.bind(process);
let queue: Promise<unknown> = Promise.resolve();
/** Takes what was thrown where no cell can catch it: in a timer, in a promise nobody awaits. */
let takeStray: (thrown: unknown) => void = () => undefined;

captureStreams(streams);
guardProcess();
new Worker(new URL("./lifeline.js", import.meta.url), { workerData: process.ppid }).unref();
readCommands();

/** Cells run one after the other, however early their commands arrive. */
function readCommands(): void {
  const lines = new LineReader((line) => {
    const command = JSON.parse(line) as CellCommand;
    if (command.kind === "execute") queue = queue.then(() => execute(command));
  });
  const pipe = new net.Socket({ fd: commandDescriptor, readable: true, writable: false });
  pipe.setEncoding("utf8");
  pipe.on("data", (text: string) => lines.push(text));
  pipe.on("close", () => exit(0));
}

/** A stray error ends the cell too: it may be the reason why the cell would wait for ever. */
async function execute({ run, cell, code }: ExecuteCommand): Promise<void> {
  let status: CellStatus = "ok";
  const stray = new Promise<void>((resolve) => {
    takeStray = (thrown) => {
      status = "error";
      put({ kind: "error", cell, ...session.describe(thrown) });
      resolve();
    };
  });
  const executed = session.execute(cell, code).then((ended) => {
    if (ended === "error") status = ended;
  });
  await Promise.race([executed, stray]);
  // Callbacks that are due, such as those of process.nextTick, belong to this cell.
  await new Promise((resolve) => setImmediate(resolve));
  streams.flush();
  send({ kind: "done", run, cell, status });
}

function put(output: CellOutput): void {
  streams.flush();
  send(output);
}

function send(event: CellEvent): void {
  const bytes = Buffer.from(`${JSON.stringify(event)}\n`);
  for (let sent = 0; sent < bytes.length; ) {
    sent += fs.writeSync(eventDescriptor, bytes, sent);
  }
}

/** What would end or disturb this process becomes an error of the cell, or text on its stderr. */
function guardProcess(): void {
  process.on("uncaughtException", (thrown) => takeStray(thrown));
  process.on("unhandledRejection", (thrown) => takeStray(thrown));
  // The pid in Node's own warnings would differ on each run.
  process.on("warning", ({ name, message }) => {
    if (name !== "ExperimentalWarning") streams.write("stderr", `${name}: ${message}\n`);
  });
  // An interrupt from the terminal reaches the owner too, who decides.
  process.on("SIGINT", () => undefined);
  process.exit = (code): never => {
    throw notebookFailed("process.exit", `a cell may not end its process (code ${code ?? 0})`);
  };
}

/** The nearest folder above with a package.json, else the folder itself. */
function projectRootOf(folder: string): string {
  for (let above = folder; ; above = path.dirname(above)) {
    if (fs.existsSync(path.join(above, "package.json"))) return above;
    if (path.dirname(above) === above) return folder;
  }
}
