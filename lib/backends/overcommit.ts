/** Guests that share physical CPUs: how often and for how long a vCPU is taken off its CPU. */
import { checkInteger } from "../base/check.ts";
import { invalid } from "../base/messages.ts";
import type { Program } from "../steps/instructions.ts";

/** Options that all guests share. */
export interface OvercommitOptions {
  /** Share of the time for which a vCPU is stopped, 0 … 0.99. Default 0: CPUs of its own. */
  preemptedShare?: number;
  /** How long it is stopped, mean, ns. Default 3 ms, one slice of the host's scheduler: assumed. */
  stopNs?: number;
}

/** Running and standing still once, together, mean, ns. */
const MAX_CYCLE_NS = 4_000_000_000;

/** Keys of {@link OvercommitOptions}. */
export const OVERCOMMIT_KEYS = ["preemptedShare", "stopNs"] as const;

/** How a vCPU runs and stands still in turn. */
export interface Preemption {
  /** Mean length of running, ns. */
  readonly meanRunNs: number;
  /** Mean length of standing still, ns. */
  readonly meanStopNs: number;
  /** What the host does before the vCPU runs again; nothing that concerns the guest without. */
  readonly onRun?: Program;
}

/** The options with their defaults, checked. */
export function completeOvercommit(options: OvercommitOptions): Required<OvercommitOptions> {
  const { preemptedShare = 0, stopNs = 3_000_000 } = options;
  const isShare =
    typeof preemptedShare === "number" && preemptedShare >= 0 && preemptedShare <= 0.99;
  if (!isShare) throw invalid("preemptedShare", preemptedShare, "0…0.99");
  checkInteger("stopNs", stopNs, 1, MAX_CYCLE_NS);
  const longest = Math.floor(MAX_CYCLE_NS * preemptedShare);
  if (preemptedShare > 0 && stopNs > longest) {
    throw invalid(
      "stopNs",
      stopNs,
      `at most ${longest} where that is a share of ${preemptedShare}`,
    );
  }
  return { preemptedShare, stopNs };
}

/** How a vCPU runs and stands still in turn; undefined where it always runs. */
export function preemptionOf(options: Required<OvercommitOptions>): Preemption | undefined {
  const { preemptedShare, stopNs } = options;
  if (preemptedShare === 0) return undefined;
  const runNs = (stopNs * (1 - preemptedShare)) / preemptedShare;
  return { meanRunNs: Math.max(1, Math.round(runNs)), meanStopNs: stopNs };
}
