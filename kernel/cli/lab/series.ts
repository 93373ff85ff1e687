/** The boots of one request: their names, their settings, and what makes a finished one valid. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { invalid, refused } from "../../../lib/base/messages.ts";
import { parseBootName } from "../../../lib/observed/bootName.ts";
import type { LabRequest } from "./arguments.ts";
import { type KernelImage, readKernelImage } from "./kernelImage.ts";
import { memoryFor, qemuArguments } from "./machine.ts";
import { linesFor, type Plan, planText, readPlan, runsOf, withCases } from "./plan.ts";

/** One machine to start. */
export interface LabBootPlan {
  /** `x86-6.1-4-quick`, without what only its results tell. */
  readonly name: string;
  readonly cpus: number;
  readonly memoryMib: number;
  /** Runs that the plan makes there. */
  readonly runs: number;
  readonly files: BootFiles;
  readonly arguments: readonly string[];
  /** The same for the same kernel, workload, plan and settings. */
  readonly digest: string;
}

/** Where a boot puts what. */
export interface BootFiles {
  readonly initrd: string;
  /** The workload's results, and the kernel's log. */
  readonly results: string;
  readonly log: string;
  /** Digest and settings, written when the boot has ended. */
  readonly record: string;
}

/** A kernel module to load before the plan. */
interface Module {
  readonly name: string;
  readonly data: Uint8Array;
}

/** Everything that a request asks for, read and checked. */
export interface Series {
  readonly image: KernelImage;
  readonly plan: Plan;
  readonly modules: readonly Module[];
  readonly boots: readonly LabBootPlan[];
}

/**
 * Reads kernel, plan and modules and lays out the boots. Throws SD001, SD002, SD006 or SD011 for
 * what is wrong with them.
 */
export function seriesOf(request: LabRequest, labFolder: string): Series {
  const image = readKernelImage(request.kernel);
  const plan = withCases(readPlan(labFolder, request.plan), request.cases);
  const modules = request.modules.map((file) => ({ name: path.basename(file), data: read(file) }));
  const sources = digestOf(sourcesOf(labFolder));
  const boots = request.cpus.map((cpus) => {
    const name = bootName(request, image, plan, cpus);
    const files = filesOf(request.work, name);
    const memoryMib = request.memoryMib ?? memoryFor(cpus);
    const settings = { arch: image.arch, cpus, memoryMib, append: request.append };
    const own = { ...settings, accelerator: request.accelerator };
    const { initrd, log, results } = files;
    const arguments_ = qemuArguments({ ...own, kernel: image.file, initrd, log, results });
    const parts = [image.sha256, sources, planText(plan), JSON.stringify(own)];
    const digest = digestOf([...parts, ...modules.flatMap(({ name: file, data }) => [file, data])]);
    const runs = runsOf(plan, cpus);
    return { name, cpus, memoryMib, runs, files, arguments: arguments_, digest };
  });
  for (const { cpus, memoryMib } of boots) checkFits(plan, cpus, memoryMib);
  return { image, plan, modules, boots };
}

function checkFits(plan: Plan, cpus: number, memoryMib: number): void {
  if (linesFor(plan, cpus).length === 0) {
    throw invalid("--cpus", cpus, `a number for which plan ${plan.name} has cases`);
  }
  const hostMib = Math.floor(os.totalmem() / 1_048_576);
  if (memoryMib <= hostMib) return;
  const why = `this host has ${hostMib} MiB: use --memory MIB, at least 1024 for most cases`;
  throw refused("machine", `${cpus} CPUs, ${memoryMib} MiB`, why);
}

/** `x86-6.12rt-8-main-idlepoll`: what the model reads to know which machine it was. */
function bootName(request: LabRequest, image: KernelImage, plan: Plan, cpus: number): string {
  const said = /^\d+\.\d+/.exec(image.version ?? "")?.[0];
  const known = said === undefined ? undefined : `${said}${image.isRealtime ? "rt" : ""}`;
  const release = request.release ?? known;
  if (release === undefined) {
    throw invalid("--release", "", "the release of this kernel, such as 6.12: the image is silent");
  }
  const tags = [
    ...(request.accelerator === "tcg-threads" ? ["mt"] : []),
    ...(/(^| )idle=poll( |$)/.test(request.append) ? ["idlepoll"] : []),
    ...(request.tag === undefined ? [] : [request.tag]),
  ];
  const name = [image.arch, release, cpus, plan.name, ...tags].join("-");
  parseBootName(name);
  return name;
}

function filesOf(folder: string, name: string): BootFiles {
  const file = (end: string): string => path.join(folder, `${name}${end}`);
  return {
    initrd: file(".cpio.gz"),
    results: file(".txt"),
    log: file(".console.txt"),
    record: file(".json"),
  };
}

function sourcesOf(labFolder: string): Uint8Array[] {
  const folder = path.join(labFolder, "src");
  return fs
    .readdirSync(folder)
    .sort()
    .map((file) => fs.readFileSync(path.join(folder, file)));
}

function digestOf(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest("hex");
}

function read(file: string): Uint8Array {
  try {
    return fs.readFileSync(file);
  } catch (error) {
    throw refused("module", file, (error as Error).message);
  }
}
