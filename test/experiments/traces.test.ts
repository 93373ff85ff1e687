import { expect, test } from "vitest";
import { kvm } from "../../lib/backends/backend.ts";
import { KiB, MiB } from "../../lib/base/units.ts";
import { trace } from "../../lib/experiments/observedTrace.ts";
import type { Run } from "../../lib/experiments/run.ts";
import { simulate } from "../../lib/experiments/simulate.ts";
import { machines } from "../../lib/machine/presets.ts";
import { collapse } from "../../lib/workloads/collapse.ts";
import { mprotect } from "../../lib/workloads/mprotect.ts";
import { perfSampling } from "../../lib/workloads/perfSampling.ts";
import { together } from "../../lib/workloads/together.ts";
import type { Workload } from "../../lib/workloads/workload.ts";
import { scene } from "./scenes.ts";

function traced(workload: Workload, limit = 1_000): Run {
  const machine = machines.qemu.withCpus(4);
  return simulate({ ...scene, machine, workload, trace: limit });
}

/** Event, detail and CPU of every row. */
function eventsOf(run: Run): string[] {
  const trace = run.trace();
  const [events, details, cpus] = ["event", "detail", "cpu"].map((name) =>
    Array.from(trace.array(name)),
  );
  return events!.map((event, i) => `${cpus![i]} ${event} ${details![i]}`.trimEnd());
}

const oneFlush = mprotect({ bytes: KiB(132), threads: 2, siblings: "spin" });
const oneCollapse = collapse({ bytes: MiB(2), threads: 3, siblings: "sleep" });

test("one flush of one sibling leaves the events of the kernel's recipe", () => {
  expect(eventsOf(traced(oneFlush)).sort()).toEqual([
    "0 csd_queue_cpu flush_tlb_func",
    "0 ipi_send_cpu",
    "0 tlb_flush local MM shootdown",
    "0 tlb_flush remote IPI send",
    "1 call_function_entry",
    "1 call_function_exit",
    "1 tlb_flush remote shootdown",
  ]);
});

test("a collapse beside two sleepers: a flush of two CPUs, then a sync of three", () => {
  // As traced on 7.2: 5 CAL, 2 TLB; a lazy CPU reports a task switch and no shootdown.
  const events = eventsOf(traced(oneCollapse));
  const sent = events.filter((event) => event.startsWith("0 "));
  expect(sent).toEqual([
    "0 tlb_flush remote IPI send",
    "0 csd_queue_cpu flush_tlb_func",
    "0 csd_queue_cpu flush_tlb_func",
    "0 ipi_send_cpumask 2 CPUs",
    "0 tlb_flush local MM shootdown",
    "0 csd_queue_cpu tlb_remove_table_smp_sync",
    "0 csd_queue_cpu tlb_remove_table_smp_sync",
    "0 csd_queue_cpu tlb_remove_table_smp_sync",
    "0 ipi_send_cpumask 3 CPUs",
  ]);
  expect(events.filter((event) => event.endsWith("call_function_entry"))).toHaveLength(5);
  expect(events.filter((event) => event.endsWith("flush on task switch"))).toHaveLength(2);
  expect(events).not.toContain("1 tlb_flush remote shootdown");
});

test("times ascend from the opening of the window, and every entry has its exit", () => {
  const run = traced(oneCollapse);
  const times = Array.from(run.trace().array("ts_ns"), Number);
  expect(times[0]).toBeGreaterThanOrEqual(run.result.startNs);
  const byCpu = new Map<string, number>();
  for (const event of eventsOf(run)) {
    const [cpu, name] = event.split(" ");
    if (name === "call_function_entry") byCpu.set(cpu!, (byCpu.get(cpu!) ?? 0) + 1);
    if (name === "call_function_exit") byCpu.set(cpu!, byCpu.get(cpu!)! - 1);
  }
  expect([...byCpu.values()]).toEqual([0, 0, 0]);
});

test("events beyond the limit are dropped and counted", () => {
  const all = traced(oneCollapse);
  const few = traced(oneCollapse, 4);
  const rows = all.trace().numRows();
  expect(all.result.trace?.dropped).toBe(0);
  expect(few.trace().numRows()).toBe(4);
  expect(few.result.trace?.dropped).toBe(rows - 4);
  expect(few.digest()).toBe(all.digest());
});

test("ftrace text has one line an event, in the kernel's format", () => {
  const run = traced(oneFlush);
  const lines = run.toFtrace().split("\n");
  expect(lines.slice(0, 2)).toEqual(["# tracer: nop", "#"]);
  expect(lines.at(-1)).toBe("");
  const events = lines.slice(2, -1);
  expect(events).toHaveLength(run.trace().numRows());
  const pattern = /^ {2}<model>-0 {5}\[(\d{3})\] [d.]\.[h.]\.\. (\d+\.\d{9}): (\w+):(?: (.*))?$/;
  for (const event of events) expect(event).toMatch(pattern);
  const fields = events.map((event) => pattern.exec(event)!.slice(3).join(" ").trimEnd());
  expect(fields).toContain("tlb_flush pages:33 reason:remote IPI send");
  expect(fields).toContain("csd_queue_cpu cpu=1 func=flush_tlb_func");
  const callback = "callback=generic_smp_call_function_single_interrupt+0x0/0x20";
  expect(fields).toContain(`ipi_send_cpu cpu=1 ${callback}`);
  expect(fields).toContain("call_function_entry");
  expect(pattern.exec(events[0]!)!.slice(1, 3)).toEqual(["000", expect.stringMatching(/^0\.350/)]);
});

test("ftrace text is read again with the same interrupts, masks and flushes inside handlers", () => {
  for (const workload of [oneFlush, oneCollapse, collapse({ bytes: MiB(8), threads: 4 })]) {
    const run = traced(workload, 100_000);
    const read = trace.parse(run.toFtrace());
    expect([read.total("CAL"), read.total("TLB")]).toEqual([run.total("CAL"), run.total("TLB")]);
    expect(read.sendTotals().ipis).toBe(run.total("CAL"));
    expect(read.skipped.map(({ reason }) => reason)).toEqual(["comment"]);
  }
});

/** One entry of Chrome trace JSON. */
interface PerfettoEvent {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  readonly tid: number;
  readonly args: { readonly detail: string; readonly target: number; readonly pages: number };
}

test("Perfetto JSON parses back to the rows of the trace", () => {
  const run = traced(oneCollapse);
  const trace = run.trace();
  const parsed = JSON.parse(run.toPerfetto()) as { traceEvents: PerfettoEvent[] };
  const column = (name: string) => Array.from(trace.array(name));
  const { traceEvents } = parsed;
  expect(traceEvents.map(({ tid }) => tid)).toEqual(column("cpu"));
  expect(traceEvents.map(({ ts }) => ts * 1_000)).toEqual(
    column("ts_ns").map((ns) => expect.closeTo(Number(ns), 3)),
  );
  expect(traceEvents.map(({ args }) => args.detail)).toEqual(column("detail"));
  expect(traceEvents.map(({ args }) => args.target)).toEqual(column("target"));
  expect(traceEvents.map(({ args }) => args.pages)).toEqual(column("pages"));
});

test("Perfetto JSON shows each handler as one slice on the track of its CPU", () => {
  const { traceEvents } = JSON.parse(traced(oneCollapse).toPerfetto()) as {
    traceEvents: PerfettoEvent[];
  };
  const phases = (phase: string) => traceEvents.filter(({ ph }) => ph === phase);
  expect(phases("B").map(({ name }) => name)).toEqual(new Array(5).fill("call_function"));
  expect(phases("E")).toHaveLength(5);
  expect(phases("B").length + phases("E").length + phases("i").length).toBe(traceEvents.length);
});

test("vCPUs that stop and samples of perf are instants of the trace", () => {
  const workload = together(
    collapse({ bytes: MiB(8), threads: 3, siblings: "spin" }),
    perfSampling({ hz: 100_000 }),
  );
  const backend = kvm({ preemptedShare: 0.4, stopNs: 20_000 });
  const run = simulate({ ...scene, backend, workload, trace: 100_000 });
  const events = new Set(run.trace().array("event"));
  for (const event of ["vcpu_stop", "vcpu_run", "nmi_handler"]) expect(events).toContain(event);
  expect(run.toFtrace()).toContain("nmi_handler: perf_get_page_size");
  const { traceEvents } = JSON.parse(run.toPerfetto()) as { traceEvents: { ph: string }[] };
  expect(traceEvents).toHaveLength(run.trace().numRows());
});
