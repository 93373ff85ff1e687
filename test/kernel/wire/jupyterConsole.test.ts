/** `jupyter console`, as its users start it, with lines from a pipe instead of a terminal. */
import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { buildKernel } from "../build.ts";
import { jupyterFolder, lacksJupyter } from "./jupyter.ts";

const lines = [
  "const kept = 6",
  "kept * 7",
  'console.log("printed " + kept)',
  'throw new RangeError("too far")',
  "kept.toFixd()",
];

it.skipIf(lacksJupyter("jupyter_console"))(
  "jupyter console shows values, text and errors",
  { timeout: 120_000 },
  () => {
    buildKernel();
    const { folder, env } = jupyterFolder("jupyter-console");
    const args = ["-m", "jupyter_console", "--kernel=shootdown", "--simple-prompt"];
    const { stdout, stderr } = spawnSync("/usr/bin/python3", args, {
      cwd: folder,
      encoding: "utf8",
      env,
      input: `${lines.join("\n")}\n`,
      timeout: 100_000,
    });
    const texts = ["Out[2]: 42", "printed 6", "RangeError: too far", "Did you mean 'toFixed'?"];
    for (const text of texts) expect(stdout + stderr).toContain(text);
  },
);
