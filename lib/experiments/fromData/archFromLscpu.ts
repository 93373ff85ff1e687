/** Architecture and features from the fields and flags of lscpu. */
import { impossible } from "../../base/messages.ts";
import { type Arch, type ArchKind, arm64, powerpc, x86 } from "../../machine/arch.ts";
import type { LscpuData } from "../../observed/lscpu.ts";

/** First AMD family with INVLPGB: Zen 3. */
const FIRST_BROADCAST_FAMILY = 25;

/** The architecture; `notes` gets what it leaves open. Throws SD004 where no model is of it. */
export function archFromLscpu(data: LscpuData, notes: string[]): Arch {
  switch (kindOf(data, notes)) {
    case "x86":
      return x86Of(data, notes);
    case "arm64":
      notes.push("range invalidation (FEAT_TLBIRANGE) and no KPTI are assumed");
      return arm64();
    case "powerpc":
      return powerpcOf(data, notes);
  }
}

function kindOf(data: LscpuData, notes: string[]): ArchKind {
  const { architecture, flags, models } = data;
  if (models.some((model) => /^POWER\d/i.test(model))) return "powerpc";
  if (architecture !== undefined) return kindNamed(architecture);
  if (flags.includes("sse2")) return "x86";
  if (flags.includes("asimd")) return "arm64";
  notes.push("the architecture is not given: x86 is assumed");
  return "x86";
}

function kindNamed(name: string): ArchKind {
  if (/^(x86_64|i[3-6]86|amd64)$/i.test(name)) return "x86";
  if (/^(aarch64|arm64)$/i.test(name)) return "arm64";
  if (/^(ppc64|ppc64le|powerpc64)$/i.test(name)) return "powerpc";
  throw impossible("architecture", name, "the model has x86, arm64 and powerpc");
}

function x86Of(data: LscpuData, notes: string[]): Arch {
  const { flags, vendor, fields } = data;
  if (flags.length === 0) notes.push("no flags are given: PCID and no INVLPGB are assumed");
  const invlpgb = flags.includes("invlpgb");
  const family = Number(fields["CPU family"] ?? 0);
  const mayHide = vendor === "AuthenticAMD" && family >= FIRST_BROADCAST_FAMILY;
  if (!invlpgb && mayHide) {
    notes.push(
      "no flag invlpgb, which kernels do not show on every machine that has it: " +
        "no INVLPGB is assumed",
    );
  }
  return x86({ invlpgb, pcid: flags.length === 0 || flags.includes("pcid") });
}

/** POWER8 and before have the hash MMU only. */
function powerpcOf({ models }: LscpuData, notes: string[]): Arch {
  const generation = Number(/^POWER(\d+)/i.exec(models[0] ?? "")?.[1] ?? 9);
  notes.push("pages of 64 KiB are assumed, as distributions build kernels for POWER");
  return powerpc({ mmu: generation >= 9 ? "radix" : "hash", pageBytes: 65_536 });
}
