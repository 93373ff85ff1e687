import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { compiledHelper } from "../../../lib/experiments/probes/helper/compile.ts";
import { helperRun, runHelper } from "../../../lib/experiments/probes/helper/run.ts";
import { tried } from "./tried.ts";

const folder = mkdtempSync(path.join(tmpdir(), "probe-helper-"));
afterAll(() => rmSync(folder, { recursive: true }));

const native = path.resolve(import.meta.dirname, "../../../native");
const cache = path.join(folder, "cache");
const isHere = (program: string): boolean =>
  process.platform === "linux" && spawnSync(program, ["--version"]).status === 0;

for (const compiler of ["gcc", "clang"]) {
  test.skipIf(!isHere(compiler))(`${compiler} has nothing to say about the helper`, () => {
    const files = readdirSync(native).filter((name) => name.endsWith(".c"));
    const strict = ["-O2", "-std=gnu11", "-Wall", "-Wextra", "-Wshadow", "-Werror"];
    const args = [...strict, "-pthread", "-o", path.join(folder, compiler), ...files];
    expect(execFileSync(compiler, args, { cwd: native, encoding: "utf8" })).toBe("");
  });
}

test("its sources are part of the package", () => {
  const text = readFileSync(path.resolve(native, "../package.json"), "utf8");
  expect(JSON.parse(text).files).toContain("native");
});

test("it is compiled once, into a folder of this user alone", async (context) => {
  const program = await tried(context, () => compiledHelper({ cache }));
  const { mtimeMs } = statSync(program);
  expect(statSync(cache).mode & 0o777).toBe(0o700);
  expect(await compiledHelper({ cache, compiler: "/none/cc" })).toBe(program);
  expect(statSync(program).mtimeMs).toBe(mtimeMs);
  expect(readdirSync(cache)).toEqual([path.basename(program)]);
});

test.skipIf(process.platform !== "linux")("what cannot be trusted is refused", async () => {
  const none = compiledHelper({ cache: path.join(folder, "a"), compiler: "/none/cc" });
  await expect(none).rejects.toThrow(/SD011.*"\/none\/cc".*no C compiler: install gcc or clang/);
  const broken = path.join(folder, "cc");
  writeFileSync(broken, "#!/bin/sh\necho 'no such header' >&2\nexit 1\n", { mode: 0o755 });
  const failed = compiledHelper({ cache: path.join(folder, "b"), compiler: broken });
  await expect(failed).rejects.toThrow(/SD011.*no such header/);
  const open = path.join(folder, "open");
  await compiledHelper({ cache: open, compiler: broken }).catch(() => {});
  chmodSync(open, 0o777);
  await expect(compiledHelper({ cache: open })).rejects.toThrow(/nobody else may write/);
});

test("the helper says why it refuses, and what it does not know", async (context) => {
  const program = await tried(context, () => compiledHelper({ cache }));
  const setting = { cpus: [0], siblings: "spin", fifo: false } as const;
  const run = (...args: string[]) => runHelper(program, args, setting);
  await expect(run("fork", "what=nothing")).rejects.toThrow(/SD011.*"phase" \(nothing\)/);
  await expect(run("spoon")).rejects.toThrow(/SD011.*"probe" \(spoon\)/);
  await expect(run("fork", "pages=-1")).rejects.toThrow(/SD011.*"pages" \(-1\)/);
  await expect(run("fork", "pages=9z")).rejects.toThrow(/SD011.*"pages" \(9z\)/);
  await expect(run("fork", "paces=1")).rejects.toThrow(/SD011.*"argument" \(paces\)/);
  const elsewhere = { ...setting, cpus: [8000] };
  await expect(runHelper(program, ["fork"], elsewhere)).rejects.toThrow(/SD011.*"CPU"/);
  await expect(runHelper("/none/probe", [], setting)).rejects.toThrow(/SD011/);
});

test("samples are those of single calls, and of what was counted meanwhile", async (context) => {
  const program = await tried(context, () => compiledHelper({ cache }));
  const setting = { cpus: [0], siblings: "spin", fifo: false } as const;
  const args = ["latency", "what=futexShared", "calls=5", "block=10"];
  const { samples, repetition } = await runHelper(program, args, setting);
  expect(samples).toHaveLength(5);
  expect(Math.min(...samples)).toBeGreaterThan(0);
  expect(samples.reduce((sum, ns) => sum + ns, 0)).toBeLessThanOrEqual(repetition.operationNs);
  expect(repetition).toMatchObject({ failed: 0, spun: null, contrastNs: null });
  expect(repetition.interrupts.columnNames()).toEqual(["cpu", "irq", "count"]);
});

test("an answer that is none is told from one", () => {
  expect(() => helperRun("")).toThrow(/SD006/);
  expect(() => helperRun("[]")).toThrow(/SD006: malformed answer of the helper, before/);
  expect(() => helperRun('{"refused":"huge pages","why":"none"}')).toThrow(/SD011.*\(none\)/);
  expect(() => helperRun('{"before":"","after":1}')).toThrow(/SD006.*after/);
});
