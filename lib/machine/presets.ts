/** Machines on which published measurements were taken, so that a run can be held against them. */
import { checkOneOf } from "../base/check.ts";
import { arm64, powerpc, x86 } from "./arch.ts";
import type { Distances } from "./distances.ts";
import { type Machine, machine } from "./machine.ts";

/** All named machines. Where a report is silent about the topology, the text says "assumed". */
export interface Machines {
  /** 64-CPU Intel server whose CAL row fell from 646,316 to 785 [Lance-2026]; model assumed. */
  readonly icelake64: Machine;
  /** Two Haswell sockets, 48 threads: concurrent flushes [Amit-RFC]; clock assumed. */
  readonly haswell48: Machine;
  /** Two Xeon X5550, 16 CPUs: lock and CAS costs [perfbook]. */
  readonly x5550: Machine;
  /** Two sockets, 16 cores: shootdown of 6 us [LATR]; no hyperthreads assumed. */
  readonly xeon16: Machine;
  /** Four nodes, 48 CPUs: reclaim with batched flushes [Gorman]; cores without threads assumed. */
  readonly xeon48: Machine;
  /** Eight sockets, 120 cores: shootdown of 80 us [LATR]; no hyperthreads assumed. */
  readonly xeon120: Machine;
  /** 196 CPUs, 1.5 TB: hugetlb unshare storm [Uschakow]; x86 and two sockets assumed. */
  readonly aws196: Machine;
  /** Eight Xeon Platinum 8176 in two groups of four, 448 CPUs [perfbook]; distances assumed. */
  readonly xeon448: Machine;
  /** Two sockets, 240 cores, 480 CPUs: contended scheduler masks [PanDeng]. */
  readonly xeon480: Machine;
  /** Two Skylake sockets of 20 cores, 80 CPUs: guests with paravirtual IPIs [PVIPI]. */
  readonly skylake80: Machine;
  /** AMD Milan VM, 166 CPUs: atomic increments [perfbook]; one socket of 83 cores assumed. */
  readonly milan166: Machine;
  /** AMD Milan, 36 cores, INVLPGB: tlb_flush2_threads [INVLPGB]; two threads a core. */
  readonly milan36: Machine;
  /** AMD Turin with INVLPGB: one EPYC 9755, 128 cores, 256 CPUs. */
  readonly turin: Machine;
  /** Ampere eMAG, 32 CPUs: DSB of 6.3 us each in a queue of 32 issuers [Andrea-2020]. */
  readonly emag32: Machine;
  /** ThunderX2, 112 CPUs online: IPI benchmark [Norov]; two threads a core assumed. */
  readonly thunderx2: Machine;
  /** Two Ampere sockets of 64 cores: idle wake-ups [TIF_NOTIFY]. */
  readonly altra128: Machine;
  /** Kunpeng 920, 128 CPUs: batched unmap [arm64-batch-v11]; two sockets assumed. */
  readonly kunpeng920: Machine;
  /** Graviton2, 64 CPUs: core-to-core latency [core2core]. */
  readonly graviton2: Machine;
  /** POWER8, 16 sockets, 192 cores: lazy-TLB refcount [Piggin]; one thread a core assumed. */
  readonly power8: Machine;
  /** 144 CPUs: kernel compile with 314 more IPIs [Piggin]; POWER9, two sockets assumed. */
  readonly power9: Machine;
  /**
   * POWER10 partition, 105 cores: tlbie stalls [Ramachandran]. Its eight sockets do not divide 105
   * cores: seven sockets of 15 cores here, eight threads a core.
   */
  readonly power10Lpar: Machine;
  /** Emulated x86 guest of this project's interrupt counts, 64 CPUs; any other by `withCpus`. */
  readonly qemu: Machine;
  /** Emulated arm64 guest of this project's interrupt counts, 32 CPUs. */
  readonly qemuArm64: Machine;
  /** Emulated POWER10 guest of this project's interrupt counts, 16 CPUs. */
  readonly qemuPpc64le: Machine;
}

const amdWithInvlpgb = { arch: x86({ invlpgb: true }), profile: "x86Amd" } as const;
const oldArm = arm64({ tlbiRange: false });

/** Ready machines; see {@link Machines} for where each comes from. */
export const machines: Machines = Object.freeze({
  icelake64: machine({ name: "Intel Ice Lake", sockets: 1, coresPerSocket: 64 }),
  haswell48: machine({ name: "Intel Haswell", sockets: 2, coresPerSocket: 12, threadsPerCore: 2 }),
  x5550: machine({ name: "Xeon X5550", sockets: 2, coresPerSocket: 4, threadsPerCore: 2 }),
  xeon16: machine({ name: "Xeon, two sockets", sockets: 2, coresPerSocket: 8 }),
  xeon48: machine({ name: "Xeon, four nodes", sockets: 4, coresPerSocket: 12 }),
  xeon120: machine({
    name: "Xeon, eight sockets",
    profile: "x86EightSocket",
    sockets: 8,
    coresPerSocket: 15,
  }),
  aws196: machine({ name: "x86 cloud host", sockets: 2, coresPerSocket: 98 }),
  xeon448: machine({
    name: "Xeon Platinum 8176",
    profile: "x86EightSocket",
    sockets: 8,
    coresPerSocket: 28,
    threadsPerCore: 2,
    distances: groupsOfFour(8),
  }),
  xeon480: machine({
    name: "Xeon, 120 cores a socket",
    sockets: 2,
    coresPerSocket: 120,
    threadsPerCore: 2,
  }),
  skylake80: machine({ name: "Skylake-SP", sockets: 2, coresPerSocket: 20, threadsPerCore: 2 }),
  milan166: machine({
    name: "AMD Milan VM",
    profile: "x86Amd",
    sockets: 1,
    coresPerSocket: 83,
    threadsPerCore: 2,
  }),
  milan36: machine({
    name: "AMD Milan",
    ...amdWithInvlpgb,
    sockets: 1,
    coresPerSocket: 36,
    threadsPerCore: 2,
  }),
  turin: machine({
    name: "AMD Turin",
    ...amdWithInvlpgb,
    sockets: 1,
    coresPerSocket: 128,
    threadsPerCore: 2,
  }),
  emag32: machine({
    name: "Ampere eMAG",
    arch: oldArm,
    coresPerSocket: 32,
    costs: {
      dsb: {
        ns: 6344,
        evidence: "cited",
        source:
          "[Andrea-2020] (2.1696 - 0.13941) s for 10,000 rounds of 32 issuers: 203 us a round;" +
          " an upper bound, one broadcast a round",
        range: [660, 6344],
      },
    },
  }),
  thunderx2: machine({
    name: "ThunderX2",
    arch: oldArm,
    sockets: 2,
    coresPerSocket: 28,
    threadsPerCore: 2,
  }),
  altra128: machine({ name: "Ampere Altra", arch: oldArm, sockets: 2, coresPerSocket: 64 }),
  kunpeng920: machine({ name: "Kunpeng 920", arch: oldArm, sockets: 2, coresPerSocket: 64 }),
  graviton2: machine({ name: "Graviton2", arch: oldArm, sockets: 1, coresPerSocket: 64 }),
  power8: machine({
    name: "POWER8",
    arch: powerpc({ mmu: "hash" }),
    sockets: 16,
    coresPerSocket: 12,
  }),
  power9: machine({
    name: "POWER9",
    arch: powerpc(),
    sockets: 2,
    coresPerSocket: 18,
    threadsPerCore: 4,
  }),
  power10Lpar: machine({
    name: "POWER10 partition",
    arch: powerpc(),
    sockets: 7,
    coresPerSocket: 15,
    threadsPerCore: 8,
  }),
  qemu: machine({ name: "QEMU x86", arch: x86({ pcid: false }), coresPerSocket: 64 }),
  qemuArm64: machine({ name: "QEMU arm64", arch: arm64(), coresPerSocket: 32 }),
  qemuPpc64le: machine({ name: "QEMU ppc64le", arch: powerpc(), coresPerSocket: 16 }),
});

/** All names of {@link machines}. */
export const machineNames: readonly (keyof Machines)[] = Object.keys(
  machines,
) as (keyof Machines)[];

/** A machine of {@link machines} by its name. Throws SD002 with the nearest name. */
export function machineByName(name: string): Machine {
  return machines[checkOneOf("machine", name, machineNames)];
}

/** Two hops between groups of four sockets, one inside a group. */
function groupsOfFour(sockets: number): Distances {
  const indices = Array.from({ length: sockets }, (_, index) => index);
  const distance = (a: number, b: number) => {
    if (a === b) return 10;
    return Math.floor(a / 4) === Math.floor(b / 4) ? 21 : 31;
  };
  return indices.map((a) => indices.map((b) => distance(a, b)));
}
