import { checkKeys, checkOneOf } from "../../base/check.ts";
import { impossible } from "../../base/messages.ts";
import type { PolicyHooks } from "../../mm/hookPoints.ts";
import type { Policy } from "../policy.ts";
import type { ScanOptions } from "./hazardDesnoyers.ts";
import { desnoyersHooks } from "./hazardDesnoyers.ts";
import { lutomirskiHooks } from "./hazardLutomirski.ts";
import { lazyTlbPolicy } from "./lazyTlb.ts";

/** Options of {@link hazard}. */
export interface HazardOptions {
  /**
   * `desnoyers`: at the final drop all slots are read and matching CPUs interrupted. `lutomirski`:
   * the last user hands each matching CPU a reference that it drops at its next switch.
   */
  design?: "desnoyers" | "lutomirski";
  /** desnoyers: the fence before the slots are read. `none` is a mutant. Default `smp_mb`. */
  scanFence?: "smp_mb" | "none";
  /**
   * desnoyers: what the scan does about a CPU that names the address space. Default `interrupt`;
   * `busy-wait` spins until it names another one, and must not be called in atomic context.
   */
  scan?: "interrupt" | "busy-wait";
  /** lutomirski: whether `lazy_mm` is read again after the hand-over. Default true. */
  rereads?: boolean;
}

/**
 * Hazard pointers: each CPU says in a slot of its own what it borrows, so that switching shares no
 * line; who ends an address space looks for it in all slots.
 *
 * "sched: Use lightweight hazard pointers to grab lazy mms" (Lutomirski, [PATCH 16/23], 8 January
 * 2022); "sched+mm: Track lazy active mm existence with hazard pointers" (Desnoyers, v3, 8 October
 * 2024), whose scan a test robot found called with preemption off, from khugepaged. Neither merged.
 */
export function hazard(options: HazardOptions = {}): Policy {
  checkKeys("lazyTlb.hazard", options, ["design", "scanFence", "scan", "rereads"]);
  const { design = "desnoyers", scanFence = "smp_mb", rereads = true } = options;
  const { scan = "interrupt" } = options;
  checkOneOf("design", design, ["desnoyers", "lutomirski"]);
  checkOneOf("scanFence", scanFence, ["smp_mb", "none"]);
  checkOneOf("scan", scan, ["interrupt", "busy-wait"]);
  for (const key of ["scanFence", "scan"] as const) {
    if (design !== "lutomirski" || options[key] === undefined) continue;
    throw impossible(key, options[key], "only the design desnoyers scans at the final drop");
  }
  if (design === "desnoyers" && options.rereads !== undefined) {
    throw impossible("rereads", rereads, "only the design lutomirski hands references over");
  }
  const variant = design === "desnoyers" ? desnoyers({ scanFence, scan }) : lutomirski(rereads);
  return lazyTlbPolicy({ name: "hazard", ...variant });
}

interface Variant {
  readonly options: Readonly<Record<string, string | boolean>>;
  readonly hooks: PolicyHooks;
  readonly summary: string;
  readonly source: string;
  readonly unsafe?: string;
}

function desnoyers({ scanFence, scan }: ScanOptions): Variant {
  const act = scan === "interrupt" ? "interrupts" : "waits for";
  return {
    options: { design: "desnoyers", scanFence, ...(scan === "interrupt" ? {} : { scan }) },
    hooks: desnoyersHooks({ scanFence, scan }),
    summary: `each CPU names what it borrows; the final drop ${act} the CPUs that name it`,
    source: "sched+mm: Track lazy active mm existence with hazard pointers, v3, 8 Oct 2024",
    ...(scanFence === "smp_mb"
      ? {}
      : { unsafe: "the scan may read a slot before the last reference is gone (P-MM)" }),
  };
}

function lutomirski(rereads: boolean): Variant {
  return {
    options: { design: "lutomirski", rereads },
    hooks: lutomirskiHooks(rereads),
    summary: "each CPU names what it borrows; the last user hands it a reference to drop later",
    source: "[PATCH 16/23] sched: Use lightweight hazard pointers to grab lazy mms, 8 Jan 2022",
    ...(rereads
      ? {}
      : {
          unsafe:
            "a CPU that switches between the read and the hand-over keeps the reference until its" +
            " next switch, and the next last user finds the slot taken (P-LIVE; a question with" +
            " one last user, as lazyMmTeardown is, does not show it)",
        }),
  };
}
