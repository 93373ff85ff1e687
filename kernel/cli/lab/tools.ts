/** Programs that the lab needs, and what to do where they are missing. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { refused } from "../../../lib/base/messages.ts";
import { compilersFor, type LabArch, qemuFor } from "./machine.ts";

const qemuPackages: Readonly<Record<LabArch, string>> = {
  x86: "qemu-system-x86",
  arm64: "qemu-system-arm",
  ppc: "qemu-system-ppc",
};

/** The path of a program in PATH, or of that name itself; undefined when it is not there. */
export function findProgram(name: string): string | undefined {
  const folders = /[/\\]/.test(name) ? [""] : (process.env.PATH ?? "").split(path.delimiter);
  return folders.map((folder) => path.join(folder, name)).find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/** QEMU for an architecture, or the program named. Throws SD011 when it is not there. */
export function findQemu(arch: LabArch, named: string | undefined): string {
  const name = named ?? qemuFor(arch);
  const found = findProgram(name);
  if (found !== undefined) return found;
  const how = `not found: install the package ${qemuPackages[arch]} (Debian), or use --qemu FILE`;
  throw refused("QEMU", name, how);
}

/**
 * Compiles the workload for an architecture, statically, into `output`. Throws SD011 when there is
 * no compiler for it, or none that can link statically, with what the last one said.
 */
export function buildWorkload(
  arch: LabArch,
  sources: string,
  output: string,
  named: string | undefined,
): void {
  const files = fs
    .readdirSync(sources)
    .filter((file) => file.endsWith(".c"))
    .map((file) => path.join(sources, file));
  const candidates = named === undefined ? compilersFor(arch) : [named];
  let problem = `not found: install gcc and libc6-dev (or the cross compiler), or use --cc NAME`;
  for (const compiler of candidates) {
    if (findProgram(compiler) === undefined) continue;
    const arguments_ = ["-O2", "-static", "-pthread", "-o", output, ...files];
    const { status, stderr, error } = spawnSync(compiler, arguments_, { encoding: "utf8" });
    if (status === 0 && isFor(arch, output)) return;
    const said = (stderr ?? error?.message ?? "").trim().split("\n").at(-1) ?? "";
    const wrong = status === 0 ? `makes no programs for ${arch}` : "cannot link statically";
    problem = `${wrong}${status === 0 ? "" : `: ${said}`}`;
  }
  throw refused("C compiler", candidates.join(", "), problem);
}

const elfMachines: Readonly<Record<LabArch, number>> = { x86: 62, arm64: 183, ppc: 21 };

/** Whether a program is one for the architecture, by its ELF header. */
function isFor(arch: LabArch, file: string): boolean {
  const bytes = fs.readFileSync(file);
  return bytes.length > 0x14 && bytes.readUInt16LE(0x12) === elfMachines[arch];
}
