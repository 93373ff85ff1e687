/**
 * What CAL and TLB of x86 mean in a reading: Linux has printed them in three ways. Until about 3.6
 * flushes had vectors of their own; then both rows counted call-function interrupts, and CAL was
 * printed without those of TLB; since 4.8 CAL includes them ("x86/irq: Do not substract
 * irq_tlb_count from irq_call_count", Aaron Lu, 2016).
 */
import { malformed } from "../base/messages.ts";
import type { InterruptSnapshot } from "./interruptSnapshot.ts";

/** Whether CAL contains the interrupts of TLB, and how that is known. */
export interface InterruptEra {
  readonly tlbInCal: "included" | "apart" | "unknown";
  readonly why: string;
}

/** Handlers that one interrupt serves on current kernels stay well below this. */
const telling = 2;

/**
 * The era of a reading, by the release (`6.12.1`, `3.2.0-rc5`) where it is known. Without it, only
 * a TLB far above CAL tells: a little above is possible on current kernels, where one interrupt may
 * serve several flushes. Throws SD006 for a release that does not begin with two numbers.
 */
export function interruptEra(
  { rows }: Pick<InterruptSnapshot, "rows">,
  release?: string,
): InterruptEra {
  const sum = (label: string): number | undefined =>
    rows.find((row) => row.label === label)?.counts.reduce((total, count) => total + count, 0);
  const [cal, tlb] = [sum("CAL"), sum("TLB")];
  if (cal === undefined || tlb === undefined) {
    return { tlbInCal: "unknown", why: "the reading has not both rows, CAL and TLB" };
  }
  if (release !== undefined) {
    const found = /^(\d{1,3})\.(\d{1,3})(?:\D|$)/.exec(release);
    if (found === null) throw malformed("release", release, "two numbers, as in 6.12");
    const isNew = Number(found[1]) * 1000 + Number(found[2]) >= 4008;
    return isNew
      ? { tlbInCal: "included", why: "since 4.8 CAL includes the interrupts of TLB" }
      : { tlbInCal: "apart", why: "before 4.8 CAL is printed without those of TLB" };
  }
  if (tlb > telling * cal) {
    return { tlbInCal: "apart", why: `TLB (${tlb}) is far above CAL (${cal})` };
  }
  return { tlbInCal: "unknown", why: "CAL and TLB alone do not tell; the release does" };
}
