/** Architectures and the features that decide how translations are flushed. */
import { checkBoolean, checkInteger, checkKeys, checkOneOf } from "../base/check.ts";
import { impossible, invalid } from "../base/messages.ts";
import { deepFreeze } from "../base/value.ts";

/** Intel or AMD. */
export interface X86 {
  readonly kind: "x86";
  /** AMD broadcast invalidation, INVLPGB and TLBSYNC (Linux 6.15). */
  readonly invlpgb: boolean;
  /** Pages of one INVLPGB, 1…65536 (CPUID 8000_0008 EDX[15:0] + 1). */
  readonly invlpgbCountMax: number;
  /** Intel Remote Action Request: remote invalidation without an interrupt handler. */
  readonly rar: boolean;
  /** Process-context identifiers. */
  readonly pcid: boolean;
}

/** 64-bit Arm: TLBI is always broadcast. */
export interface Arm64 {
  readonly kind: "arm64";
  /** FEAT_TLBIRANGE (Armv8.4): one TLBI for a range of pages. */
  readonly tlbiRange: boolean;
  /** The kernel is unmapped in user mode (KPTI): each TLBI is repeated for the user ASID. */
  readonly kpti: boolean;
  /**
   * C1-Pro erratum 4193714: a DSB does not wait for the SME unit of other CPUs, so that Linux 7.2
   * interrupts CPUs in user code that uses SME. All user code is taken to use it.
   */
  readonly smeErratum: boolean;
}

/** POWER, book3s64. */
export interface Powerpc {
  readonly kind: "powerpc";
  readonly mmu: "radix" | "hash";
  /** Base pages, as the kernel was built: 4096 or 65536. Ranges of the model are in 4 KiB. */
  readonly pageBytes: 4096 | 65_536;
}

/** Features of an x86 machine; see {@link X86}. */
export type X86Options = Partial<Omit<X86, "kind">>;

/** Features of an arm64 machine; see {@link Arm64}. */
export type Arm64Options = Partial<Omit<Arm64, "kind">>;

/** Features of a POWER machine; see {@link Powerpc}. */
export type PowerpcOptions = Partial<Omit<Powerpc, "kind">>;

/** An architecture with its features: plain frozen data. */
export type Arch = X86 | Arm64 | Powerpc;

/** Tag of an {@link Arch}. */
export type ArchKind = Arch["kind"];

/** All tags. */
export const archKinds: readonly ArchKind[] = ["x86", "arm64", "powerpc"];

/**
 * An x86 machine; without options PCID, no INVLPGB, no RAR; 8 pages an INVLPGB are assumed. Throws
 * SD002 for an unknown option, SD001 for a value of the wrong type or range, SD004 for INVLPGB
 * (AMD) together with RAR (Intel).
 */
export function x86(options: X86Options = {}): X86 {
  checkKeys("x86", options, ["invlpgb", "invlpgbCountMax", "rar", "pcid"]);
  const { invlpgb = false, invlpgbCountMax = 8, rar = false, pcid = true } = options;
  checkBoolean("invlpgb", invlpgb);
  checkInteger("invlpgbCountMax", invlpgbCountMax, 1, 65_536);
  checkBoolean("rar", rar);
  checkBoolean("pcid", pcid);
  if (invlpgb && rar) throw impossible("rar", rar, "INVLPGB is an AMD feature, RAR one of Intel");
  return deepFreeze({ kind: "x86", invlpgb, invlpgbCountMax, rar, pcid });
}

/**
 * A 64-bit Arm machine; without options it has range invalidation, no KPTI and no SME erratum.
 * Throws SD002 for an unknown option, SD001 for a value that is no boolean.
 */
export function arm64(options: Arm64Options = {}): Arm64 {
  checkKeys("arm64", options, ["tlbiRange", "kpti", "smeErratum"]);
  const { tlbiRange = true, kpti = false, smeErratum = false } = options;
  checkBoolean("tlbiRange", tlbiRange);
  checkBoolean("kpti", kpti);
  checkBoolean("smeErratum", smeErratum);
  return deepFreeze({ kind: "arm64", tlbiRange, kpti, smeErratum });
}

/**
 * A POWER machine; radix and pages of 4 KiB without options. Throws SD002 for an unknown option or
 * MMU, SD001 for another size of pages.
 */
export function powerpc(options: PowerpcOptions = {}): Powerpc {
  checkKeys("powerpc", options, ["mmu", "pageBytes"]);
  const { mmu = "radix", pageBytes = 4096 } = options;
  checkOneOf("mmu", mmu, ["radix", "hash"]);
  if (pageBytes !== 4096 && pageBytes !== 65_536) {
    throw invalid("pageBytes", pageBytes, "4096 or 65536");
  }
  return deepFreeze({ kind: "powerpc", mmu, pageBytes });
}

/** `arch` checked and frozen; also revives plain data. Throws as {@link x86} and its siblings. */
export function checkArch(arch: Arch): Arch {
  if (typeof arch !== "object" || arch === null) {
    throw invalid("arch", arch, "x86(), arm64() or powerpc()");
  }
  const { kind, ...features } = arch;
  switch (checkOneOf("arch", kind, archKinds)) {
    case "x86":
      return x86(features as X86Options);
    case "arm64":
      return arm64(features as Arm64Options);
    case "powerpc":
      return powerpc(features as PowerpcOptions);
  }
}

/** Rows of `/proc/interrupts`; null where the architecture counts nothing of the kind. */
export interface InterruptRows {
  /** Cross calls, and remote wake-ups sent through the call queue. */
  readonly call: string;
  /** Executions of the TLB flush handler for another CPU. */
  readonly flush: string | null;
  readonly reschedule: string;
}

/**
 * Row names (arch/x86/kernel/irq.c, arch/arm64/kernel/smp.c). POWER has one multiplexed line for
 * all messages; its number is that of the guests measured here.
 */
export function interruptRows(arch: Arch): InterruptRows {
  switch (arch.kind) {
    case "x86":
      return { call: "CAL", flush: "TLB", reschedule: "RES" };
    case "arm64":
      return { call: "IPI1", flush: null, reschedule: "IPI0" };
    case "powerpc":
      return { call: "16", flush: null, reschedule: "16" };
  }
}

/** How Linux sends one IPI to many CPUs. */
export interface MaskSend {
  /** CPUs that one write to the interrupt controller can reach, if they are neighbours. */
  readonly groupCpus: number;
  /** One write reaches all CPUs but the sender. */
  readonly allButSelf: boolean;
}

/**
 * x86: clusters of 16 and a shorthand (arch/x86/kernel/apic/x2apic_cluster.c, ipi.c). arm64: 16
 * affinity neighbours (drivers/irqchip/irq-gic-v3.c). POWER: one message a target.
 */
export function maskSend(arch: Arch): MaskSend {
  switch (arch.kind) {
    case "x86":
      return { groupCpus: 16, allButSelf: true };
    case "arm64":
      return { groupCpus: 16, allButSelf: false };
    case "powerpc":
      return { groupCpus: 1, allButSelf: false };
  }
}

/** Hardware threads that a core can have; four on x86 is Xeon Phi, on arm64 ThunderX2. */
export function threadCounts(kind: ArchKind): readonly number[] {
  return kind === "powerpc" ? [1, 2, 4, 8] : [1, 2, 4];
}

/** The features as words: `x86, PCID`. */
export function describeArch(arch: Arch): string {
  switch (arch.kind) {
    case "x86": {
      const names = { pcid: "PCID", invlpgb: "INVLPGB", rar: "RAR" } as const;
      const has = (["pcid", "invlpgb", "rar"] as const).filter((feature) => arch[feature]);
      return ["x86", ...has.map((feature) => names[feature])].join(", ");
    }
    case "arm64": {
      const names = { tlbiRange: "range TLBI", kpti: "KPTI", smeErratum: "SME erratum" } as const;
      const has = (["tlbiRange", "kpti", "smeErratum"] as const).filter((feature) => arch[feature]);
      return ["arm64", ...has.map((feature) => names[feature])].join(", ");
    }
    case "powerpc":
      return `powerpc, ${arch.mmu}${arch.pageBytes === 65_536 ? ", 64 KiB pages" : ""}`;
  }
}
