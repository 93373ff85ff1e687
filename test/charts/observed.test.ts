import { describe, expect, it } from "vitest";
import { chart } from "../../lib/charts/charts.ts";
import { trace } from "../../lib/experiments/observedTrace.ts";
import { tableFrom } from "../../lib/tables/frame.ts";
import { ftrace } from "../observed/samples.ts";

const found = trace.parse(ftrace);

describe("charts of a trace", () => {
  it.each([
    ["interruptsByCpu", chart.interruptsByCpu(found.interrupts()), "Interrupts by CPU"],
    ["sendLatencies", chart.sendLatencies(found.distributions()), "Time from sending to handler"],
    ["interrupters", chart.interrupters(found.interrupters()), "0 to 1, worker: flush"],
    ["callSites", chart.callSites(found.callSites()), "smp_call_function"],
    ["flushReasons", chart.flushReasons(found.flushReasons()), "flush on task switch"],
    ["rates", chart.rates(found.rates({ binNs: 1_000_000 })), "sent: sync"],
  ] as const)("%s draws and tells its data", async (_, drawn, text) => {
    expect(drawn.rows).toBeGreaterThan(0);
    expect(drawn.toText()).toContain(text);
    expect(await drawn.toSvg()).toMatch(/^<svg/);
  });

  it("leave nothing out: the rest is one item", () => {
    const rows = Array.from({ length: 30 }, (_, i) => {
      return { callsite: `f${i}`, purpose: "call", ipis: 30 - i };
    });
    const names = ["callsite", "purpose", "ipis"];
    const drawn = chart.callSites(tableFrom(rows, names), { most: 3 });
    expect(drawn.rows).toBe(4);
    const text = drawn.toText().replace(/\s+/g, " ");
    expect(text).toContain("f0 call 30");
    expect(text).toContain(`other call ${(30 * 31) / 2 - 30 - 29 - 28}`);
  });

  it("of 1,152 CPUs fit a notebook, with sums of neighbours", () => {
    const rows = Array.from({ length: 9 * 1152 }, (_, i) => {
      return { cpu: i % 1152, irq: `R${Math.floor(i / 1152)}`, count: i };
    });
    const drawn = chart.interruptsByCpu(tableFrom(rows, ["cpu", "irq", "count"]));
    expect(drawn.rows).toBeLessThan(5000);
    expect(drawn.toText()).toContain("Sums of 5 neighbouring CPUs");
  });

  it("check their options", () => {
    expect(() => chart.callSites(found.callSites(), { most: 0 })).toThrow(/^SD001/);
    expect(() => chart.rates(found.counts())).toThrow(/^SD009/);
    expect(() => chart.interrupters(found.interrupters(), { mots: 1 } as object)).toThrow(/^SD002/);
  });

  it("escape what a hostile trace brings", async () => {
    const line = (site: string, comm: string) =>
      `${comm.padStart(16)}-1       [000] ..... 1.000001: ipi_send_cpu: cpu=1 ` +
      `callsite=${site} callback=0x0\n`;
    const hostile = trace.parse(line("<script>alert(1)</script>", "=1+1<b>\u202e"));
    for (const drawn of [
      chart.callSites(hostile.callSites()),
      chart.interrupters(hostile.interrupters()),
    ]) {
      const svg = await drawn.toSvg();
      expect(svg).not.toMatch(/<script|<b>|\u202e/);
      expect(drawn.toText()).not.toMatch(/\u202e/);
    }
  });
});
