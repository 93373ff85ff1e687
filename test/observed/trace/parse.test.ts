import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { trace } from "../../../lib/experiments/observedTrace.ts";
import type { TraceOptions } from "../../../lib/observed/trace/read.ts";
import { mutated } from "../mutation.ts";
import { ftrace, graphs, perfScript, traceCmd } from "../samples.ts";

function rows(text: string, options: TraceOptions = {}): Record<string, unknown>[] {
  return trace.parse(text, options).events().objects() as Record<string, unknown>[];
}

function told(text: string): string[] {
  return rows(text).map(
    ({ cpu, task, pid, event, func }) => `${cpu} ${task}/${pid} ${event} ${func ?? ""}`,
  );
}

describe("ftrace text", () => {
  test("gives heads, times since the first event, and arguments", () => {
    const [flush, send, , , , broadcast] = rows(ftrace);
    expect(flush).toMatchObject({ ts_ns: 0, cpu: 0, task: "worker", pid: 71, pages: 1 });
    expect(flush?.reason).toBe("remote IPI send");
    expect(send).toMatchObject({
      ts_ns: 1000,
      event: "ipi_send_cpu",
      target: 1,
      targets: 1,
      func: "generic_smp_call_function_single_interrupt",
      callsite: "on_each_cpu_cond_mask",
    });
    expect(broadcast).toMatchObject({ target: null, targets: 2, callsite: "smp_call_function" });
  });

  test("reads a command name with blanks, colons and brackets", () => {
    expect(rows(ftrace)[7]).toMatchObject({ cpu: 33, pid: 9000, task: "a b:c [9]-1 x" });
  });

  test("counts comments and tells of lost events", () => {
    const found = trace.parse(ftrace);
    expect(found.complete).toBe(false);
    expect(found.skipped.map(({ reason, count }) => [reason, count])).toEqual([
      ["comment", 5],
      ["lost-event marker", 1],
    ]);
    expect(found.notes().objects()).toEqual([
      { kind: "lost", count: 3, note: "1 markers say that 3 events were lost" },
    ]);
  });

  test.each([
    ["no flags", "bash-1 [000] 1.5: x: y", 1, 500_000_000],
    ["four flags", "bash-1 [000] d.h. 1.000001: x: y", 1, 1000],
    ["five flags", "bash-1 [000] d.h2. 1.000001: x: y", 1, 1000],
    ["a thread group", "bash-1 (    7) [000] .... 1.000001: x: y", 1, 1000],
    ["nanoseconds", "bash-1 [000] .... 1.000000007: x: y", 1, 7],
  ])("reads a head with %s", (_, line, pid, nanos) => {
    const start = "bash-1 [000] .... 1.0: x: y\n";
    expect(rows(`${start}${line}\n`)[1]).toMatchObject({ pid, cpu: 0, ts_ns: nanos, event: "x" });
  });

  test("does not take a count of clock ticks for a time", () => {
    const found = trace.parse("bash-1 [000] .... 12345: x: y\n");
    expect(found.notes().objects()).toMatchObject([{ kind: "untimed", count: 1 }]);
  });

  test("does not count a line that was cut off", () => {
    expect(rows("bash-1 [000] .... 1.000001: tlb_fl")).toEqual([]);
  });
});

describe("other texts of traces", () => {
  test("perf script: subsystems, two numbers of a task, samples, call chains", () => {
    expect(told(perfScript)).toEqual([
      "0 perf/17081 ipi_send_cpu generic_smp_call_function_single_interrupt",
      "0 migration/0/18 tlb_flush ",
      "1 perf/17082 csd_function_entry sched_ttwu_pending",
      "0 perf/17081 cycles ",
      "294 /-1 ipi_send_cpu 0x0",
    ]);
    expect(rows(perfScript)[2]?.ts_ns).toBe(26_001);
    expect(trace.parse(perfScript).skipped).toMatchObject([{ reason: "call chain", count: 1 }]);
  });

  test("trace-cmd report, plain and raw", () => {
    const found = rows(traceCmd);
    expect(found.map(({ task }) => task)).toEqual([
      ...["<...>", "kworker/u16:6", "kworker/u16:6", "init"],
    ]);
    expect(found.map(({ reason, pages, target }) => [reason, pages, target])).toEqual([
      ["local MM shootdown", 1, null],
      [null, null, 5],
      [null, null, 5],
      ["remote IPI send", -1, null],
    ]);
    expect(trace.parse(traceCmd).notes().objects()).toMatchObject([{ kind: "lost", count: 12 }]);
  });

  test("function graphs and the latency format", () => {
    expect(told(graphs)).toEqual([
      "0 /-1 csd_queue_cpu nohz_full_kick_func",
      "0 /-1 funcgraph_exit call_function_single_prep_ipi",
      "0 /-1 funcgraph_exit ",
      "1 bash/1234 funcgraph_exit xen_send_IPI_one",
      "1 bash/1234 funcgraph_exit xen_smp_send_reschedule",
      "0 <idle>/0 reschedule_entry ",
      "3 cyclicte/1234 sched_wakeup ",
    ]);
  });

  test("lines of the tracers timerlat and osnoise", () => {
    const text =
      "          <idle>-0       [000] d.h1.    54.029328: #1     context    irq timer_latency       932 ns\n" +
      "           <...>-859     [001] .....    81.637220: 1000000        190  99.98100       9      18\n";
    const found = trace.parse(text, {});
    expect(found.events().objects()).toMatchObject([
      { cpu: 0, event: "timer_latency", func: "irq", event_ns: 932 },
      { cpu: 1, event: "osnoise", func: "noise", event_ns: 190_000 },
    ]);
  });

  test("any pieces give what the whole gives", async () => {
    const text = Buffer.from(ftrace + perfScript + traceCmd + graphs);
    const whole = JSON.stringify(trace.parse(text).events().objects());
    for (const size of [1, 7, 64]) {
      const pieces = [];
      for (let at = 0; at < text.length; at += size) pieces.push(text.subarray(at, at + size));
      const found = await trace.read(pieces);
      expect(JSON.stringify(found.events().objects())).toBe(whole);
    }
  });
});

describe("what is remembered of a line", () => {
  const first = "bash-1 [000] .... 1.0: x: y";
  const eventsOf = (lines: readonly string[]) => rows(`${[first, ...lines].join("\n")}\n`).slice(1);
  const samples = [ftrace, perfScript, traceCmd, graphs].flatMap((text) => text.split("\n"));
  samples.push(
    "            perf 17081/17081 [000]  2279.217380123:  csd:csd_function_exit: func=f, csd=(nil)",
    "            perf 17081/17082 [000]  2279.217380123:  csd:csd_function_exit: func=f, csd=(nil)",
    "            bash-16604   (   1234) [000] ...1.  2254.263715: tlb_flush: pages:1 reason:x (1)",
    "          <idle>-0       [001] d.h1.  2000.000009: call_function_single_entry: vector=251",
    "[294] 2254.263715: ipi:ipi_send_cpu: cpu=3 callsite=check_preempt_curr+0x54 callback=0x0",
  );

  test("changes nothing of what a later line says", () => {
    const line = fc.oneof(fc.constantFrom(...samples), fc.constantFrom(...samples).chain(mutated));
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), (damaged) => {
        const lines = damaged.flatMap((text) => text.split("\n"));
        const alone = lines.flatMap((text) => eventsOf([text]));
        expect(eventsOf([...lines, ...lines, ...lines])).toEqual([...alone, ...alone, ...alone]);
      }),
      { numRuns: 500 },
    );
  });

  test("is not taken for the time of a line that has none", () => {
    const line = (time: string) =>
      `            bash-16604   [000] ...1.  ${time}tlb_flush: pages:1`;
    const lines = ["2254.263715: ", "2254.26371:: ", "2254.2637a5: ", "2254.2637150: ", "2254: "];
    const times = eventsOf(lines.map(line)).map(({ ts_ns }) => ts_ns);
    expect(times).toEqual([2_253_263_715_000, 2_253_263_715_000, Number.NaN]);
  });

  test("is not taken for flags that go on where others end", () => {
    const line = (flags: string) => `            bash-16604   [000] ${flags}1.000001: tlb_flush: x`;
    expect(eventsOf(["d..2. ", "d..2.x"].map(line))).toHaveLength(1);
  });

  test("does not hide a line of a function graph", () => {
    const task = " 0) 12.5 us bash-77      [003] d..1  1.000001: ";
    const lines = [`${task}tlb_flush: pages:1`, `${task}x | finish_task_switch();`];
    expect(eventsOf(lines)).toEqual(lines.flatMap((text) => eventsOf([text])));
  });
});

describe("options", () => {
  test("keep only some events, count all", () => {
    const found = trace.parse(ftrace, { events: ["sched_switch"], keepText: ["sched_switch"] });
    expect(found.events().objects()).toMatchObject([{ func: "prev_comm=worker prev_pid=71" }]);
    expect(found.counts().objects()[0]).toEqual({ event: "tlb_flush", count: 3 });
    expect(found.sendTotals()).toEqual({ sends: 3, ipis: 4 });
  });

  test("keep the first events, and say how many were not kept", () => {
    const found = trace.parse(ftrace, { maxEvents: 5 });
    expect(found.events().numRows()).toBe(5);
    expect(found.notes().objects()).toContainEqual(
      expect.objectContaining({ kind: "not kept", count: 7 }),
    );
  });

  test("are checked", async () => {
    expect(() => trace.parse(ftrace, { event: ["x"] } as TraceOptions)).toThrow(/^SD002/);
    expect(() => trace.parse(ftrace, { maxEvents: -1 })).toThrow(/^SD001/);
    expect(() => trace.parse(7 as unknown as string)).toThrow(/^SD001/);
    await expect(trace.read("/nowhere/trace")).rejects.toThrow(/^SD011/);
    await expect(trace.read(7 as unknown as string)).rejects.toThrow(/^SD001/);
  });
});

test("a hostile file cannot make the tables of names grow without end", () => {
  const lines = Array.from({ length: 80_000 }, (_, i) => {
    const stamp = `1.${String(i).padStart(6, "0")}`;
    return `${String(`c${i}`).padStart(16)}-1       [000] ..... ${stamp}: tlb_flush: pages:${i} reason:x (1)`;
  });
  const found = trace.parse(`${lines.join("\n")}\n`);
  expect(found.events().numRows()).toBe(80_000);
  expect(found.notes().objects()).toMatchObject([{ kind: "undistinguished" }]);
});
