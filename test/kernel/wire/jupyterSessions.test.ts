import { describe, expect, it } from "vitest";
import { jupyterFolder, lacksJupyter } from "./jupyter.ts";

const { run } = jupyterFolder("jupyter-sessions");

describe.skipIf(lacksJupyter())("Debian's Jupyter", { timeout: 180_000 }, () => {
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
});
