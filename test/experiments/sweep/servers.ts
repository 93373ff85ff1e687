/** Servers of Debian that tests start on free ports and end by their own handles. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { type Started, started, until } from "./processes.ts";

/** Why a test cannot run here; undefined where it can. */
export function missingPrograms(...names: readonly string[]): string | undefined {
  const missing = names.filter((name) => spawnSync("which", [name]).status !== 0);
  return missing.length === 0 ? undefined : `not installed: ${missing.join(", ")}`;
}

/** A Redis server with its data in a folder of its own. */
export class Redis {
  readonly url: string;
  readonly folder: string;
  private readonly port: number;
  private server: Started | undefined;

  private constructor(folder: string, port: number) {
    this.folder = folder;
    this.port = port;
    this.url = `redis://127.0.0.1:${port}`;
  }

  /** Starts one that forgets nothing that it has written, unless its data are lost. */
  static async start(folder: string): Promise<Redis> {
    const redis = new Redis(folder, await freePort());
    await redis.start();
    return redis;
  }

  async start(): Promise<void> {
    fs.mkdirSync(this.folder, { recursive: true });
    const args = ["--port", `${this.port}`, "--bind", "127.0.0.1", "--dir", this.folder];
    const keep = ["--save", "", "--appendonly", "yes", "--maxmemory-policy", "noeviction"];
    this.server = started("redis-server", [...args, ...keep]);
    await until(() => spawnSync("redis-cli", ["-p", `${this.port}`, "ping"]).status === 0);
  }

  async kill(): Promise<void> {
    this.server?.child.kill("SIGKILL");
    await this.server?.end;
  }

  /** Lets it keep its connections and answer nobody. */
  freeze(): void {
    this.server?.child.kill("SIGSTOP");
  }

  /** Cuts bytes off the log of commands; the server must be down. */
  cutLog(bytes: number): void {
    const folder = path.join(this.folder, "appendonlydir");
    const [log] = fs.readdirSync(folder).filter((name) => name.endsWith(".incr.aof"));
    const file = path.join(folder, log!);
    fs.truncateSync(file, Math.max(0, fs.statSync(file).size - bytes));
  }

  /** Removes all data; the server must be down. */
  lose(): void {
    fs.rmSync(this.folder, { recursive: true });
  }
}

/** A port that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
