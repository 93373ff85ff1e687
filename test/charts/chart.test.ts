import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { Chart } from "../../lib/charts/chart.ts";
import { chart } from "../../lib/charts/charts.ts";
import { sweep } from "./runs.ts";

const drawn = chart.lines(sweep, {
  x: "cpus",
  y: "ipis",
  color: "linux",
  title: "Interrupts of a collapse",
  source: "simulate",
});

describe("a chart", () => {
  it("is a frozen value of plain JSON", () => {
    expect(Object.keys(drawn)).toEqual(["spec", "title", "rows"]);
    expect(structuredClone({ ...drawn })).toEqual({ ...drawn });
    expect(Object.isFrozen(drawn.spec.data)).toBe(true);
    expect(drawn.title).toBe("Interrupts of a collapse");
    expect(drawn.rows).toBe(9);
    expect(drawn.spec.$schema).toBe("https://vega.github.io/schema/vega-lite/v5.json");
  });

  it("describes itself in words and with its first rows", () => {
    const text = [
      "Interrupts of a collapse",
      "Built on assumed costs",
      "Source: simulate",
      "x: CPUs, log scale",
      "y: IPIs, log scale",
      "color: Linux",
      "marks: line, point, text (9 rows)",
      "",
      " cpus  linux           ipis",
      "-----  --------  ----------",
      "    4  mainline      30,720",
      "    4  skip           1,536",
      "    4  targeted          31",
      "   64  mainline     645,120",
      "   64  skip          32,256",
      "   64  targeted         645",
      "4,096  mainline  41,932,800",
      "4,096  skip       2,096,640",
      "... 8 of 9 rows",
    ].join("\n");
    expect(drawn.toText()).toBe(text);
    expect(inspect(drawn)).toBe(drawn.toText());
  });

  it("draws the same bytes every time, also when two are drawn at once", async () => {
    const panels = chart.tradeoff(sweep, {
      x: "ipis_saved",
      y: "gup_fast_overhead_pct",
      color: "linux",
      facet: "cpus",
    });
    const [first, other, second] = await Promise.all([
      panels.toSvg(),
      drawn.toSvg(),
      panels.toSvg(),
    ]);
    expect(second).toBe(first);
    expect(other).toBe(await drawn.toSvg());
    expect(Buffer.compare(await drawn.toPng(), await drawn.toPng())).toBe(0);
  });

  it("bundles specification, picture and text for a notebook", async () => {
    const display = Symbol.for("Jupyter.display");
    const method = (drawn as unknown as Record<symbol, () => ReturnType<Chart["bundle"]>>)[display];
    const bundle = await method?.call(drawn);
    expect(Object.keys(bundle?.data ?? {})).toEqual([
      "application/vnd.vegalite.v5+json",
      "image/png",
      "text/plain",
    ]);
    const png = Buffer.from(bundle?.data["image/png"] ?? "", "base64");
    expect(png.subarray(0, 8).toString("latin1")).toBe("\x89PNG\r\n\x1a\n");
    const size = bundle?.metadata["image/png"];
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([
      2 * (size?.width ?? 0),
      2 * (size?.height ?? 0),
    ]);
  });

  it("scales its picture within bounds", async () => {
    const [single, triple] = [await drawn.toPng(1), await drawn.toPng(3)];
    const width = (png: Uint8Array) => Buffer.from(png).readUInt32BE(16);
    expect(width(triple)).toBe(3 * width(single));
    await expect(drawn.toPng(0)).rejects.toThrow("SD001: invalid scale: 0 (expected 0.5…8)");
  });

  it("needs no font of the system: its text leaves marks in the picture", async () => {
    const words = new Chart({
      data: { values: [{}] },
      mark: "text",
      encoding: { text: { value: "WWW" }, x: { value: 40 }, y: { value: 40 } },
      width: 80,
      height: 80,
      config: { view: { stroke: null } },
    });
    const blank = new Chart({ ...words.spec, encoding: { text: { value: "" } } });
    expect((await words.toPng()).length).toBeGreaterThan((await blank.toPng()).length + 100);
  });
});

describe("a specification of one's own", () => {
  const spec = { data: { values: [{ x: 1 }] }, mark: "point", encoding: { x: { field: "x" } } };

  it("looks like the other charts, unless it says how it looks", () => {
    const { config } = chart.vegaLite(spec).spec as { config: { range: { category: string[] } } };
    expect(config.range.category[1]).toBe("#E69F00");
    const own = { ...spec, config: { background: "#eee" } };
    expect(chart.vegaLite(own).spec.config).toEqual({ background: "#eee" });
  });
});
