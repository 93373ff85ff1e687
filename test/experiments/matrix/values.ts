/** Every value that a scene can be made of, small enough to run all of them with all others. */
import * as sd from "../../../lib/index.ts";

const KiB = 1024;

/** One machine of each kind that a flush path depends on. */
export const machines: Readonly<Record<string, sd.Machine>> = {
  x86: sd.machines.qemu.withCpus(6),
  "x86 INVLPGB": sd.machines.turin.withCpus(6),
  "x86 RAR": sd.machine({ arch: sd.x86({ rar: true }), cpus: 6 }),
  arm64: sd.machines.qemuArm64.withCpus(6),
  "powerpc radix": sd.machine({ arch: sd.powerpc({ mmu: "radix" }), cpus: 6 }),
  "powerpc hash": sd.machine({ arch: sd.powerpc({ mmu: "hash" }), cpus: 6 }),
};

/** Releases the model knows. */
export const releases = ["6.1", "6.12", "6.16", "6.18", "7.2", "7.3"] as const;

/** Every backend. */
export const backends: Readonly<Record<string, sd.Backend>> = {
  native: sd.backend.native(),
  kvm: sd.backend.kvm(),
  hyperv: sd.backend.hyperv(),
  xenPv: sd.backend.xenPv(),
};

/** Every policy of a group, made without options; those of one's own are for their own tests. */
export function policiesOf(group: object): readonly sd.Policy[] {
  return Object.entries(group)
    .filter(([name, make]) => typeof make === "function" && name !== "custom")
    .map(([, make]) => (make as () => sd.Policy)());
}

/** Every workload, with sleeping and running siblings in turn. */
export const workloads: readonly sd.Workload[] = [
  sd.workload.collapse({ bytes: sd.MiB(4), threads: 3, siblings: "spin" }),
  sd.workload.collapse({ bytes: sd.MiB(2), threads: 2, by: "khugepaged", memory: "shmem" }),
  sd.workload.munmap({ bytes: sd.MiB(2), calls: 2, threads: 3 }),
  sd.workload.munmap({ bytes: 64 * KiB, threads: 2, siblings: "stale", memory: "shmem" }),
  sd.workload.mprotect({ bytes: 64 * KiB, calls: 2, threads: 3, siblings: "spin" }),
  sd.workload.dontneed({ bytes: sd.MiB(2), threads: 3 }),
  sd.workload.madviseFree({ bytes: 64 * KiB, threads: 2, siblings: "spin" }),
  sd.workload.madviseCold({ bytes: 64 * KiB, threads: 2, siblings: "spin" }),
  sd.workload.mremap({ bytes: sd.MiB(2), threads: 3 }),
  sd.workload.fork({ threads: 3, siblings: "spin" }),
  sd.workload.exit({ threads: 3 }),
  sd.workload.pageout({ pages: 40, threads: 3, siblings: "spin" }),
  sd.workload.reclaim({ pages: 64, threads: 3, siblings: "spin" }),
  sd.workload.migrate({ pages: 40, threads: 3, siblings: "spin" }),
  sd.workload.gupFastHammer({ threads: 2, calls: 20 }),
  sd.workload.unshare({ bytes: sd.GiB(2), threads: 2 }),
  sd.workload.membarrier({ threads: 3, siblings: "spin" }),
  sd.workload.idle({ forNs: 1_000_000 }),
  sd.workload.contextSwitchIdle({ threads: 2, trips: 5 }),
  sd.workload.contextSwitchPingPong({ pairs: 2, rounds: 5 }),
  sd.workload.kernelCompile({ jobs: 2, processes: 4 }),
  sd.workload.together(
    sd.workload.collapse({ bytes: sd.MiB(2), threads: 2, siblings: "spin" }),
    sd.workload.gupFastHammer({ threads: 2, range: "operation" }),
    sd.workload.perfSampling({ hz: 4000 }),
    sd.workload.isolatedObserver({ cpus: [5] }),
  ),
];

/** The workloads in which a group of policies does something, by type. */
export const applies: Readonly<Record<"tableSync" | "lazyTlb" | "unmapFlush", readonly string[]>> =
  {
    tableSync: ["collapse", "munmap", "unshare", "gupFastHammer", "together"],
    lazyTlb: ["munmap", "exit", "contextSwitchIdle", "contextSwitchPingPong", "kernelCompile"],
    unmapFlush: ["collapse", "munmap", "mprotect", "dontneed", "pageout", "reclaim", "migrate"],
  };
