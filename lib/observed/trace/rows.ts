/** Rows of /proc/interrupts that a trace counts, all CPUs together, from counts alone. */
import { handlerRow, isShootdown, receivedRow, sentRow } from "./counts.ts";
import { eventNumber, sendEvents, targetsOf } from "./sends.ts";
import type { TraceData } from "./traceReader.ts";

/** One row and how often it was counted. */
export interface RowTotal {
  readonly irq: string;
  readonly count: number;
}

/**
 * What `traceInterrupts` gives with its CPUs added up; needs no events, only their counts. Rows
 * whose handlers are in the trace count those, other rows count what was sent.
 */
export function eventRows(data: TraceData): RowTotal[] {
  const { records, recordCounts, recordCountsInIrq, names, eventNames, eventCounts } = data;
  const received = new Map<string, number>();
  const sent = new Map<string, number>();
  const add = (rows: Map<string, number>, irq: string, count: number): void => {
    if (irq !== "" && count > 0) rows.set(irq, (rows.get(irq) ?? 0) + count);
  };
  eventNames.forEach((name, event) => {
    add(received, handlerRow(name), eventCounts[event] ?? 0);
  });
  const [flush, entry] = ["tlb_flush", "ipi_entry"].map((name) => eventNumber(data, name));
  const sends = new Set(sendEvents(data));
  const isArm = ["ipi_raise", "ipi_entry"].some((name) => eventNumber(data, name) >= 0);
  for (let record = 1; record < records.size; record++) {
    const event = records.event(record);
    const count = recordCounts[record] ?? 0;
    const inIrq = recordCountsInIrq[record] ?? 0;
    if (event === flush) {
      if (isShootdown(records.reason(record), false)) add(received, "TLB", count);
      else if (isShootdown(records.reason(record), true)) add(received, "TLB", inIrq);
    } else if (event === entry) {
      add(received, receivedRow(names.name(records.func(record))), count);
    } else if (sends.has(event)) {
      const irq = sentRow(names.name(records.func(record)), isArm);
      add(sent, irq, count * targetsOf(data, record).length);
    }
  }
  const rows = new Map([...sent, ...received]);
  return Array.from(rows, ([irq, count]) => {
    return { irq: `row ${irq} (${received.has(irq) ? "received" : "sent"})`, count };
  });
}
