/** A machine of the model from what lscpu prints. */
import type { Backend } from "../../backends/backend.ts";
import { hyperv, kvm, native, xenPv } from "../../backends/backend.ts";
import { malformed } from "../../base/messages.ts";
import { type Machine, machine } from "../../machine/machine.ts";
import type { ProfileName } from "../../machine/profile.ts";
import { maxSockets } from "../../machine/shape.ts";
import { type LscpuData, parseLscpu } from "../../observed/lscpu.ts";
import { archFromLscpu } from "./archFromLscpu.ts";

/** What lscpu tells, and what it leaves open. */
export interface LscpuMachine {
  readonly machine: Machine;
  /** Who flushes: by the hypervisor that lscpu names. */
  readonly backend: Backend;
  /** What was assumed because the text does not say it; in words. */
  readonly notes: readonly string[];
}

/**
 * The machine that lscpu (text, `-J` or `-p`) shows: online CPUs, sockets, cores, threads, and the
 * features that its flags name. Costs are those of the nearest platform that was measured.
 * Throws SD006 for other text, SD004 for an architecture without a model, SD001 for a machine of
 * more than 4,096 CPUs.
 */
export function machineFromLscpu(text: string): Machine {
  return lscpuMachine(text).machine;
}

/** The same with the backend and what was assumed. Throws as {@link machineFromLscpu}. */
export function lscpuMachine(text: string): LscpuMachine {
  const data = parseLscpu(text);
  const notes: string[] = [];
  const arch = archFromLscpu(data, notes);
  const { cpus, ...parts } = shapeOf(data, notes);
  const isExact = parts.sockets * parts.coresPerSocket * parts.threadsPerCore === cpus;
  const profile = profileOf(data, arch.kind, parts.sockets);
  const common = { name: nameOf(data, arch.kind), arch, profile };
  if (!isExact) {
    notes.push(`${cpus} online CPUs are no product of sockets, cores and threads: sizes are even`);
  }
  const shape = isExact && parts.sockets <= maxSockets ? parts : undefined;
  const made = machine({ ...common, ...(shape ?? { cpus }) });
  notes.push(`costs are those of the platform ${profile}, not measured on this machine`);
  noteNodes(data, made, notes);
  return { machine: made, backend: backendOf(data, arch.kind, notes), notes };
}

interface LscpuShape {
  readonly cpus: number;
  readonly sockets: number;
  readonly coresPerSocket: number;
  readonly threadsPerCore: number;
}

/** Sizes from the fields, or else from the columns of `lscpu -p`. */
function shapeOf(data: LscpuData, notes: string[]): LscpuShape {
  const { perCpu, online } = data;
  const cpus = online?.length || perCpu?.cpu.length || data.cpus;
  if (cpus === undefined || cpus === 0) {
    throw malformed("lscpu", Object.keys(data.fields).slice(0, 3).join(", "), "a field CPU(s)");
  }
  if (data.cpus !== undefined && data.cpus > cpus) {
    notes.push(`${data.cpus - cpus} of ${data.cpus} CPUs are offline and left out`);
  }
  const column = (name: string): number | undefined =>
    perCpu?.columns[name] === undefined ? undefined : new Set(perCpu.columns[name]).size;
  const sockets = data.sockets ?? column("Socket") ?? usedNodes(data) ?? 1;
  const cores = column("Core");
  const threadsPerCore = data.threadsPerCore ?? (cores === undefined ? 1 : cpus / cores);
  const coresPerSocket = data.coresPerSocket ?? cpus / sockets / threadsPerCore;
  if (data.sockets === undefined && column("Socket") === undefined) {
    notes.push(`the number of sockets is not given: ${sockets} from the NUMA nodes`);
  }
  return { cpus, sockets, coresPerSocket, threadsPerCore };
}

function usedNodes({ nodes }: LscpuData): number | undefined {
  return nodes.filter(({ cpus }) => cpus.length > 0).length || undefined;
}

/** The nearest of the platforms whose costs are known. */
function profileOf({ vendor }: LscpuData, kind: string, sockets: number): ProfileName {
  if (kind === "arm64") return "arm64Server";
  if (kind === "powerpc") return "power";
  if (vendor === "AuthenticAMD" || vendor === "HygonGenuine") return "x86Amd";
  return sockets >= 4 ? "x86EightSocket" : "x86TwoSocket";
}

/** One line without control characters: the text is somebody else's. */
function nameOf({ models }: LscpuData, kind: string): string {
  const name = (models[0] ?? "").replace(/[^\x20-\x7e]/g, "").replace(/\s+/g, " ");
  return name.trim().slice(0, 60).trim() || kind;
}

function noteNodes(data: LscpuData, made: Machine, notes: string[]): void {
  const nodes = usedNodes(data) ?? made.sockets;
  if (nodes === made.sockets) return;
  notes.push(
    `${nodes} NUMA nodes with CPUs; the model has one for each of ${made.sockets} sockets`,
  );
}

/** The backend, by the words of lscpu's "Hypervisor vendor". */
function backendOf(data: LscpuData, kind: string, notes: string[]): Backend {
  const { hypervisor } = data;
  if (hypervisor === undefined || kind !== "x86") return native();
  const type = data.fields["Virtualization type"] ?? "";
  if (/^KVM/i.test(hypervisor)) {
    notes.push("KVM: that the host offers its paravirtual flush is assumed (the default of KVM)");
    return kvm();
  }
  if (/^(Microsoft|Windows)/i.test(hypervisor)) return hyperv();
  if (/^Xen/i.test(hypervisor) && /para/i.test(type)) return xenPv();
  notes.push(`a guest of ${hypervisor.slice(0, 40)}: it is taken to flush natively`);
  return native();
}
