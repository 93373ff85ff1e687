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

/**
 * These traces have no handlers, so that what was sent is compared. The readings are taken just
 * before the trace begins and just before it ends: a few interrupts fall between.
 */
describe("emulated runs", () => {
  test.for([
    ["x86-6.12-8", "CAL", 1],
    ["x86-7.2-8", "CAL", 2],
    ["arm64-7.2-8", "IPI1", 4],
  ] as const)("%s: what was sent is what %s counted", ([boot, irq, atEdges], context) => {
    const stream = unpacked(context, `lab/raw/${boot}-trace.txt.zst`).toString("utf8");
    const differing: number[] = [];
    for (const [text, run] of tracesIn(stream)) {
      const found = trace.parse(text);
      expect(found.complete).toBe(true);
      const [before, after] = readings(run);
      const sum = (counts: Record<string, number>) =>
        Object.values(counts).reduce((total, count) => total + count, 0);
      const difference = found.total(irq) - sum(countedByCpu([before, after], irq));
      if (difference !== 0) differing.push(difference);
      else expect(byCpu(found, "TLB")).toEqual(countedByCpu([before, after], "TLB"));
    }
    expect(differing.length).toBe(atEdges);
    expect(Math.max(...differing.map(Math.abs))).toBeLessThanOrEqual(2);
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
