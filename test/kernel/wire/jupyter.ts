/** Clients that others have written: Debian's Jupyter, driven by its Python. */
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { buildKernel, dist } from "../build.ts";
import { testFolder } from "../notebooks.ts";

const python = "/usr/bin/python3";
const needed = "jupyter_client, jupyter_kernel_test, nbclient, nbconvert, nbformat";

/** Runs a script of `python/`. */
export type RunPython = (script: string, ...args: string[]) => SpawnSyncReturns<string>;

/** Debian's Jupyter is not installed, or not the modules that are asked for; says so. */
export function lacksJupyter(modules: string = needed): boolean {
  const lacks = spawnSync(python, ["-c", `import ${modules}`]).status !== 0;
  if (lacks) console.info(`skipped: ${python} has not all of ${modules}`);
  return lacks;
}

/** Where Jupyter finds the kernel under test. */
export interface JupyterFolder {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly run: RunPython;
}

/** A folder in which Jupyter finds the kernel under test, and what runs scripts there. */
export function jupyterFolder(name: string): JupyterFolder {
  const folder = testFolder(name);
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
  const env = { ...process.env, JUPYTER_PATH: path.join(folder, "jupyter") };
  const run: RunPython = (script, ...args) => {
    buildKernel();
    return spawnSync(python, [path.join(import.meta.dirname, "python", script), ...args], {
      cwd: folder,
      encoding: "utf8",
      env,
      timeout: 170_000,
    });
  };
  return { folder, env, run };
}
