/** The folder that makes a kernel known to Jupyter: kernel.json and logos. */
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { malformed, refused } from "../../../lib/base/messages.ts";
import { renderPng } from "../../../lib/charts/render.ts";
import { logoSize, logoSvg } from "./logo.ts";

/** The content of kernel.json. */
export interface Kernelspec {
  readonly argv: readonly string[];
  readonly display_name: string;
  readonly language: string;
  readonly interrupt_mode?: "message" | "signal";
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** The command of this package as it is installed here. */
export const commandFile: string = fileURLToPath(new URL("../../cli.js", import.meta.url));

/** The specification of this kernel, with absolute paths: front ends have a PATH of their own. */
export function kernelspec(displayName: string): Kernelspec {
  return {
    argv: [process.execPath, commandFile, "kernel", "--connection-file", "{connection_file}"],
    display_name: displayName,
    language: "typescript",
    interrupt_mode: "message",
    metadata: { debugger: false, shootdown: true },
  };
}

/** Writes the folder; an earlier installation of ours is replaced. Throws SD011. */
export async function writeKernelspec(folder: string, spec: Kernelspec): Promise<void> {
  if (existsSync(folder)) await requireOurs(folder);
  try {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, "kernel.json"), `${JSON.stringify(spec, null, 1)}\n`);
    await writeFile(path.join(folder, "logo-svg.svg"), logoSvg);
    for (const size of [32, 64]) {
      const { png } = await renderPng(logoSvg, size / logoSize);
      await writeFile(path.join(folder, `logo-${size}x${size}.png`), png);
    }
  } catch (error) {
    throw refused("kernelspec folder", folder, (error as Error).message);
  }
}

/** Removes the folder, if it holds a kernel of ours. Throws SD011. */
export async function removeKernelspec(folder: string): Promise<void> {
  await requireOurs(folder);
  try {
    await rm(folder, { recursive: true });
  } catch (error) {
    throw refused("kernelspec folder", folder, (error as Error).message);
  }
}

/** Reads kernel.json of a folder. Throws SD011 and SD006. */
export async function readKernelspec(folder: string): Promise<Kernelspec> {
  const file = path.join(folder, "kernel.json");
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw refused("kernelspec", folder, (error as Error).message);
  }
  let spec: Partial<Kernelspec> | null;
  try {
    spec = JSON.parse(text) as Partial<Kernelspec> | null;
  } catch (error) {
    throw malformed(file, (error as Error).message, "JSON");
  }
  const argv = spec?.argv;
  if (!Array.isArray(argv) || !argv.every((word) => typeof word === "string")) {
    throw malformed(`${file}: argv`, String(argv), "an array of texts");
  }
  return { display_name: "", language: "", ...spec, argv };
}

/** A folder of another kernel is not ours to touch. */
async function requireOurs(folder: string): Promise<void> {
  const { metadata } = await readKernelspec(folder);
  if (metadata?.shootdown === true) return;
  throw refused("kernelspec folder", folder, "it holds a kernel of another program");
}
