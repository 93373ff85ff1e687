/** Trace events of a run, under the names of the kernel's tracepoints. */
import { formatCpuList } from "../base/cpuText.ts";

/**
 * One trace, column by column; `target` is −1, `targets` empty and `pages` 0 where an event has
 * none.
 */
export interface TraceColumns {
  readonly tsNs: number[];
  readonly cpu: number[];
  readonly event: string[];
  readonly detail: string[];
  readonly target: number[];
  /** CPUs that one event interrupts, as a list: `1-3,8`. */
  readonly targets: string[];
  readonly pages: number[];
  /** Events that came after the limit. */
  dropped: number;
}

/** Records up to a limit of events; later ones are counted. */
export class TraceRecorder {
  readonly columns: TraceColumns = {
    tsNs: [],
    cpu: [],
    event: [],
    detail: [],
    target: [],
    targets: [],
    pages: [],
    dropped: 0,
  };
  private readonly limit: number;
  private stepEvents: readonly { readonly event: string; readonly detail: string }[] = [];
  private handlerNames: readonly string[] = [];

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Names behind the numbers of an assembly. */
  describe(
    stepEvents: readonly { readonly event: string; readonly detail: string }[],
    handlerNames: readonly string[],
  ): void {
    this.stepEvents = stepEvents;
    this.handlerNames = handlerNames;
  }

  /** Forgets what happened before the window. */
  restart(): void {
    const { columns } = this;
    for (const list of [columns.tsNs, columns.cpu, columns.target, columns.pages]) list.length = 0;
    columns.event.length = 0;
    columns.detail.length = 0;
    columns.targets.length = 0;
    columns.dropped = 0;
  }

  /** A trace step of a program. */
  step(now: number, cpu: number, id: number, pages: number): void {
    const { event, detail } = this.stepEvents[id]!;
    this.add(now, cpu, event, detail, -1, pages);
  }

  queue(now: number, cpu: number, target: number, handler: number): void {
    const name = this.handlerNames[handler] ?? "sched_ttwu_pending";
    this.add(now, cpu, "csd_queue_cpu", name, target, 0);
  }

  sendSingle(now: number, cpu: number, target: number): void {
    this.add(now, cpu, "ipi_send_cpu", "", target, 0);
  }

  sendMask(now: number, cpu: number, targets: readonly number[]): void {
    const { columns } = this;
    const count = columns.tsNs.length;
    this.add(now, cpu, "ipi_send_cpumask", `${targets.length} CPUs`, -1, 0);
    if (columns.tsNs.length > count) columns.targets[count] = formatCpuList(targets);
  }

  entry(now: number, cpu: number): void {
    this.add(now, cpu, "call_function_entry", "", -1, 0);
  }

  exit(now: number, cpu: number): void {
    this.add(now, cpu, "call_function_exit", "", -1, 0);
  }

  /** A vCPU stops or runs. */
  vcpu(now: number, cpu: number, event: "vcpu_stop" | "vcpu_run"): void {
    this.add(now, cpu, event, "", -1, 0);
  }

  /** An NMI was handled (the kernel's nmi:nmi_handler). */
  nmi(now: number, cpu: number, handler: string): void {
    this.add(now, cpu, "nmi_handler", handler, -1, 0);
  }

  private add(
    now: number,
    cpu: number,
    event: string,
    detail: string,
    target: number,
    pages: number,
  ): void {
    const { columns } = this;
    if (columns.tsNs.length >= this.limit) {
      columns.dropped++;
      return;
    }
    columns.tsNs.push(now);
    columns.cpu.push(cpu);
    columns.event.push(event);
    columns.detail.push(detail);
    columns.target.push(target);
    columns.targets.push("");
    columns.pages.push(pages);
  }
}
