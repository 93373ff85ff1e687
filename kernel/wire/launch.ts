/** A kernel of one's own: a process, started in a folder, and a client connected to it. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { notebookFailed, type ShootdownError } from "../../lib/base/messages.ts";
import { KernelClient } from "./client.ts";
import { type ConnectionInfo, localConnection } from "./connection.ts";
import type { Message } from "./message.ts";

/** A running kernel. */
export interface LaunchedKernel {
  readonly client: KernelClient;
  readonly connection: ConnectionInfo;
  /** Resolves to `kernel_info_reply` when the kernel answers; never, when it ends before. */
  readonly ready: Promise<Message>;
  /** Pid of the wire process. */
  readonly pid: number;
  /** Resolves when the kernel process is gone, with why. */
  readonly ended: Promise<ShootdownError>;
  /** Ends it at once, whatever it does. */
  kill(): void;
  /** Shuts it down as a front end would; one that does not leave is killed. */
  close(): Promise<void>;
}

/** Starts a kernel whose cells run in `folder`. Its sockets live in a private folder. */
export async function launchKernel(
  folder: string,
  connect: (folder: string) => Promise<ConnectionInfo> = localConnection,
): Promise<LaunchedKernel> {
  const runtime = await mkdtemp(path.join(os.tmpdir(), "shootdown-"));
  const connection = await connect(runtime);
  const file = path.join(runtime, "connection.json");
  await writeFile(file, JSON.stringify(connection), { mode: 0o600 });
  const child = spawn(process.execPath, [command, "kernel", "--connection-file", file], {
    cwd: folder,
    // In a group of its own: Ctrl-C in the terminal is for whoever launched it.
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, JPY_PARENT_PID: String(process.pid) },
  });
  const client = new KernelClient(connection);
  const ended = endOf(child).finally(() => {
    client.close();
    return rm(runtime, { recursive: true, force: true });
  });
  return {
    client,
    connection,
    ready: client.ready(),
    pid: child.pid ?? 0,
    ended,
    kill: () => killGroup(child),
    async close() {
      void client.request("control", "shutdown_request", { restart: false });
      const left = await Promise.race([ended, setTimeout(closeMs, undefined, { ref: false })]);
      if (left === undefined) killGroup(child);
      await ended;
    },
  };
}

/** The wire process with its cell process. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(process.platform === "win32" ? child.pid : -child.pid, "SIGKILL");
  } catch {
    // It has gone by itself meanwhile.
  }
}

/** Why the process ended; what it said last explains it best. */
function endOf(child: ChildProcess): Promise<ShootdownError> {
  let words = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    words = (words + text).slice(-2_000);
  });
  return new Promise((resolve) => {
    const end = (how: string): void => {
      resolve(notebookFailed("kernel process", [how, words.trim()].filter(Boolean).join(": ")));
    };
    child.once("error", (error) => end(String(error)));
    child.once("exit", (code, signal) => {
      end(signal === null ? `ended with exit code ${code}` : `was killed by ${signal}`);
    });
  });
}

const command = fileURLToPath(new URL("../cli.js", import.meta.url));

/** Time a kernel has to leave when it is asked to. */
const closeMs = 4_000;
