/** What this machine says of itself. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { release } from "node:os";
import { refused } from "../../base/messages.ts";
import { type LscpuMachine, lscpuMachine } from "../fromData/machineFromLscpu.ts";
import type { MachineOrigin } from "./provenance.ts";

/** Throws SD011 where this is not Linux. */
export function requireLinux(platform: string = process.platform): void {
  if (platform === "linux") return;
  throw refused("probe", platform, "probes measure the Linux they run on");
}

/** Throws SD011 where the kernel has no huge pages for private memory, or they are forbidden. */
export function requireThp(mode: string = thpMode()): void {
  if (hasThp(mode)) return;
  const found = mode === "" ? "this kernel has none" : `/sys says ${mode}`;
  throw refused("probe", "collapse", `no transparent huge pages (${found}): nothing can collapse`);
}

/** Whether memory may have huge pages when it asks for them. */
export function hasThp(mode: string = thpMode()): boolean {
  return mode === "always" || mode === "madvise";
}

/** A file under /proc, trimmed. Throws SD011 where it cannot be read. */
export function procText(name: string): string {
  try {
    return readFileSync(`/proc/${name}`, "utf8").trim();
  } catch (error) {
    throw refused("file", `/proc/${name}`, (error as Error).message);
  }
}

/** `always`, `madvise` or `never`; empty where the kernel has none. */
export function thpMode(): string {
  try {
    const text = readFileSync("/sys/kernel/mm/transparent_hugepage/enabled", "utf8");
    return /\[(\w+)\]/.exec(text)?.[1] ?? "";
  } catch {
    return "";
  }
}

/** The CPUs that this process may run on. */
export function allowedCpus(): number[] {
  const list = /Cpus_allowed_list:\s*(\S+)/.exec(procText("self/status"))?.[1] ?? "";
  return list.split(",").flatMap((part) => {
    const [first = 0, last = first] = part.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

/**
 * The first `threads` CPUs that this process may use. Throws SD011 with fewer than two: then there
 * is nobody to interrupt.
 */
export function cpusFor(probe: string, threads: number, cpus: readonly number[]): number[] {
  if (cpus.length < 2) {
    throw refused("probe", probe, "one CPU: there is nobody to interrupt");
  }
  if (threads > cpus.length) {
    throw refused("threads", threads, `${cpus.length} CPUs may be used: one thread a CPU`);
  }
  return cpus.slice(0, threads);
}

/** The model of this machine. Throws SD003 where lscpu is missing, SD011 where it fails. */
export function ownMachine(): LscpuMachine {
  try {
    return lscpuMachine(
      execFileSync("lscpu", { encoding: "utf8", env: { ...process.env, LC_ALL: "C" } }),
    );
  } catch (error) {
    throw refused("lscpu", process.platform, (error as Error).message);
  }
}

/** What every provenance says of this machine. */
export function originOf({ machine, backend }: LscpuMachine): MachineOrigin {
  return {
    kernel: release(),
    cmdline: procText("cmdline"),
    cpuModel: machine.name,
    hypervisor: backend.name === "native" ? "" : backend.name,
    thpMode: thpMode(),
    cpus: machine.cpus,
  };
}
