/** The connection file: where a kernel listens, and the key that its messages are signed with. */
import { getHashes, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import net from "node:net";
import path from "node:path";
import { invalid, malformed, refused } from "../../lib/base/messages.ts";

/** The file's fields, under Jupyter's names. */
export interface ConnectionInfo {
  readonly transport: "tcp" | "ipc";
  /** Address to listen on; with ipc the start of the paths of the sockets. */
  readonly ip: string;
  readonly shell_port: number;
  readonly control_port: number;
  readonly iopub_port: number;
  readonly stdin_port: number;
  readonly hb_port: number;
  /** `hmac-sha256`, or another hash that Node knows. */
  readonly signature_scheme: string;
  /** Empty: messages are not signed. */
  readonly key: string;
}

/** The five sockets by their names in the file. */
export type Channel = "shell" | "control" | "iopub" | "stdin" | "hb";

/** All five, in the order in which they are opened. */
export const channels: readonly Channel[] = ["shell", "control", "iopub", "stdin", "hb"];

/** Reads a connection file. Throws SD011 when that fails, SD006 and SD001 for its content. */
export async function readConnectionFile(file: string): Promise<ConnectionInfo> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw refused("connection file", file, (error as Error).message);
  }
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch (error) {
    throw malformed("connection file", (error as Error).message, "JSON");
  }
  return connectionFrom(fields);
}

/** Checks the fields of a connection file. Throws SD006 and SD001. */
export function connectionFrom(fields: unknown): ConnectionInfo {
  if (typeof fields !== "object" || fields === null) {
    throw malformed("connection file", String(fields), "an object");
  }
  const info = { ...defaults, ...fields } as ConnectionInfo;
  const { transport, ip, key, signature_scheme: scheme } = info;
  if (transport !== "tcp" && transport !== "ipc") {
    throw invalid("transport", transport, '"tcp" or "ipc"');
  }
  if (typeof ip !== "string" || ip === "") throw invalid("ip", ip, "an address");
  if (typeof key !== "string") throw invalid("key", key, "a text");
  if (typeof scheme !== "string" || !getHashes().includes(scheme.replace(/^hmac-/, ""))) {
    throw invalid("signature_scheme", scheme, '"hmac-sha256"');
  }
  for (const channel of channels) {
    const port = info[`${channel}_port`];
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      throw invalid(`${channel}_port`, port, "1…65535");
    }
  }
  return info;
}

/** The address of a channel as ZeroMQ has it. */
export function endpoint(info: ConnectionInfo, channel: Channel): string {
  const port = info[`${channel}_port`];
  if (info.transport === "ipc") return `ipc://${info.ip}-${port}`;
  return `tcp://${info.ip.includes(":") ? `[${info.ip}]` : info.ip}:${port}`;
}

/** A connection of this machine alone: sockets in a private folder, or free ports of loopback. */
export async function localConnection(folder: string): Promise<ConnectionInfo> {
  const common = { signature_scheme: "hmac-sha256", key: randomUUID() };
  const ip = path.join(folder, "s");
  if (process.platform !== "win32" && ip.length < longestSocketPath) {
    return connectionFrom({ ...common, transport: "ipc", ip, ...portsOf([1, 2, 3, 4, 5]) });
  }
  const address = "127.0.0.1";
  return connectionFrom({
    ...common,
    transport: "tcp",
    ip: address,
    ...portsOf(await freePorts(address, channels.length)),
  });
}

/** Ports that nobody listens on. All are taken before the first is given back, so they differ. */
export async function freePorts(address: string, count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = net.createServer();
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(0, address, resolve);
      });
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as net.AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function portsOf(ports: readonly number[]): Record<string, number> {
  return Object.fromEntries(channels.map((channel, index) => [`${channel}_port`, ports[index]!]));
}

/** Paths of sockets have at most 103 bytes on macOS and 107 on Linux. */
const longestSocketPath = 100;

const defaults = { transport: "tcp", key: "", signature_scheme: "hmac-sha256" };
