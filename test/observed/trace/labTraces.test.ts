/** Traces of the lab beside the counters of the same runs. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, type TestContext, test } from "vitest";
import { type ObservedTrace, trace } from "../../../lib/experiments/observedTrace.ts";
import { procInterrupts } from "../../../lib/observed/procInterrupts.ts";
import { measuredPath } from "../measuredData.ts";

/** The text of a file that the program zstd unpacks; skips the test where there is none. */
function unpacked(context: TestContext, name: string): Buffer {
  const path = measuredPath(context, name);
  try {
    return execFileSync("zstd", ["-dcq", path], { maxBuffer: 2 ** 30 });
  } catch (error) {
    console.info(`skipped: ${name} needs the program zstd: ${(error as Error).message}`);
    return context.skip("no zstd");
  }
}

/** The readings before and after the operation in the text of a run. */
function readings(run: string): [string, string] {
  const [, before = "", after = ""] = run.split(/^@@S\d\n/m);
  return [before, after];
}

function byCpu(found: ObservedTrace, irq: string): Record<string, number> {
  const rows = found.interrupts().objects() as { cpu: number; irq: string; count: number }[];
  return Object.fromEntries(rows.filter((row) => row.irq === irq).map((r) => [r.cpu, r.count]));
}

function countedByCpu([before, after]: [string, string], irq: string): Record<string, number> {
  const { cpu, irq: rows, count } = procInterrupts.delta(before, after);
  const entries = Array.from(cpu, (number, i) => [number, rows[i] === irq ? count[i]! : 0]);
  return Object.fromEntries(entries.filter(([, value]) => value !== 0));
}

describe("native runs", () => {
  test("count by CPU what the kernel counted, without lost events", (context) => {
    const folder = measuredPath(context, "lab/traces");
    const runs = readdirSync(folder).filter((name) => name.endsWith(".run.txt"));
    expect(runs.length).toBeGreaterThan(10);
    for (const name of runs) {
      const found = trace.parse(readFileSync(`${folder}/${name.replace(".run.", ".trace.")}`));
      const counted = readings(readFileSync(`${folder}/${name}`, "utf8"));
      expect(found.complete).toBe(true);
      for (const irq of ["CAL", "TLB"]) {
        expect([name, byCpu(found, irq)]).toEqual([name, countedByCpu(counted, irq)]);
      }
    }
  });
});

/** The text of the trace in each run of a stream, and the run. */
function tracesIn(stream: string): [string, string][] {
  const runs = stream
    .replaceAll("\r", "")
    .split(/^@@RUN /m)
    .slice(1);
  return runs.flatMap((run) => {
    const text = /^@@TRACE\n([\s\S]*?)^@@ENDTRACE/m.exec(run)?.[1];
    return text === undefined ? [] : [[text, run] as [string, string]];
  });
}

/** Lines at the end of `text` without which no CPU has more of `irq` than it `counted`. */
function linesBehindReading(text: string, irq: string, counted: Record<string, number>): number {
  const lines = text.trimEnd().split("\n");
  const fits = (behind: number): boolean => {
    const before = trace.parse(`${lines.slice(0, lines.length - behind).join("\n")}\n`);
    return Object.entries(byCpu(before, irq)).every(([cpu, count]) => count <= (counted[cpu] ?? 0));
  };
  return lines.findIndex((_, behind) => fits(behind));
}

/**
 * The workload reads the counters just before it switches the trace on, and again just before it
 * switches it off (lab/src/window.c): what the trace has too much must be in its last lines, and
 * a few interrupts may have come before its first.
 */
describe("emulated runs", () => {
  test.for([
    ["x86-6.12-8", "CAL", 12, 1],
    ["x86-7.2-8", "CAL", 12, 2],
    ["arm64-7.2-8", "IPI1", 12, 4],
  ] as const)("%s: the trace has what %s counted", ([boot, irq, runs, atEdges], context) => {
    const stream = unpacked(context, `lab/raw/${boot}-trace.txt.zst`).toString("utf8");
    const traces = tracesIn(stream);
    expect(traces.length).toBe(runs);
    let differing = 0;
    for (const [text, run] of traces) {
      const found = trace.parse(text);
      expect(found.complete).toBe(true);
      const [before, after] = readings(run);
      const counted = countedByCpu([before, after], irq);
      const cpus = Object.keys({ ...counted, ...byCpu(found, irq) });
      const missing = cpus.map((cpu) => (counted[cpu] ?? 0) - (byCpu(found, irq)[cpu] ?? 0));
      if (missing.every((count) => count === 0)) {
        expect(byCpu(found, "TLB")).toEqual(countedByCpu([before, after], "TLB"));
        continue;
      }
      differing++;
      expect(linesBehindReading(text, irq, counted)).toBeOneOf([0, 1, 2, 3, 4, 5]);
      expect(
        missing.filter((count) => count > 0).reduce((sum, count) => sum + count, 0),
      ).toBeLessThan(3);
    }
    expect(differing).toBe(atEdges);
  });
});

describe("the traces of 50 MB", () => {
  test("the one that was read through a pipe is recognised as self-disturbed", async (context) => {
    const bytes = unpacked(context, "lab/traces/native-mixed-piped-50MB.trace.txt.zst");
    const found = trace.parse(bytes, { events: [] });
    expect([found.selfDisturbed, found.complete]).toEqual([true, true]);
    expect(found.notes().objects()).toMatchObject([{ kind: "self-disturbed", count: 104_057 }]);
  });

  test("the other one is not, and has every line", (context) => {
    const bytes = unpacked(context, "lab/traces/native-mixed-50MB.trace.txt.zst");
    const found = trace.parse(bytes, { events: [] });
    expect([found.selfDisturbed, found.complete]).toEqual([false, true]);
    const events = (found.counts().array("count") as number[]).reduce((sum, n) => sum + n, 0);
    const others = found.skipped.reduce((sum, { count }) => sum + count, 0);
    expect([events, others]).toEqual([464_785, 13]);
  });
});
