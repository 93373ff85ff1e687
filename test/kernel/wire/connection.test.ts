import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import {
  type ConnectionInfo,
  channels,
  connectionFrom,
  endpoint,
  freePorts,
  localConnection,
  readConnectionFile,
} from "../../../kernel/wire/connection.ts";
import { testFolder } from "../notebooks.ts";

const sound = {
  transport: "tcp",
  ip: "127.0.0.1",
  shell_port: 1,
  control_port: 2,
  iopub_port: 3,
  stdin_port: 4,
  hb_port: 5,
  key: "k",
  signature_scheme: "hmac-sha256",
  kernel_name: "shootdown",
} as const;

describe("a connection file", () => {
  it("gives each channel its address", () => {
    const tcp = connectionFrom(sound);
    expect(channels.map((channel) => endpoint(tcp, channel))).toEqual([
      "tcp://127.0.0.1:1",
      "tcp://127.0.0.1:2",
      "tcp://127.0.0.1:3",
      "tcp://127.0.0.1:4",
      "tcp://127.0.0.1:5",
    ]);
    expect(endpoint({ ...tcp, ip: "::1" }, "hb")).toBe("tcp://[::1]:5");
    const ipc = connectionFrom({ ...sound, transport: "ipc", ip: "/run/k" });
    expect(endpoint(ipc, "stdin")).toBe("ipc:///run/k-4");
  });

  it.each([
    ["transport", "udp", 'SD001: invalid transport: "udp" (expected "tcp" or "ipc")'],
    ["ip", "", 'SD001: invalid ip: "" (expected an address)'],
    ["shell_port", 0, "SD001: invalid shell_port: 0 (expected 1…65535)"],
    ["hb_port", "5", 'SD001: invalid hb_port: "5" (expected 1…65535)'],
    ["key", null, "SD001: invalid key: null (expected a text)"],
    ["signature_scheme", "md6", "SD001: invalid signature_scheme"],
  ])("with %s %j is refused", (field, value, message) => {
    expect(() => connectionFrom({ ...sound, [field]: value })).toThrow(message);
  });

  it("is refused when it cannot be read, and when it is no JSON", async () => {
    const file = path.join(testFolder("connection"), "c.json");
    await expect(readConnectionFile(file)).rejects.toThrow("SD011: connection file refused");
    fs.writeFileSync(file, "{");
    await expect(readConnectionFile(file)).rejects.toThrow("SD006: malformed connection file");
    fs.writeFileSync(file, "[1]");
    await expect(readConnectionFile(file)).rejects.toThrow("SD001: invalid ip");
    fs.writeFileSync(file, JSON.stringify(sound));
    expect(await readConnectionFile(file)).toEqual(sound);
  });
});

describe("a connection of one's own", () => {
  it("has sockets in its folder, and another key each time", async () => {
    const one = await localConnection("/tmp/x");
    const other = await localConnection("/tmp/x");
    expect(endpoint(one, "shell")).toBe("ipc:///tmp/x/s-1");
    expect(one.key).toMatch(/^[0-9a-f-]{36}$/);
    expect(other.key).not.toBe(one.key);
  });

  it("uses loopback where the path would be too long", async () => {
    const info: ConnectionInfo = await localConnection(`/tmp/${"x".repeat(100)}`);
    expect(info).toMatchObject({ transport: "tcp", ip: "127.0.0.1" });
  });

  it("has ports that differ", async () => {
    expect(new Set(await freePorts("127.0.0.1", 20)).size).toBe(20);
  });
});
