import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { nodeCheck } from "../../../../kernel/cli/install/checks.ts";
import { dist } from "../../build.ts";
import { testFolder } from "../../notebooks.ts";
import { buildCommand, shootdown } from "../command.ts";

const home = testFolder("install");
const user = path.join(home, "data/kernels/shootdown");
const env = { JUPYTER_DATA_DIR: path.join(home, "data"), VIRTUAL_ENV: path.join(home, "venv") };

beforeAll(buildCommand);

describe("shootdown install", () => {
  it("writes a kernelspec with absolute paths, and logos", () => {
    expect(shootdown(["install", "--json"], { env })).toMatchObject({ code: 0, err: "" });
    const spec = JSON.parse(fs.readFileSync(path.join(user, "kernel.json"), "utf8"));
    expect(spec).toEqual({
      argv: [
        process.execPath,
        path.join(dist, "kernel/cli.js"),
        ...["kernel", "--connection-file", "{connection_file}"],
      ],
      display_name: "Shootdown (TypeScript)",
      language: "typescript",
      interrupt_mode: "message",
      metadata: { debugger: false, shootdown: true },
    });
    for (const size of [32, 64]) {
      const logo = fs.readFileSync(path.join(user, `logo-${size}x${size}.png`));
      expect(logo.subarray(1, 4).toString()).toBe("PNG");
      expect([logo.readUInt32BE(16), logo.readUInt32BE(20)]).toEqual([size, size]);
    }
    expect(fs.readFileSync(path.join(user, "logo-svg.svg"), "utf8")).toMatch(/^<svg /);
  });

  it("is found by Jupyter", ({ skip }) => {
    const code = `from jupyter_client.kernelspec import KernelSpecManager as Manager
spec = Manager().get_kernel_spec("shootdown")
print(spec.resource_dir, spec.interrupt_mode)`;
    const options = { encoding: "utf8" as const, env: { ...process.env, ...env } };
    const { stdout, stderr } = spawnSync("/usr/bin/python3", ["-c", code], options);
    const lacks = stderr === null || stderr.includes("ModuleNotFoundError");
    if (lacks) console.info("skipped: /usr/bin/python3 has no jupyter_client");
    skip(lacks, "no jupyter_client");
    expect(stdout.trim(), stderr).toBe(`${user} message`);
  });

  it("installs where it is told to, again and under another name, and is removed", () => {
    const prefix = path.join(home, "prefix");
    const place = ["--prefix", prefix, "--name", "lab"];
    const folder = path.join(prefix, "share/jupyter/kernels/lab");
    for (const displayName of ["One", "Two"]) {
      const { code, out } = shootdown(["install", ...place, "--display-name", displayName], {
        env,
      });
      expect(code).toBe(0);
      expect(out).toContain(`installed kernel lab in ${folder}\nnote: Jupyter looks there only`);
    }
    expect(fs.readFileSync(path.join(folder, "kernel.json"), "utf8")).toContain('"Two"');
    expect(shootdown(["uninstall", ...place], { env }).code).toBe(0);
    expect(fs.existsSync(folder)).toBe(false);
  });

  it("leaves the kernels of others alone", () => {
    const folder = path.join(home, "venv/share/jupyter/kernels/shootdown");
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, "kernel.json"), '{ "argv": ["python"] }');
    for (const command of ["install", "uninstall"]) {
      const { code, err } = shootdown([command, "--sys-prefix"], { env });
      expect(code).toBe(3);
      expect(err).toContain("it holds a kernel of another program");
    }
    expect(fs.readdirSync(folder)).toEqual(["kernel.json"]);
  });

  it("says what is wrong with its arguments", () => {
    expect(shootdown(["install", "--user", "--prefix", "/x"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("one of --user, --sys-prefix and --prefix"),
    });
    expect(shootdown(["uninstall", "--name", "none"], { env })).toMatchObject({ code: 3 });
  });
});

describe("shootdown doctor", () => {
  it("finds everything, and starts a kernel", () => {
    const { code, out } = shootdown(["doctor", "--json"], { env });
    const { ok, checks } = JSON.parse(out) as {
      ok: boolean;
      checks: { name: string; state: string; detail: string }[];
    };
    expect(checks.filter(({ state }) => state === "failed")).toEqual([]);
    expect([code, ok]).toEqual([0, true]);
    const states = Object.fromEntries(checks.map(({ name, detail }) => [name, detail]));
    expect(states).toMatchObject({
      node: process.versions.node,
      tslab: "1.0.22",
      zeromq: expect.stringMatching(/^\d/),
      kernelspec: user,
      kernel: expect.stringMatching(/^first result after \d+ ms$/),
    });
  });

  it("fails where the kernelspec names what is gone", () => {
    const file = path.join(user, "kernel.json");
    const spec = fs.readFileSync(file, "utf8");
    fs.writeFileSync(file, spec.replace(process.execPath, "/gone/node"));
    const { code, out } = shootdown(["doctor", "--no-start"], { env });
    expect(code).toBe(1);
    expect(out).toMatch(/^failed +kernelspec .* names \/gone\/node, which is gone/m);
  });

  it("knows which Node is too old", () => {
    for (const version of ["18.20.0", "20.18.9"]) expect(nodeCheck(version).state).toBe("failed");
    for (const version of ["20.19.0", "22.1.0"]) expect(nodeCheck(version).state).toBe("ok");
  });
});
