/**
 * What tasks did that sent interrupts, as far as its shape in a trace tells: a flush, a flush and
 * then a broadcast (one page table of a collapse, or an unshare), or a broadcast alone. Events of
 * one task follow each other on the CPU that it runs on.
 */
import { flushReason } from "./reasons.ts";
import { eachSend, eventNumber, type Send } from "./sends.ts";
import type { TraceData } from "./traceReader.ts";

/** One flush or table removal by one task. */
export interface Operation {
  kind: "flush" | "flush and sync" | "sync";
  /** Command name and number of the task; -1 where the trace does not say it. */
  readonly task: string;
  readonly pid: number;
  readonly cpu: number;
  /** Pages flushed; -1: everything; null where no flush was seen. */
  readonly pages: number | null;
  /** CPUs that the flush interrupted, and that the broadcast did. */
  flushed: number;
  synced: number;
  /** Of the flushed CPUs: those that ran the address space, that idled, that ran another one. */
  running: number;
  idle: number;
  replaced: number;
  readonly firstNs: number;
  /** The system call that the task was in, where the trace has them: `munmap`. */
  readonly call: string;
}

/** Operations in the order of the trace. */
export function operations(data: TraceData): readonly Operation[] {
  return new OperationFinder(data).find();
}

/** A flush of a CPU that has begun and may be sent, or be followed by a broadcast. */
interface Pending {
  operation: Operation;
  /** The flush was told of as sent, and its sending has not been seen yet. */
  awaitsSend: boolean;
  /** The task has flushed its own CPU for it. */
  isLocal: boolean;
}

class OperationFinder {
  readonly #data: TraceData;
  readonly #found: Operation[] = [];
  /** By CPU: the last flush there, and the operation whose interrupt is on its way to it. */
  readonly #pending = new Map<number, Pending>();
  readonly #arriving = new Map<number, Operation>();
  readonly #calls = new Map<number, string>();
  readonly #callNames: readonly (string | undefined)[];

  constructor(data: TraceData) {
    this.#data = data;
    this.#callNames = data.eventNames.map(callOf);
  }

  find(): readonly Operation[] {
    const sends = this.#sendsByRow();
    const { columns, records } = this.#data;
    const flush = eventNumber(this.#data, "tlb_flush");
    for (let row = 0; row < columns.event.length; row++) {
      const cpu = columns.cpu[row]!;
      const event = columns.event[row]!;
      const call = this.#callNames[event];
      const send = sends.get(row);
      if (call !== undefined) this.#calls.set(cpu, call);
      else if (send !== undefined) this.#takeSend(cpu, row, send);
      else if (event === flush && flush >= 0) {
        const record = columns.record[row]!;
        this.#takeFlush(cpu, row, records.reason(record), records.pages(record));
      }
    }
    return this.#found;
  }

  /** Sendings by row; their objects are used again and copied here. */
  #sendsByRow(): Map<number, Pick<Send, "purpose" | "targets">> {
    const sends = new Map<number, Pick<Send, "purpose" | "targets">>();
    eachSend(this.#data, ({ row, purpose, targets }) => sends.set(row, { purpose, targets }));
    return sends;
  }

  #takeSend(cpu: number, row: number, send: Pick<Send, "purpose" | "targets">): void {
    const { purpose, targets } = send;
    if (purpose === "flush") this.#takeFlushSend(cpu, row, targets);
    else if (purpose === "sync") this.#takeSync(cpu, row, targets.length);
  }

  #takeFlushSend(cpu: number, row: number, targets: readonly number[]): void {
    let pending = this.#pending.get(cpu);
    if (pending === undefined || !pending.awaitsSend || !this.#isSameTask(pending, row)) {
      pending = { operation: this.#begin("flush", row, null), awaitsSend: true, isLocal: false };
      this.#pending.set(cpu, pending);
    }
    pending.awaitsSend = false;
    pending.operation.flushed += targets.length;
    for (const target of targets) this.#arriving.set(target, pending.operation);
  }

  #takeSync(cpu: number, row: number, targets: number): void {
    const pending = this.#pending.get(cpu);
    this.#pending.delete(cpu);
    if (pending === undefined || !this.#isSameTask(pending, row)) {
      this.#begin("sync", row, null).synced = targets;
      return;
    }
    pending.operation.kind = "flush and sync";
    pending.operation.synced = targets;
  }

  #takeFlush(cpu: number, row: number, reason: number, pages: number): void {
    const { columns } = this.#data;
    if (reason === flushReason.remoteSend || reason === flushReason.localMm) {
      this.#takeOwnFlush(cpu, row, pages, reason === flushReason.remoteSend);
      return;
    }
    const operation = this.#arriving.get(cpu);
    if (operation === undefined) return;
    if (reason === flushReason.taskSwitch && columns.inIrq[row] === 0) return;
    this.#arriving.delete(cpu);
    if (reason === flushReason.remoteShootdown) operation.running++;
    else if (columns.pid[row]! > 0) operation.replaced++;
    else operation.idle++;
  }

  /** A flush of a task's own: what it tells of sending and what it does here are one operation. */
  #takeOwnFlush(cpu: number, row: number, pages: number, isSent: boolean): void {
    const pending = this.#pending.get(cpu);
    if (pending !== undefined && this.#isSameTask(pending, row)) {
      const isOther = isSent
        ? pending.operation.flushed === 0 && pending.isLocal
        : !pending.isLocal;
      const isOne = isOther && (isSent ? !pending.awaitsSend : true);
      if (isOne && pending.operation.pages === pages) {
        if (isSent) pending.awaitsSend = true;
        else pending.isLocal = true;
        return;
      }
    }
    const operation = this.#begin("flush", row, pages);
    this.#pending.set(cpu, { operation, awaitsSend: isSent, isLocal: !isSent });
  }

  #isSameTask({ operation }: Pending, row: number): boolean {
    const { columns, names } = this.#data;
    return operation.pid === columns.pid[row] && operation.task === names.name(columns.task[row]!);
  }

  #begin(kind: Operation["kind"], row: number, pages: number | null): Operation {
    const { columns, names } = this.#data;
    const cpu = columns.cpu[row]!;
    const operation: Operation = {
      kind,
      task: names.name(columns.task[row]!),
      pid: columns.pid[row]!,
      cpu,
      pages,
      flushed: 0,
      synced: 0,
      running: 0,
      idle: 0,
      replaced: 0,
      firstNs: columns.tsNs[row]!,
      call: this.#calls.get(cpu) ?? "",
    };
    this.#found.push(operation);
    return operation;
  }
}

/** `sys_enter_munmap` begins a call, `sys_exit_munmap` ends it. */
function callOf(event: string): string | undefined {
  const entered = /^sys_enter_(\w+)$/.exec(event)?.[1];
  if (entered !== undefined) return entered;
  return /^sys_exit_\w+$/.test(event) ? "" : undefined;
}
