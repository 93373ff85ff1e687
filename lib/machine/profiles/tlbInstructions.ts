/**
 * Broadcast flush instructions. Each exists on one architecture only; every table holds all of them
 * so that a table is complete for any program.
 */
import type { ArchKind } from "../arch.ts";
import type { Cost, CostKey } from "../costs.ts";
import { assumed, cited } from "./evidence.ts";

type TlbInstruction = "invlpgb" | "tlbsync" | "tlbi" | "dsb" | "tlbie" | "ptesync";

const invlpgbPair =
  "no instruction figure; [INVLPGB] 36 cores at 1.157 M loops/s, 4 % of CPU in flushes, bounds" +
  " the pair INVLPGB + TLBSYNC by 1.24 us";
const tlbiePair =
  "[Kumar-2020] (369 - 39) ms for 253,952 huge pages: 1.30 us for tlbie and ptesync together";

/** ns per instruction, one issuer at a time. */
export const tlbInstructions: Readonly<Record<TlbInstruction, Cost>> = {
  invlpgb: assumed(250, invlpgbPair, [50, 1240]),
  tlbsync: assumed(990, invlpgbPair, [100, 1240]),
  tlbi: assumed(50, "no figure; issue only, the wait is in dsb", [5, 200]),
  dsb: cited(
    660,
    "[arm64-batch-v11] Kunpeng 920, (13.460 - 11.771) s for 2.56 M pages; 348 ns on a phone;" +
      " up to 6.3 us each with 32 issuers [Andrea-2020]",
    [200, 6344],
  ),
  tlbie: assumed(300, `${tlbiePair}; the split is a guess`, [50, 1000]),
  ptesync: cited(1000, `${tlbiePair}; less tlbie`, [300, 1300]),
};

/** The architecture that alone has a step; steps not listed exist everywhere. */
export const onlyOn: Readonly<Partial<Record<CostKey, ArchKind>>> = {
  invlpgb: "x86",
  tlbsync: "x86",
  rar: "x86",
  tlbi: "arm64",
  dsb: "arm64",
  tlbie: "powerpc",
  ptesync: "powerpc",
};
