/** What happens between two states. */

/** What kind of transition it is. */
export type TransitionKind =
  | "step"
  /** A step that is done while an earlier one waits. */
  | "early"
  | "drain"
  | "interrupt"
  | "nmi"
  | "timer"
  | "preempt"
  | "resume"
  | "fill"
  | "invalidate";

/** The transition that is being reported. */
export interface TransitionLabel {
  lane: number;
  kind: TransitionKind;
  /** The instruction; −1 where there is none. */
  instruction: number;
  /** The other lane, the table or the location that it is about. */
  detail: number;
  /** An atomic under weak that has read, and whose store comes later. */
  isHalf: boolean;
}
