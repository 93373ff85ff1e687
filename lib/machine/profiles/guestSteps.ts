/**
 * Steps of hypervisors and of hardware that hardly any machine has. Every table holds them, to be
 * complete for any program; on bare metal sending an IPI has no part for the host.
 */
import type { Cost } from "../costs.ts";
import { assumed, cited } from "./evidence.ts";

type GuestStep = "ipiTarget" | "ipiResume" | "hypercallTarget" | "rar";

const bareMetal = "[linux] bare metal: no hypervisor takes part";

/** ns per unit; backends that are guests bring figures of their own. */
export const guestSteps: Readonly<Record<GuestStep, Cost>> = {
  ipiTarget: cited(0, bareMetal, [0, 0]),
  ipiResume: cited(0, bareMetal, [0, 0]),
  hypercallTarget: assumed(
    67,
    "no figure; the host interrupts one more CPU, [Amit-RFC] 67 ns each further target",
    [0, 960],
  ),
  rar: assumed(
    700,
    "no figure; one IPI and its acknowledgement, without entry, exit and handler",
    [300, 2000],
  ),
};
