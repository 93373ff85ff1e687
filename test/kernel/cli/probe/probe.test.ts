import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { latencyOptions, probeOptions } from "../../../../kernel/cli/probe/options.ts";
import { dist } from "../../build.ts";
import { buildCommand, shootdown } from "../command.ts";

const folder = mkdtempSync(path.join(tmpdir(), "probe-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(buildCommand);

test("options are those of the library", () => {
  expect(probeOptions({})).toEqual({});
  expect(probeOptions({ mib: "2", phase: "reuse", trace: "file", threads: "2" })).toEqual({
    ...{ bytes: 2 * 1024 * 1024, phase: "reuse", trace: true, threads: 2 },
  });
  expect(latencyOptions({ operations: "munmap,clock", calls: "5" })).toEqual({
    ...{ operations: ["munmap", "clock"], calls: 5 },
  });
  expect(() => probeOptions({ mib: "many" })).toThrow(/SD001: invalid --mib: "many"/);
});

test("help fits a terminal and names every probe", () => {
  const { out } = shootdown(["probe", "--help"]);
  expect(out.split("\n").filter((line) => line.length > 80)).toEqual([]);
  for (const name of ["collapse", "pageout", "gupFast", "fork", "unshare", "latency"]) {
    expect(out).toContain(name);
  }
});

test("a plan is told, and nothing is done", () => {
  const { code, out } = shootdown(["probe", "unshare", "--plan", "--trace", "t", "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(out).plan).toMatch(/vm.nr_hugepages is raised[\s\S]*trace instance of its own/);
  const latency = shootdown(["probe", "latency", "--operations", "munmap", "--plan"]);
  expect(latency).toMatchObject({ code: 0, err: "", out: expect.stringContaining("munmap") });
});

test("what is wrong, or cannot be had, is said", () => {
  const said = (...args: string[]): string => {
    const { code, err } = shootdown(["probe", ...args, "--plan"]);
    return `${code} ${err}`;
  };
  expect(said()).toMatch(/^2 shootdown: SD003: missing probe \(expected collapse/);
  expect(said("munmpa")).toMatch(/^2 .*SD002.*did you mean "munmap"/);
  expect(said("munmap", "--mib", "2")).toMatch(/^2 .*SD002/);
  expect(said("fork", "--phase", "copy")).toMatch(/^2 .*SD002/);
  expect(said("latency", "--trace", "t")).toMatch(/^2 .*SD001.*recording takes time/);
  if (process.platform !== "linux") return;
  const cli = path.join(dist, "kernel/cli.js");
  const alone = ["-c", "0", process.execPath, cli, "probe", "munmap"];
  const { status, stderr, error } = spawnSync("taskset", alone, { encoding: "utf8" });
  if (error !== undefined) return;
  expect(`${status} ${stderr}`).toMatch(/^3 [\s\S]*SD011.*one CPU: there is nobody to interrupt/);
});

test("what cannot be told says how it might be", (context) => {
  const { code, out } = shootdown(["probe", "munmap", "--repetitions", "1"]);
  if (code !== 0) return context.skip();
  expect(out).toMatch(/cannot tell[\s\S]*--repetitions 4\n/);
});

describe("what a probe changes is undone when it is killed", () => {
  const root = path.join(folder, "tracing");
  let isMounted = false;
  beforeAll(() => {
    mkdirSync(root);
    const mount = ["-t", "tracefs", "nodev", root];
    isMounted = process.platform === "linux" && spawnSync("mount", mount).status === 0;
    if (!isMounted) console.info("skipped: tracefs cannot be mounted here");
  });
  afterAll(() => void (isMounted && spawnSync("umount", ["-l", root])));

  for (const signal of ["SIGINT", "SIGTERM", "SIGKILL"] as const) {
    test(`by ${signal}`, async (context) => {
      if (!isMounted) return context.skip();
      const args = ["probe", "membarrier", "--repetitions", "500", "--trace", `${folder}/t`];
      const running = spawn(process.execPath, [path.join(dist, "kernel/cli.js"), ...args], {
        stdio: "ignore",
      });
      const ended = new Promise((done) => running.once("exit", done));
      const own = (): boolean =>
        readdirSync(path.join(root, "instances")).includes(`shootdown-${running.pid}`);
      const until = async (holds: () => boolean): Promise<void> => {
        for (let i = 0; i < 400 && !holds(); i++) await new Promise((go) => setTimeout(go, 25));
      };
      await until(() => own() || running.exitCode !== null);
      if (running.exitCode !== null) return context.skip();
      running.kill(signal);
      await ended;
      await until(() => !own());
      expect(own()).toBe(false);
    });
  }
});
