/** What the command needs around it, looked at one by one. */
import { accessSync, constants, existsSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { ShootdownError } from "../../../lib/base/messages.ts";
import { commandFile, readKernelspec } from "./kernelspec.ts";
import { kernelFolders, type Surroundings } from "./places.ts";

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  /** `note`: all works, but something that some users need is not there. */
  readonly state: "ok" | "note" | "failed";
  readonly detail: string;
}

/** The oldest Node that runs it, as package.json has it. */
const oldestNode = [20, 19] as const;

/** Checks the version of Node, such as `20.20.2`. */
export function nodeCheck(version: string): Check {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const fits = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  const detail = fits ? version : `${version} (needed: ${oldestNode.join(".")} or later)`;
  return { name: "node", state: fits ? "ok" : "failed", detail };
}

/** Checks that packages with parts of the machine load, and that the others are there. */
export async function packageChecks(): Promise<Check[]> {
  const checks = ["tslab", "typescript", "arquero", "vega", "vega-lite"].map(foundPackage);
  for (const name of ["zeromq", "@resvg/resvg-js"]) checks.push(await loadedPackage(name));
  return checks;
}

/** Checks that the fonts which charts are drawn with are there. */
export function fontCheck(): Check {
  try {
    const file = createRequire(import.meta.url).resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf");
    accessSync(file, constants.R_OK);
    return { name: "fonts", state: "ok", detail: path.dirname(file) };
  } catch (error) {
    return { name: "fonts", state: "failed", detail: (error as Error).message };
  }
}

/** Checks that Jupyter would start this copy of the kernel. */
export async function kernelspecCheck(around: Surroundings): Promise<Check> {
  const name = "kernelspec";
  const folder = kernelFolders("shootdown", around).find((place) => existsSync(place));
  if (folder === undefined) {
    const detail = "not installed: front ends do not know the kernel (shootdown install)";
    return { name, state: "note", detail };
  }
  try {
    const [node = "", command = ""] = (await readKernelspec(folder)).argv;
    const gone = [node, command].find((file) => !existsSync(file));
    if (gone !== undefined) {
      const detail = `${folder} names ${gone}, which is gone (shootdown install)`;
      return { name, state: "failed", detail };
    }
    if (command !== commandFile) {
      return { name, state: "note", detail: `${folder} starts another copy: ${command}` };
    }
    return { name, state: "ok", detail: folder };
  } catch (error) {
    if (!(error instanceof ShootdownError)) throw error;
    return { name, state: "failed", detail: error.message };
  }
}

/** Checks for Jupyter, which only front ends of its own need. */
export function jupyterCheck({ env, platform }: Surroundings): Check {
  const separator = platform === "win32" ? ";" : ":";
  const file = platform === "win32" ? "jupyter.exe" : "jupyter";
  const folders = (env.PATH ?? env.Path ?? "").split(separator).filter((folder) => folder !== "");
  const found = folders.map((folder) => path.join(folder, file)).find(existsSync);
  if (found !== undefined) return { name: "jupyter", state: "ok", detail: found };
  const detail = "not on the PATH: run, check, render and console work without it";
  return { name: "jupyter", state: "note", detail };
}

/** Checks that a kernel starts, runs a cell and ends. */
export async function kernelCheck(): Promise<Check> {
  const { launchKernel } = await import("../../wire/launch.ts");
  const startedMs = performance.now();
  const kernel = await launchKernel(os.tmpdir());
  const executed = kernel.ready.then(() => kernel.client.execute("6 * 7", {}));
  const end = await Promise.race([executed, kernel.ended]);
  const ms = Math.round(performance.now() - startedMs);
  if (end instanceof ShootdownError) {
    return { name: "kernel", state: "failed", detail: end.message };
  }
  await kernel.close();
  const ok = end.content.status === "ok";
  const detail = ok ? `first result after ${ms} ms` : String(end.content.evalue);
  return { name: "kernel", state: ok ? "ok" : "failed", detail };
}

function foundPackage(name: string): Check {
  const require = createRequire(import.meta.url);
  for (const folder of require.resolve.paths(name) ?? []) {
    const file = path.join(folder, name, "package.json");
    if (existsSync(file)) {
      return { name, state: "ok", detail: (require(file) as { version: string }).version };
    }
  }
  return { name, state: "failed", detail: "not installed (npm install)" };
}

async function loadedPackage(name: string): Promise<Check> {
  try {
    await import(name);
    return foundPackage(name);
  } catch (error) {
    return { name, state: "failed", detail: `does not load: ${(error as Error).message}` };
  }
}
