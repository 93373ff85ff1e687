import { describe, expect, test } from "vitest";
import { trace } from "../../../lib/experiments/observedTrace.ts";
import { csv } from "../../../lib/tables/csv.ts";
import { htmlTable } from "../../../lib/tables/html.ts";
import { text } from "../../../lib/tables/text.ts";
import { measuredText } from "../measuredData.ts";
import { ftrace } from "../samples.ts";

describe("a small trace", () => {
  const found = trace.parse(ftrace);

  test("counts interrupts as /proc/interrupts does", () => {
    expect(found.interrupts().objects()).toEqual([
      { cpu: 1, irq: "CAL", count: 2, basis: "received" },
      { cpu: 33, irq: "CAL", count: 1, basis: "received" },
      { cpu: 1, irq: "TLB", count: 2, basis: "received" },
      { cpu: 1, irq: "RES", count: 1, basis: "received" },
    ]);
    expect([found.total("CAL"), found.total("NMI")]).toEqual([3, 0]);
  });

  test("pairs each target of a mask with its handler", () => {
    const rows = found.latencies().objects() as Record<string, unknown>[];
    expect(
      rows.map(({ what, sent, count, ns_min, ns_max }) => [what, sent, count, ns_min, ns_max]),
    ).toEqual([
      ["flush", 1, 1, 7000, 7000],
      ["sync", 2, 2, 7000, 20_000],
      ["reschedule", 1, 1, 4000, 4000],
    ]);
    expect(() => found.distribution("flash")).toThrow('did you mean "flush"?');
    expect(found.distribution("sync").objects()).toHaveLength(2);
  });

  test("tells call sites and purposes", () => {
    const rows = found.callSites().objects() as Record<string, unknown>[];
    expect(
      rows.map(({ callsite, purpose, ipis, basis }) => [callsite, purpose, ipis, basis]),
    ).toEqual([
      ["smp_call_function", "sync", 2, "call site"],
      ["on_each_cpu_cond_mask", "flush", 1, "flush event"],
      ["wakeup_preempt", "reschedule", 1, "callback"],
    ]);
  });

  test("says who interrupts a CPU", () => {
    expect(found.interrupters({ cpus: "32-33" }).objects()).toEqual([
      {
        cpu: 33,
        purpose: "sync",
        func: "generic_smp_call_function_single_interrupt",
        callsite: "smp_call_function",
        sender: 0,
        task: "worker",
        count: 1,
      },
    ]);
    expect(() => found.interrupters({ cpus: "x" })).toThrow(/^SD001/);
  });

  test("groups flushes and counts over time", () => {
    expect(found.flushReasons().objects()).toEqual([
      { reason: "flush on task switch", pages: -1, count: 1 },
      { reason: "remote shootdown", pages: 1, count: 1 },
      { reason: "remote IPI send", pages: 1, count: 1 },
    ]);
    const perMs = found.rates({ binNs: 1_000_000 }).objects() as Record<string, unknown>[];
    expect(perMs.map(({ ts_ns, activity, count }) => [ts_ns, activity, count])).toEqual([
      ...[
        [0, "sent: flush", 1],
        [1e6, "sent: flush", 0],
        [2e6, "sent: flush", 0],
      ],
      ...[
        [0, "sent: sync", 2],
        [1e6, "sent: sync", 0],
        [2e6, "sent: sync", 0],
      ],
      ...[
        [0, "sent: reschedule", 0],
        [1e6, "sent: reschedule", 1],
      ],
      [2e6, "sent: reschedule", 0],
      ...[
        [0, "TLB: remote shootdown", 1],
        [1e6, "TLB: remote shootdown", 0],
      ],
      [2e6, "TLB: remote shootdown", 0],
      ...[
        [0, "TLB: flush on task switch", 0],
        [1e6, "TLB: flush on task switch", 0],
      ],
      [2e6, "TLB: flush on task switch", 1],
    ]);
  });
});

test("a handler that is not in the trace makes no time too long", () => {
  const send = (us: number) =>
    `w-1 [000] .... 1.0000${us}: ipi_send_cpu: cpu=1 callsite=f callback=generic_smp_x\n`;
  const entry = "i-0 [001] d.h. 1.000090: call_function_single_entry: vector=251\n";
  const [row] = trace
    .parse(send(10) + send(80) + entry)
    .latencies()
    .objects() as object[];
  expect(row).toMatchObject({ sent: 2, count: 1, unanswered: 1, ns_max: 10_000 });
});

test("531 sendings to 26 targets are 13,806 interrupts", () => {
  const line = (i: number) =>
    `${"kworker".padStart(16)}-9       [030] ...1.   ${10 + i}.000001: ipi_send_cpumask: ` +
    "cpumask=00000000,03ffffff callsite=on_each_cpu_cond_mask+0x20/0x60 " +
    "callback=generic_smp_call_function_single_interrupt+0x0/0x10\n";
  const text = Array.from({ length: 531 }, (_, i) => line(i)).join("");
  expect(trace.parse(text).sendTotals()).toEqual({ sends: 531, ipis: 13_806 });
  expect(trace.parse(text).total("CAL")).toBe(13_806);
});

test("what a hostile trace brings is escaped in every output", () => {
  const line =
    `${"=1+1<i>\u202e".padStart(15)}-1       [000] ..... 1.000001: ipi_send_cpu: cpu=1 ` +
    "callsite=<script>alert(1)</script> callback=-cmd|x\n";
  const hostile = trace.parse(line);
  for (const table of [hostile.events(), hostile.interrupters(), hostile.callSites()]) {
    expect(htmlTable(table)).not.toMatch(/<script|<i>/);
    expect(text(table)).not.toContain("\u202e");
    expect(csv(table)).not.toMatch(/(^|,)"?[=-]/m);
  }
});

describe("recorded traces", () => {
  test("of a 2-CPU guest have 2,042 events, none lost, none unread", (context) => {
    const found = trace.parse(measuredText(context, "traces/live-linux6.18-kvm-2vcpu.ftrace.txt"));
    expect(found.events().numRows()).toBe(2042);
    expect([found.complete, found.total("CAL"), found.total("TLB")]).toEqual([true, 131, 62]);
    expect(found.notes().numRows()).toBe(0);
    const rows = found.callSites().objects() as Record<string, unknown>[];
    expect(rows.find(({ purpose }) => purpose === "sync")).toMatchObject({
      callsite: "smp_call_function",
      func: "tlb_remove_table_smp_sync",
      ipis: 4,
    });
  });

  test("of perf script has an event in every line", (context) => {
    const text = measuredText(context, "traces/live-linux6.18-kvm-2vcpu.perf-script.txt");
    const found = trace.parse(text);
    expect(found.events().numRows()).toBe(text.trimEnd().split("\n").length);
    expect(found.skipped).toEqual([]);
  });

  test.for([
    ["mail-arm64-ipi-raise-idle.comm-less", "call"],
    ["mail-arm64-asid-refresh-4flag", "task switch to TLB flush"],
  ] as const)("%s: 63 us", ([name, what], context) => {
    const found = trace.parse(measuredText(context, `traces/${name}.txt`));
    expect(found.latencies().objects()).toMatchObject([{ what, count: 1, ns_max: 63_000 }]);
  });

  test("a function graph tells of its interrupts", (context) => {
    const text = measuredText(context, "traces/mail-x86-function-graph-csd-ipi.txt");
    expect(trace.parse(text).callSites().objects()).toMatchObject([
      { callsite: "return_to_handler", func: "nohz_full_kick_func", ipis: 1 },
      { callsite: "return_to_handler", purpose: "reschedule", ipis: 1 },
    ]);
  });
});
