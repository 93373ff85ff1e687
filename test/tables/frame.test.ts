import { describe, expect, it } from "vitest";
import { describeColumns } from "../../lib/tables/describe.ts";
import { requireColumns, tableFrom, toTable } from "../../lib/tables/frame.ts";
import { columnSpec, schemas, unitOf } from "../../lib/tables/schema.ts";

describe("a table of a known schema", () => {
  it("takes plain and typed arrays and puts the columns in schema order", () => {
    const table = toTable("interrupts", {
      count: Float64Array.of(7, 8),
      irq: ["CAL", "TLB"],
      cpu: Int32Array.of(0, 1),
    });
    expect(table.columnNames()).toEqual(["cpu", "irq", "count"]);
    expect(table.objects()).toEqual([
      { cpu: 0, irq: "CAL", count: 7 },
      { cpu: 1, irq: "TLB", count: 8 },
    ]);
  });

  it("refuses columns the schema does not have", () => {
    expect(() => toTable("interrupts", { cpu: [], irq: [], counts: [] })).toThrow(
      "SD009: unknown column: counts (did you mean count?)",
    );
  });

  it("refuses to leave a column out", () => {
    expect(() => toTable("interrupts", { cpu: [], irq: [] })).toThrow(
      "SD003: missing column count (expected every column of interrupts: cpu, irq, count)",
    );
  });

  it("refuses columns of unequal length", () => {
    expect(() => toTable("interrupts", { cpu: [0, 1], irq: ["CAL"], count: [1, 2] })).toThrow(
      "SD001: invalid length of column irq: 1 (expected 2, as the first column)",
    );
  });

  it("refuses a schema nobody defined", () => {
    expect(() => toTable("interrupt" as "interrupts", {})).toThrow(
      'SD002: unknown schema: "interrupt"',
    );
  });
});

describe("a table of free form", () => {
  it("has the columns of all rows in order of appearance, null where a row has none", () => {
    const table = tableFrom([{ a: 1 }, { b: 2, a: 3 }]);
    expect(table.objects()).toEqual([
      { a: 1, b: null },
      { a: 3, b: 2 },
    ]);
  });

  it("can be empty", () => {
    expect(tableFrom([]).numCols()).toBe(0);
    expect(tableFrom([], ["a"]).columnNames()).toEqual(["a"]);
  });

  it("names the nearest column when one is absent", () => {
    const table = tableFrom([{ ipis_saved: 1, linux: "skip" }]);
    expect(() => requireColumns(table, ["linux", "ipi_saved"])).toThrow(
      "SD009: unknown column: ipi_saved (did you mean ipis_saved?)",
    );
    expect(() => tableFrom([{ a: 1 }], ["b"])).toThrow("SD009: unknown column: b");
  });

  it("refuses a column name that would change the object it is put on", () => {
    expect(() => tableFrom([JSON.parse('{"__proto__": 1}')])).toThrow("SD001: invalid column name");
  });
});

describe("the schemas", () => {
  const specs = Object.values(schemas).flat();

  it("name every column in snake_case and say what it means", () => {
    for (const spec of specs) {
      expect(spec.name).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
      expect(spec.meaning.length).toBeGreaterThan(5);
    }
  });

  it("give a name one meaning in all tables", () => {
    for (const spec of specs) {
      for (const other of specs) if (other.name === spec.name) expect(other).toEqual(spec);
    }
  });

  it("do not explain everyday words in tables of a user", () => {
    for (const name of ["operation", "idle", "running"]) {
      expect(columnSpec(name)).toBeUndefined();
      expect(unitOf(name)).toBeUndefined();
    }
    expect(describeColumns("traceOperations").array("column")).toContain("idle");
  });

  it("have a unit where the name ends in one", () => {
    for (const spec of specs) {
      if (spec.name.endsWith("_pct")) expect(spec.unit).toBe("percent");
      if (/(^|_)ns(_|$)/.test(spec.name)) expect(spec.unit).toBe("ns");
    }
  });

  it("describe themselves as tables", () => {
    expect(describeColumns("interrupts").objects()).toEqual([
      { column: "cpu", unit: null, meaning: "number of the CPU it happened on" },
      {
        column: "irq",
        unit: null,
        meaning: "row of /proc/interrupts: CAL, TLB, RES, IPI1 and so on",
      },
      { column: "count", unit: "count", meaning: "how many were counted" },
    ]);
  });

  it("tell units of foreign columns by how the name ends", () => {
    expect(["load_pct", "wait_ns_p50", "heap_bytes", "name"].map(unitOf)).toEqual([
      "percent",
      "ns",
      "bytes",
      undefined,
    ]);
  });
});
