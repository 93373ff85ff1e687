/** The interrupts that CPUs send each other in a trace, with masks expanded. */
import { maxCpus } from "../../base/cpuText.ts";
import { type Purpose, type PurposeBasis, purposeOf } from "./purpose.ts";
import { flushReason } from "./reasons.ts";
import type { TraceData } from "./traceReader.ts";

/** One sending: one event, and one interrupt for each target. The object is used again. */
export interface Send {
  /** Row of the event in the columns. */
  row: number;
  sender: number;
  targets: readonly number[];
  purpose: Purpose;
  basis: PurposeBasis;
  /** What was queued to run, or else the callback. */
  func: string;
  site: string;
}

/** Numbers of the events of a name; -1 when the trace has none. */
export function eventNumber(data: TraceData, name: string): number {
  const number = data.eventNames.indexOf(name);
  return number > 0 && data.eventCounts[number]! > 0 ? number : -1;
}

/** The events that tell of sendings: those of 6.4 and later, or else ipi_raise of arm64. */
export function sendEvents(data: TraceData): readonly number[] {
  const generic = ["ipi_send_cpu", "ipi_send_cpumask"].map((name) => eventNumber(data, name));
  const found = generic.filter((number) => number >= 0);
  if (found.length > 0) return found;
  return [eventNumber(data, "ipi_raise")].filter((number) => number >= 0);
}

/** CPUs that the arguments of an event name. */
export function targetsOf({ records, masks }: TraceData, record: number): readonly number[] {
  const mask = records.mask(record);
  if (mask >= 0) return masks.cpus(mask);
  const target = records.target(record);
  return target < 0 ? [] : [target];
}

/** Calls `visit` for each sending, in the order of the trace. */
export function eachSend(data: TraceData, visit: (send: Readonly<Send>) => void): void {
  const { columns, records, names } = data;
  const sends = sendEvents(data);
  const queue = eventNumber(data, "csd_queue_cpu");
  const flush = eventNumber(data, "tlb_flush");
  const queued = new Int32Array(maxCpus + 1);
  const flushing = new Uint8Array(maxCpus + 1);
  const purposes = new Map<string, { purpose: Purpose; basis: PurposeBasis }>();
  const send = {} as Send;
  for (let row = 0; row < columns.event.length; row++) {
    const event = columns.event[row]!;
    const record = columns.record[row]!;
    const cpu = columns.cpu[row]!;
    const own = cpu < 0 ? maxCpus : cpu;
    if (event === queue) queued[own] = records.func(record);
    else if (event === flush) {
      if (records.reason(record) === flushReason.remoteSend) flushing[own] = 1;
    } else if (event === sends[0] || event === sends[1]) {
      const [func, callback, site] = [queued[own]!, records.func(record), records.site(record)];
      const key = `${func} ${callback} ${site} ${flushing[own]}`;
      let known = purposes.get(key);
      if (known === undefined) {
        const [queuedName, callbackName] = [names.name(func), names.name(callback)];
        known = purposeOf(queuedName, callbackName, names.name(site), flushing[own] === 1);
        purposes.set(key, known);
      }
      send.row = row;
      send.sender = cpu;
      send.targets = targetsOf(data, record);
      send.purpose = known.purpose;
      send.basis = known.basis;
      send.func = names.name(func === 0 ? callback : func);
      send.site = names.name(site);
      visit(send);
      queued[own] = 0;
      flushing[own] = 0;
    }
  }
}
