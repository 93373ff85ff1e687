/** Clients that others have written: Debian's Jupyter, driven by its Python. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { buildKernel, dist } from "../build.ts";
import { testFolder, writeNotebook } from "../notebooks.ts";

const folder = testFolder("python");
const python = "/usr/bin/python3";
const needed = "jupyter_client, jupyter_kernel_test, nbclient, nbconvert, nbformat";
const missing = spawnSync(python, ["-c", `import ${needed}`]).status !== 0;
if (missing) console.info(`skipped: ${python} has not all of ${needed}`);

beforeAll(() => {
  buildKernel();
  const spec = path.join(folder, "jupyter/kernels/shootdown");
  fs.mkdirSync(spec, { recursive: true });
  const command = [process.execPath, path.join(dist, "kernel/cli.js"), "kernel"];
  const kernelJson = {
    argv: [...command, "--connection-file", "{connection_file}"],
    display_name: "Shootdown",
    language: "typescript",
    interrupt_mode: "message",
  };
  fs.writeFileSync(path.join(spec, "kernel.json"), JSON.stringify(kernelJson));
});

function run(script: string, ...args: string[]) {
  const file = path.join(import.meta.dirname, "python", script);
  return spawnSync(python, [file, ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, JUPYTER_PATH: path.join(folder, "jupyter") },
    timeout: 170_000,
  });
}

describe.skipIf(missing)("Debian's Jupyter", { timeout: 180_000 }, () => {
  it("passes each case of jupyter_kernel_test", () => {
    const { stderr, status } = run("conformance.py");
    const cases = Array.from(stderr.matchAll(/^test_(\w+) .*\.\.\. (\w+)/gm), ([, name, how]) => {
      return `${name} ${how}`;
    });
    expect(cases.filter((text) => !text.endsWith(" ok"))).toEqual(["pager skipped"]);
    expect(cases).toHaveLength(12);
    expect(status, stderr).toBe(0);
  });

  it("has sessions in which everything works", () => {
    const { stdout, stderr } = run("sessions.py");
    expect(stdout, stderr).toMatch(/^\{/);
    const interrupted = ["error", "Interrupted", "42"];
    expect(JSON.parse(stdout)).toEqual({
      value: "42",
      lines: true,
      error: ["error", "TypeError", "boom"],
      "error on iopub": ["execute_input", "error"],
      traceback: ["    at f (Cell[3]:1:22)", "    at Cell[3]:3:1"],
      stdin: "Grace",
      expression: "12",
      silent: ["ok", 0],
      completion: true,
      places: [6, 9],
      inspection: [true, true],
      history: "1",
      comms: "ok",
      heartbeat: true,
      "interrupt: loop": interrupted,
      "interrupt: awaits": interrupted,
      "interrupt: loop after await": interrupted,
      "interrupt: microtasks": interrupted,
      "interrupt: SIGINT": "Interrupted",
      crash: [true, true],
      "after the crash": "2",
      "restart forgets": "TypeScriptError",
      shutdown: true,
      ipc: "2",
    });
  });

  it("executes notebooks by nbclient, and nbconvert shows them", () => {
    const cells = [
      'console.log("printed")',
      "1 + 1",
      '({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": "<i>shown</i>" }) })',
    ];
    const file = writeNotebook(folder, "sound", cells);
    const out = path.join(folder, "executed.ipynb");
    const { stdout, stderr, status } = run("execute.py", file, out);
    expect(status, stderr).toBe(0);
    for (const text of ["printed", "2", "<i>shown</i>"]) expect(stdout).toContain(text);
    const counts = JSON.parse(fs.readFileSync(out, "utf8")).cells.map(
      (cell: { execution_count: number }) => cell.execution_count,
    );
    expect(counts).toEqual([1, 2, 3]);
  });

  it("says which cell failed, and why", () => {
    const file = writeNotebook(folder, "failing", ["1", 'throw new RangeError("too far")', "2"]);
    const { stdout, status } = run("execute.py", file, path.join(folder, "none.ipynb"));
    expect(status).toBe(1);
    expect(stdout).toContain("RangeError: too far");
    expect(stdout).toContain("Cell[2]:1");
  });
});
