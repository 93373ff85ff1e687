/** Costs that all x86 tables share: fences that cost nothing, and steps without any figure. */
import { deepFreeze } from "../../base/value.ts";
import type { Cost } from "../costs.ts";
import { assumed, cited } from "./evidence.ts";

type X86Common = Readonly<
  Record<
    | "load"
    | "store"
    | "fenceRead"
    | "fenceWrite"
    | "irqEntry"
    | "irqExit"
    | "ipiBroadcast"
    | "idleExit"
    | "pollExit"
    | "callEmpty",
    Cost
  >
>;

const ownLine = "first-level cache hit; [perfbook] per-thread counter 0.70 ns an increment, Milan";
const compilerBarrier = "[linux] arch/x86/include/asm/barrier.h: a compiler barrier";

/** ns per unit, any x86 server. */
export const x86Common: X86Common = deepFreeze({
  load: cited(1, ownLine, [1, 2]),
  store: cited(1, ownLine, [1, 2]),
  fenceRead: cited(0, compilerBarrier, [0, 0]),
  fenceWrite: cited(0, compilerBarrier, [0, 0]),
  irqEntry: assumed(100, "no figure; a part of ICR write to handler", [50, 240]),
  irqExit: assumed(100, "no figure; taken as irqEntry", [50, 240]),
  ipiBroadcast: assumed(84, "no figure; one ICR write, as ipiSend", [80, 300]),
  idleExit: assumed(2000, "no figure; shallow idle states take 2-20 us", [500, 20_000]),
  pollExit: assumed(100, "no figure; transfer of the polled line and the idle loop", [48, 1000]),
  callEmpty: assumed(5, "no figure; an indirect call and return", [1, 50]),
});
