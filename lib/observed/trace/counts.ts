/** What a trace counted: events, and interrupts as /proc/interrupts names them. */
import { flushReason } from "./reasons.ts";
import { eventNumber, sendEvents, targetsOf } from "./sends.ts";
import type { TraceData } from "./traceReader.ts";

/** Events by name, most frequent first. */
export interface EventTotal {
  readonly event: string;
  readonly count: number;
}

/** Interrupts of one row of /proc/interrupts, and how they are known. */
export interface TraceInterrupts {
  readonly cpu: number[];
  readonly irq: string[];
  readonly count: number[];
  /** `received`: handlers that ran; `sent`: interrupts sent, where no handler is traced. */
  readonly basis: string[];
}

/** How often each event is in the trace, kept or not. */
export function eventTotals({ eventNames, eventCounts }: TraceData): EventTotal[] {
  return eventNames
    .map((event, number) => ({ event, count: eventCounts[number] ?? 0 }))
    .filter(({ count }) => count > 0)
    .sort((left, right) => right.count - left.count || (left.event < right.event ? -1 : 1));
}

/** Events and the interrupts they stand for: a mask is one event and an interrupt for each CPU. */
export function sendTotals(data: TraceData): { sends: number; ipis: number } {
  const wanted = new Set(sendEvents(data));
  let sends = 0;
  let ipis = 0;
  for (const event of wanted) sends += data.eventCounts[event]!;
  for (let record = 0; record < data.records.size; record++) {
    if (!wanted.has(data.records.event(record))) continue;
    ipis += (data.recordCounts[record] ?? 0) * targetsOf(data, record).length;
  }
  return { sends, ipis };
}

/** The row of an arm64 interrupt by its words (arch/arm64/kernel/smp.c of 6.1 to 7.3). */
const armRows: Readonly<Record<string, string>> = {
  "Rescheduling interrupts": "IPI0",
  "Function call interrupts": "IPI1",
  "CPU stop interrupts": "IPI2",
  "Timer broadcast interrupts": "IPI4",
  "IRQ work interrupts": "IPI5",
};

/** Handlers of x86 and the row that counts their entries. */
const handlers: Readonly<Record<string, string>> = {
  call_function_entry: "CAL",
  call_function_single_entry: "CAL",
  reschedule_entry: "RES",
  irq_work_entry: "IWI",
};

/**
 * Interrupts by CPU and row: from handlers where the trace has them, else from sendings. TLB counts
 * what the kernel's row counts, except handlers that find nothing to do and trace no event: those
 * with reason "remote shootdown", "remote wrong CPU", and "flush on task switch" in an interrupt.
 */
export function traceInterrupts(data: TraceData): TraceInterrupts {
  const tally = new Tally();
  const { columns, records, names, eventNames } = data;
  const flush = eventNumber(data, "tlb_flush");
  const entry = eventNumber(data, "ipi_entry");
  const rows = eventNames.map(handlerRow);
  for (let row = 0; row < columns.event.length; row++) {
    const event = columns.event[row]!;
    const cpu = columns.cpu[row]!;
    const record = columns.record[row]!;
    if (rows[event] !== "") tally.add(cpu, rows[event]!, "received");
    else if (event === entry) {
      tally.add(cpu, receivedRow(names.name(records.func(record))), "received");
    } else if (event === flush) {
      const reason = records.reason(record);
      if (isShootdown(reason, columns.inIrq[row] === 1)) tally.add(cpu, "TLB", "received");
    }
  }
  addSends(data, tally);
  return tally.columns();
}

/** The row that counts entries of this handler, "" for other events. */
export function handlerRow(event: string): string {
  return Object.hasOwn(handlers, event) ? handlers[event]! : "";
}

function addSends(data: TraceData, tally: Tally): void {
  const sends = new Set(sendEvents(data));
  const isArm = ["ipi_raise", "ipi_entry"].some((name) => eventNumber(data, name) >= 0);
  const { columns, records, names } = data;
  for (let row = 0; row < columns.event.length; row++) {
    if (!sends.has(columns.event[row]!)) continue;
    const record = columns.record[row]!;
    const irq = sentRow(names.name(records.func(record)), isArm);
    for (const cpu of targetsOf(data, record)) tally.add(cpu, irq, "sent");
  }
}

/** The row of /proc/interrupts that a sending adds to. */
export function sentRow(callback: string, isArm: boolean): string {
  if (Object.hasOwn(armRows, callback)) return armRows[callback]!;
  if (callback === "0x0") return isArm ? "IPI0" : "RES";
  if (callback.startsWith("generic_smp_call_function")) return isArm ? "IPI1" : "CAL";
  return isArm ? "IPI5" : "IWI";
}

/** The row that counts the handler of arm64 with these words; the words where there is none. */
export function receivedRow(words: string): string {
  return Object.hasOwn(armRows, words) ? armRows[words]! : words;
}

/** Whether a flush of this reason is one that the row TLB counts. */
export function isShootdown(reason: number, inIrq: boolean): boolean {
  const { remoteShootdown, remoteWrongCpu, taskSwitch } = flushReason;
  if (reason === remoteShootdown || reason === remoteWrongCpu) return true;
  return reason === taskSwitch && inIrq;
}

/** Counts by row and CPU; a row that is received is not counted as sent as well. */
class Tally {
  readonly #counts = new Map<string, Map<number, number>>();
  readonly #basis = new Map<string, string>();

  add(cpu: number, irq: string, basis: string): void {
    const known = this.#basis.get(irq);
    if (known === undefined) this.#basis.set(irq, basis);
    else if (known !== basis) return;
    const counts = this.#counts.get(irq) ?? new Map<number, number>();
    this.#counts.set(irq, counts);
    counts.set(cpu, (counts.get(cpu) ?? 0) + 1);
  }

  columns(): TraceInterrupts {
    const out: TraceInterrupts = { cpu: [], irq: [], count: [], basis: [] };
    for (const [irq, counts] of this.#counts) {
      for (const [cpu, count] of [...counts].sort(([left], [right]) => left - right)) {
        out.cpu.push(cpu);
        out.irq.push(irq);
        out.count.push(count);
        out.basis.push(this.#basis.get(irq)!);
      }
    }
    return out;
  }
}
