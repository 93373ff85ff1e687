/** Sendings and flushes of a trace in groups. */

import { flushReason, reasonName } from "./reasons.ts";
import { noPages } from "./records.ts";
import { eachSend, eventNumber } from "./sends.ts";
import type { TraceData } from "./traceReader.ts";

/** Interrupts sent from one call site for one purpose. */
export interface CallSite {
  readonly site: string;
  readonly purpose: string;
  readonly basis: string;
  /** What was queued to run, or else the callback. */
  readonly func: string;
  sends: number;
  ipis: number;
}

/** Sendings by call site, function and purpose, most interrupts first. */
export function callSites(data: TraceData): CallSite[] {
  const groups = new Map<string, CallSite>();
  eachSend(data, ({ site, purpose, basis, func, targets }) => {
    const key = JSON.stringify([site, purpose, func]);
    let group = groups.get(key);
    if (group === undefined) {
      group = { site, purpose, basis, func, sends: 0, ipis: 0 };
      groups.set(key, group);
    }
    group.sends++;
    group.ipis += targets.length;
  });
  return [...groups.values()].sort((left, right) => right.ipis - left.ipis);
}

/** Interrupts that one task, running on one CPU, sent to another CPU for one reason. */
export interface Interrupter {
  readonly cpu: number;
  readonly purpose: string;
  readonly func: string;
  readonly site: string;
  /** CPU that sent it; -1 for an interrupt that no CPU sent. */
  readonly sender: number;
  /** Command name of the task there. */
  readonly task: string;
  count: number;
}

/** Handlers that no other CPU calls: timers, devices, machine checks. */
const ownHandler = new RegExp(
  "^(?:(?:local_timer|x86_platform_ipi|thermal_apic|threshold_apic|deferred_error_apic" +
    "|irq_handler)_entry|nmi_handler|irq_noise|nmi_noise)$",
);

/** Who interrupts the CPUs that `isWanted` says, most interrupts first. */
export function interrupters(data: TraceData, isWanted: (cpu: number) => boolean): Interrupter[] {
  const groups = new Map<string, Interrupter>();
  const add = (key: string, make: () => Interrupter): void => {
    const group = groups.get(key) ?? make();
    groups.set(key, group);
    group.count++;
  };
  const { columns, names, records, eventNames } = data;
  eachSend(data, ({ row, targets, purpose, func, site, sender }) => {
    const task = columns.task[row]!;
    for (const cpu of targets) {
      if (!isWanted(cpu)) continue;
      const make = () => ({ cpu, purpose, func, site, sender, task: names.name(task), count: 0 });
      add(JSON.stringify([cpu, purpose, func, site, sender, task]), make);
    }
  });
  const own = eventNames.map((name) => ownHandler.test(name));
  for (let row = 0; row < columns.event.length; row++) {
    const cpu = columns.cpu[row]!;
    const event = columns.event[row]!;
    if (own[event] !== true || !isWanted(cpu)) continue;
    const func = names.name(records.func(columns.record[row]!)) || eventNames[event]!;
    const task = names.name(columns.task[row]!);
    const make = () => ({ cpu, purpose: "local", func, site: "", sender: -1, task, count: 0 });
    add(JSON.stringify([cpu, "local", func, -1, task]), make);
  }
  return [...groups.values()].sort((left, right) => right.count - left.count);
}

/** Flushes of one reason and size. */
export interface FlushGroup {
  readonly reason: string;
  /** Code of the reason, as the kernel numbers it. */
  readonly code: number;
  /** Pages; -1: everything. */
  readonly pages: number;
  readonly count: number;
}

/** Events tlb_flush by reason and pages, by reason and then most frequent first. */
export function flushGroups(data: TraceData): FlushGroup[] {
  const flush = eventNumber(data, "tlb_flush");
  const { records, recordCounts } = data;
  const groups: FlushGroup[] = [];
  for (let record = 0; record < records.size; record++) {
    const [code, pages] = [records.reason(record), records.pages(record)];
    const count = recordCounts[record] ?? 0;
    if (records.event(record) !== flush || pages === noPages || count === 0) continue;
    groups.push({ reason: reasonName(code), code, pages, count });
  }
  return groups.sort((left, right) => left.code - right.code || right.count - left.count);
}

/** How often something happened in a stretch of time. */
export interface Rate {
  /** Begin of the stretch, ns since the start of the trace. */
  readonly tsNs: number;
  /** `sent: flush`, `TLB: remote shootdown`. */
  readonly what: string;
  readonly count: number;
}

/** Most rows with stretches in which nothing happened; of more, only the others are given. */
const maxCells = 100_000;

/**
 * Interrupts sent by purpose and handled flushes by reason, in stretches of `binNs`, from the first
 * to the last that has any; stretches without are given as well unless they would be too many.
 */
export function rates(data: TraceData, binNs: number): Rate[] {
  const { columns, records } = data;
  const bins = new Map<string, Map<number, number>>();
  const add = (what: string, ns: number, count: number): void => {
    if (Number.isNaN(ns)) return;
    const counts = bins.get(what) ?? new Map<number, number>();
    bins.set(what, counts);
    const bin = Math.floor(ns / binNs);
    counts.set(bin, (counts.get(bin) ?? 0) + count);
  };
  eachSend(data, ({ row, targets, purpose }) => {
    add(`sent: ${purpose}`, columns.tsNs[row]!, targets.length);
  });
  const flush = eventNumber(data, "tlb_flush");
  for (let row = 0; flush >= 0 && row < columns.event.length; row++) {
    if (columns.event[row] !== flush) continue;
    const reason = records.reason(columns.record[row]!);
    if (reason === flushReason.remoteSend || reason < 0) continue;
    add(`TLB: ${reasonName(reason)}`, columns.tsNs[row]!, 1);
  }
  const used = [...bins.values()].flatMap((counts) => [...counts.keys()]);
  const [first, last] = used.reduce(
    ([least, largest], bin) => [Math.min(least, bin), Math.max(largest, bin)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  const isDense = (last - first + 1) * bins.size <= maxCells;
  return [...bins].flatMap(([what, counts]) => {
    const own = [...counts.keys()].sort((left, right) => left - right);
    const all = isDense ? Array.from({ length: last - first + 1 }, (_, i) => first + i) : own;
    return all.map((bin) => ({ tsNs: bin * binNs, what, count: counts.get(bin) ?? 0 }));
  });
}
