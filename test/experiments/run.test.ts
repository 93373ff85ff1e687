import { expect, test } from "vitest";
import type { Run } from "../../lib/experiments/run.ts";
import { simulate } from "../../lib/experiments/simulate.ts";
import * as sd from "../../lib/index.ts";
import { machines } from "../../lib/machine/presets.ts";
import type { ColumnTable } from "../../lib/tables/frame.ts";
import { type SchemaName, schemaOf } from "../../lib/tables/schema.ts";
import { munmap } from "../../lib/workloads/munmap.ts";
import { besideWalkers, scene } from "./scenes.ts";

function names(schema: SchemaName): string[] {
  return schemaOf(schema).map(({ name }) => name);
}

function column(table: ColumnTable, name: string): unknown[] {
  return Array.from(table.array(name) as ArrayLike<unknown>);
}

function total(run: Run, irq: string): number {
  const counts = column(run.interrupts(), "count") as number[];
  return column(run.interrupts(), "irq").reduce<number>(
    (sum, name, i) => (name === irq ? sum + counts[i]! : sum),
    0,
  );
}

test("every table has the columns of its schema", () => {
  const run = simulate({ ...scene, trace: 1_000 });
  expect(run.interrupts().columnNames()).toEqual(names("interrupts"));
  expect(run.durations().columnNames()).toEqual(names("durations"));
  expect(run.summary().columnNames()).toEqual(names("summary"));
  expect(run.trace().columnNames()).toEqual(names("trace"));
  expect(run.distribution("collapse").columnNames()).toEqual(["lo", "hi", "count"]);
});

test("interrupts has one row a CPU for each of CAL, TLB and RES, with the totals of the run", () => {
  const run = simulate(scene);
  const table = run.interrupts();
  expect(table.numRows()).toBe(24);
  expect(column(table, "cpu").slice(0, 8)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(column(table, "count").slice(0, 8)).toEqual([0, 8, 4, 4, 4, 4, 4, 4]);
  expect([total(run, "CAL"), total(run, "TLB"), total(run, "RES")]).toEqual([32, 4, 0]);
  expect([run.total("CAL"), run.total("TLB"), run.total("RES")]).toEqual([32, 4, 0]);
});

test("a row that the machine does not have counts 0", () => {
  expect(simulate(scene).total("IPI1")).toBe(0);
});

test("the summary counts rounds, operations and interrupts", () => {
  const row = simulate(scene).summaryRow();
  expect(row).toMatchObject({
    linux: "broadcast",
    table_sync: "broadcast",
    release: "7.2",
    backend: "native",
    machine: "QEMU x86",
    cpus: 8,
    seed: 1,
    operations: 4,
    cal: 32,
    tlb: 4,
    ipis: 32,
    sync_rounds: 4,
    flush_rounds: 4,
    gup_calls: 0,
    gup_fast_ns_mean: null,
    gup_fast_ns_p99: null,
    irq_off_delay_ns_max: 0,
  });
  expect(row.workload).toMatch(/^collapse\(\{ bytes: 8388608, by: madvise, /);
  expect(simulate(scene).summaryRow("mine").linux).toBe("mine");
});

test("the summary of a workload without cross calls has no longest wait", () => {
  const alone = simulate({ ...scene, workload: munmap({ bytes: 4096 }) });
  expect(alone.summaryRow()).toMatchObject({ ipis: 0, irq_off_delay_ns_max: null });
});

test("walkers are counted and timed, and hold interrupts back", () => {
  const row = simulate({ ...scene, workload: besideWalkers }).summaryRow();
  expect(row.gup_calls).toBeGreaterThan(100);
  expect(row.gup_fast_ns_mean).toBeGreaterThan(0);
  expect(row.gup_fast_ns_p99).toBeGreaterThanOrEqual(Number(row.gup_fast_ns_mean));
  expect(row.irq_off_delay_ns_max).toBeGreaterThan(0);
});

test("durations are those of the operations, in order of size", () => {
  const table = simulate({ ...scene, workload: besideWalkers }).durations();
  expect(column(table, "what")).toEqual(
    expect.arrayContaining(["collapse", "tlb_flush", "sync", "gup_fast", "call_function"]),
  );
  const row = column(table, "what").indexOf("collapse");
  expect(column(table, "count")[row]).toBe(4);
  const sizes = ["ns_min", "ns_p50", "ns_p99", "ns_max"].map((name) => column(table, name));
  for (let i = 0; i < table.numRows(); i++) {
    const ascending = sizes.map((values) => Number(values[i]));
    expect([...ascending].sort((left, right) => left - right)).toEqual(ascending);
  }
});

test("a distribution holds as many values as its duration counts", () => {
  const run = simulate({ ...scene, workload: besideWalkers });
  const counts = column(run.distribution("gup_fast"), "count") as number[];
  expect(counts.reduce((sum, count) => sum + count)).toBe(run.summaryRow().gup_calls);
});

test("assumed costs are those that the run used, and follow the cost table", () => {
  const run = simulate(scene);
  expect(run.summaryRow().costs_assumed).toBe(run.assumedCosts().length);
  const machine = machines.qemu.withCpus(8).with({ costs: { ipiSend: 70, gracePeriod: 9 } });
  const changed = simulate({ ...scene, machine }).assumedCosts();
  expect(changed).toContain("ipiSend");
  expect(changed).not.toContain("gracePeriod");
});

test.for([
  ["arm64", "IPI1"],
  ["powerpc", "16"],
] as const)("on %s the summary counts the calls of row %s", ([arch, row]) => {
  const kind = arch === "arm64" ? sd.machines.qemuArm64 : sd.machines.qemuPpc64le;
  const broadcast = sd.linux({ release: "7.2" });
  const table = sd.compare(
    { broadcast, targeted: broadcast.with({ tableSync: sd.tableSync.targeted() }) },
    {
      machine: kind.withCpus(16),
      backend: sd.backend.native(),
      workload: sd.workload.collapse({ bytes: sd.MiB(32) }),
      baseline: "broadcast",
    },
  );
  expect(Array.from(table.array("cal"))).toEqual([240, 0]);
  expect(Array.from(table.array("ipis_saved"))).toEqual([0, 240]);
  const run = sd.simulate({
    machine: kind.withCpus(16),
    linux: broadcast,
    backend: sd.backend.native(),
    workload: sd.workload.collapse({ bytes: sd.MiB(32) }),
  });
  expect(run.total(row)).toBe(240);
  expect(String(run)).toContain(`${row} 240`);
});
