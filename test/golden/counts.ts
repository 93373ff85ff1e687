/** Interrupts that a workload causes, through the public entry of the library. */
import * as sd from "../../lib/index.ts";

/** Releases before 6.13: a CPU leaves `mm_cpumask` when it leaves the address space. */
export const EAGER_RELEASES = ["6.1", "6.12"] as const;
/** Releases since 6.13: it leaves the mask when a flush finds it elsewhere. */
export const LAZY_RELEASES = ["7.2", "7.3"] as const;
/** Releases that the golden tests run on. */
export const RELEASES: readonly string[] = [...EAGER_RELEASES, ...LAZY_RELEASES];

/** Flushes with freed tables after which a lazy CPU is left alone: one or two strikes. */
export function strikes(release: string): number {
  return (EAGER_RELEASES as readonly string[]).includes(release) ? 1 : 2;
}

/** Where a workload runs. */
export interface Place {
  readonly cpus: number;
  /** Default 7.2. */
  readonly release?: string;
  readonly tableSync?: sd.Policy;
  /** Default `halt`. */
  readonly idle?: "halt" | "polling";
  /** A machine with INVLPGB. Default: the emulated one of the measurements. */
  readonly invlpgb?: boolean;
  /** A machine with Intel RAR. */
  readonly rar?: boolean;
  /** Default `native`. */
  readonly backend?: sd.Backend;
}

/** One run of a workload, seed 1. */
export function run(place: Place, workload: sd.Workload, trace = 0): sd.Run {
  const { cpus, release = "7.2", tableSync = sd.tableSync.broadcast(), idle = "halt" } = place;
  const { backend = sd.backend.native() } = place;
  const plain = place.invlpgb === true ? sd.machines.turin : sd.machines.qemu;
  const kind = place.rar === true ? plain.with({ arch: sd.x86({ rar: true }) }) : plain;
  return sd.simulate({
    machine: kind.withCpus(cpus).with({ idle }),
    linux: sd.linux({ release, tableSync }),
    backend,
    workload,
    trace,
  });
}

/** Totals of the rows CAL and TLB. */
export interface Counts {
  readonly CAL: number;
  readonly TLB: number;
}

/** Totals of one run. */
export function counts(place: Place, workload: sd.Workload): Counts {
  const one = run(place, workload);
  return { CAL: one.total("CAL"), TLB: one.total("TLB") };
}

/** One row of a run, by CPU. */
export function perCpu(one: sd.Run, irq: string): number[] {
  const table = one.interrupts();
  const [cpus, irqs, found] = ["cpu", "irq", "count"].map((name) => Array.from(table.array(name)));
  const vector: number[] = [];
  irqs!.forEach((name, i) => {
    if (name === irq) vector[Number(cpus![i])] = Number(found![i]);
  });
  return vector;
}
