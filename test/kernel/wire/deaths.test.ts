import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { freePorts, localConnection } from "../../../kernel/wire/connection.ts";
import { dist } from "../build.ts";
import { testFolder } from "../notebooks.ts";
import { execute, lastValue, printed, startKernel, type TestKernel, typesOf } from "./kernels.ts";

let kernel: TestKernel;

beforeAll(async () => {
  // Little memory is soon full.
  vi.stubEnv("NODE_OPTIONS", "--max-old-space-size=300");
  kernel = await startKernel("deaths");
});

/** States that belong to no request, from now on. */
function ownStates(): string[] {
  const states: string[] = [];
  kernel.client.onMessage = ({ content, parent }) => {
    const isOwn = Object.keys(parent).length === 0;
    if (isOwn && content.execution_state !== undefined) states.push(`${content.execution_state}`);
  };
  return states;
}

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
};

const alive = (pid: number): boolean => fs.existsSync(`/proc/${pid}`);

describe("a cell that ends its process", () => {
  it("is an error that says so; what waits is ended, and the kernel goes on", async () => {
    await execute(kernel, "let kept = 1");
    const states = ownStates();
    const dying = execute(kernel, 'console.log("last words"); process.abort();');
    const waiting = execute(kernel, "1");
    const ran = await dying;
    expect(printed(ran)).toBe("last words\n");
    expect(typesOf(ran)).toMatch(/^busy execute_input (stream )+error idle$/);
    expect(ran.content.evalue).toMatch(/^SD013: cell process: (was killed by SIGABRT|died)/);
    expect((ran.content.traceback as string[]).join()).toContain("variables of earlier cells are");
    expect((await waiting).content.status).toBe("aborted");
    await until(() => states.length === 3);
    expect(states).toEqual(["restarting", "starting", "idle"]);
    expect((await execute(kernel, "kept")).content).toMatchObject({ ename: "TypeScriptError" });
    expect(lastValue(await execute(kernel, "1 + 1"))).toBe("2");
  });

  it("by filling the memory is told how to get more", async () => {
    const hoard = "const all: unknown[] = []; while (true) all.push(new Array(10_000).fill(0.5))";
    const { content } = await execute(kernel, hoard);
    expect(content.evalue).toMatch(/died: .*heap/i);
    expect((content.traceback as string[]).join()).toContain("--max-old-space-size");
    expect(lastValue(await execute(kernel, "2 + 2"))).toBe("4");
  });

  it("by process.exit is stopped before", async () => {
    const { content } = await execute(kernel, "let survivor = 5; process.exit(3)");
    expect(content.evalue).toContain("a cell may not end its process");
    expect(lastValue(await execute(kernel, "survivor"))).toBe("5");
  });

  it("is told apart from a kernel that is gone", async () => {
    const other = await startKernel("gone");
    process.kill(other.pid, "SIGKILL");
    expect((await other.ended).message).toBe("SD013: kernel process: was killed by SIGKILL");
  });
});

describe("nothing is left", () => {
  const folder = testFolder("orphan");
  const pids: number[] = [];
  afterAll(() => {
    for (const pid of pids.filter(alive)) process.kill(pid, "SIGKILL");
  });

  it("of a kernel whose starter dies", async () => {
    const file = path.join(folder, "connection.json");
    fs.writeFileSync(file, JSON.stringify(await localConnection(folder)));
    const starter = spawn(
      "sh",
      [
        "-c",
        `"$0" "$1" kernel -f "$2" & echo $!; wait`,
        process.execPath,
        path.join(dist, "kernel/cli.js"),
        file,
      ],
      {
        env: { ...process.env, JPY_PARENT_PID: String(process.pid) },
        stdio: ["ignore", "pipe", "ignore"],
      },
    );
    const wire = Number(await new Promise((resolve) => starter.stdout.once("data", resolve)));
    pids.push(wire);
    await until(() => childrenOf(wire).length > 0);
    const [cells] = childrenOf(wire);
    pids.push(cells!);
    starter.kill("SIGKILL");
    await until(() => !alive(wire) && !alive(cells!));
  });

  it("of the cell process when the wire process is killed", async () => {
    const other = await startKernel("killed");
    const [cells] = childrenOf(other.pid);
    void execute(other, "while (true) {}");
    await new Promise((resolve) => setTimeout(resolve, 300));
    process.kill(other.pid, "SIGKILL");
    await until(() => !alive(cells!));
  });
});

describe("a kernel that cannot listen", () => {
  it("says why, and leaves nothing behind", async () => {
    const folder = testFolder("taken");
    const [hb_port, shell_port, control_port, iopub_port, stdin_port] = await freePorts(
      "127.0.0.1",
      5,
    );
    const ports = { hb_port, shell_port, control_port, iopub_port, stdin_port };
    const taken = net.createServer();
    await new Promise<void>((resolve) => taken.listen(stdin_port, "127.0.0.1", resolve));
    const file = path.join(folder, "connection.json");
    fs.writeFileSync(file, JSON.stringify({ ip: "127.0.0.1", ...ports }));
    const command = [path.join(dist, "kernel/cli.js"), "kernel", "-f", file];
    const kernel = spawn(process.execPath, command, { stdio: ["ignore", "ignore", "pipe"] });
    const words: string[] = [];
    kernel.stderr.on("data", (text) => words.push(String(text)));
    const code = await new Promise((resolve) => kernel.once("exit", resolve));
    taken.close();
    expect(code).toBe(3);
    expect(words.join("")).toContain(`SD011: address refused: "tcp://127.0.0.1:${stdin_port}"`);
  });
});

describe("the sockets of a kernel", () => {
  it("are those of its connection, and no other", async () => {
    const before = socketsOf(kernel.pid);
    expect(before.listening).toHaveLength(5);
    for (const address of before.listening) expect(address).toContain(kernel.connection.ip);
    const [cells] = childrenOf(kernel.pid);
    expect(socketsOf(cells!).listening).toEqual([]);
    const code = 'import * as vega from "vega"; import * as aq from "arquero";';
    await execute(kernel, code);
    expect(socketsOf(kernel.pid).listening).toEqual(before.listening);
    expect(socketsOf(cells!)).toEqual({ listening: [], tcp: 0 });
    expect(before.tcp).toBe(0);
  });
});

function childrenOf(pid: number): number[] {
  const text = execFileSync("sh", ["-c", `cat /proc/${pid}/task/*/children 2>/dev/null || true`]);
  return text.toString().trim().split(/\s+/).filter(Boolean).map(Number);
}

/** Unix sockets on which the process listens, and the number of its TCP and UDP sockets. */
function socketsOf(pid: number): { listening: string[]; tcp: number } {
  const inodes = new Set(
    fs.readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        const link = fs.readlinkSync(`/proc/${pid}/fd/${fd}`);
        return /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  const rows = (name: string): string[][] => {
    const lines = fs.readFileSync(`/proc/${pid}/net/${name}`, "utf8").trim().split("\n").slice(1);
    return lines.map((line) => line.trim().split(/\s+/));
  };
  // Column 3 are the flags: 00010000 listens. Column 6 is the inode, column 7 the path.
  const unix = rows("unix").filter((row) => row[3] === "00010000" && inodes.has(row[6] ?? ""));
  const internet = ["tcp", "tcp6", "udp", "udp6"].flatMap(rows);
  return {
    listening: unix.map((row) => row[7] ?? ""),
    tcp: internet.filter((row) => inodes.has(row[9] ?? "")).length,
  };
}
