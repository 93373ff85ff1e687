/** What an interrupt from one CPU to another was for, as far as a trace tells. */

/** What interrupts between CPUs are for. */
export type Purpose =
  | "flush"
  | "sync"
  | "wake-up"
  | "reschedule"
  | "irq work"
  | "trace reader"
  | "timer"
  | "call";

/** How a purpose is known: from the function that was queued, from a flush before it, or where. */
export type PurposeBasis = "function" | "flush event" | "call site" | "callback";

const byFunction: readonly (readonly [RegExp, Purpose])[] = [
  [/^tlb_remove_table_smp_sync$/, "sync"],
  [/flush_tlb|tlb_flush|kernel_range_flush|radix__flush|exit_(lazy_)?flush/, "flush"],
  [/^sched_ttwu_pending$/, "wake-up"],
  [/^rb_wake_up_waiters$/, "trace reader"],
];

const byCallback: readonly (readonly [RegExp, Purpose])[] = [
  [/^0x0$/, "reschedule"],
  [/^rb_wake_up_waiters$/, "trace reader"],
  [/^Rescheduling interrupts$/, "reschedule"],
  [/^IRQ work interrupts$/, "irq work"],
  [/^Timer broadcast interrupts$/, "timer"],
  [/^nohz_full_kick|^irq_work/, "irq work"],
];

const bySite: readonly (readonly [RegExp, Purpose])[] = [
  [/^irq_work_/, "irq work"],
  [/^smp_call_function$/, "sync"],
  [/^ttwu_/, "wake-up"],
  [/^radix__|^hash__|flush_tlb|tlbbatch_flush/, "flush"],
];

/** The purpose and how it is known. `func` is the function that was queued, "" if unknown. */
export function purposeOf(
  func: string,
  callback: string,
  site: string,
  flushing: boolean,
): { purpose: Purpose; basis: PurposeBasis } {
  const queued = first(byFunction, func);
  if (queued !== undefined) return { purpose: queued, basis: "function" };
  if (func !== "") return { purpose: "call", basis: "function" };
  const called = first(byCallback, callback);
  if (called !== undefined) return { purpose: called, basis: "callback" };
  if (flushing && isFlushSite(site)) return { purpose: "flush", basis: "flush event" };
  return { purpose: first(bySite, site) ?? "call", basis: "call site" };
}

/** Call sites that a flush of the mm shares with other calls. */
function isFlushSite(site: string): boolean {
  return /^on_each_cpu_cond_mask$|^smp_call_function_many|flush/.test(site);
}

function first<T>(table: readonly (readonly [RegExp, T])[], text: string): T | undefined {
  return table.find(([pattern]) => pattern.test(text))?.[1];
}
