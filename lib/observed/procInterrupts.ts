/** `/proc/interrupts` as real machines print it: one reading, or the difference of two. */
import { type InterruptDelta, interruptDelta } from "./interruptDelta.ts";
import { type InterruptSnapshot, parseInterrupts } from "./interruptSnapshot.ts";

/** Readers of `/proc/interrupts`. */
export const procInterrupts: {
  /** One reading as plain columns; see {@link parseInterrupts} for what it throws. */
  readonly parse: (text: string | Uint8Array) => InterruptSnapshot;
  /** Counts between two readings; see {@link interruptDelta} for what it throws. */
  readonly delta: (beforeText: string, afterText: string) => InterruptDelta;
} = Object.freeze({ parse: parseInterrupts, delta: interruptDelta });
