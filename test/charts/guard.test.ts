import { describe, expect, it } from "vitest";
import { Chart } from "../../lib/charts/chart.ts";
import { chart } from "../../lib/charts/charts.ts";
import { lockedLoader } from "../../lib/charts/render.ts";
import { tableFrom } from "../../lib/tables/frame.ts";

const bare = { mark: "point", encoding: {}, data: { values: [{ a: 1 }] } };

describe("a chart refuses", () => {
  const resources = [
    { ...bare, data: { url: "file:///etc/passwd" } },
    { ...bare, data: { url: "http://localhost/rows.json" } },
    { ...bare, data: { values: "a,b\n1,2" } },
    { ...bare, layer: [{ mark: "point", data: { url: "/etc/passwd" } }] },
    { ...bare, transform: [{ lookup: "a", from: { data: { url: "x.json" }, key: "a" } }] },
    { ...bare, encoding: { href: { value: "javascript:alert(1)" } } },
    { ...bare, encoding: { url: { field: "a" } } },
    { ...bare, mark: { type: "point", href: "javascript:alert(1)" } },
    { ...bare, mark: "image" },
    { ...bare, mark: { type: "image" } },
    { ...bare, config: { mark: { href: "javascript:alert(1)" } } },
  ];
  for (const spec of resources) {
    it(`${JSON.stringify(spec)}`, () => {
      expect(() => new Chart(spec)).toThrow(/^SD011: /);
    });
  }

  it("more marks than a notebook can carry", () => {
    const rows = (count: number) => Array.from({ length: count }, (_, x) => ({ x, y: x }));
    expect(chart.lines(tableFrom(rows(5000)), { x: "x", y: "y" }).rows).toBe(5000);
    expect(() => chart.lines(tableFrom(rows(5001)), { x: "x", y: "y" })).toThrow(
      "SD010: the chart would draw 5001 marks (expected at most 5000)",
    );
    const layer = { mark: "point", data: { values: rows(2501) } };
    expect(() => new Chart({ layer: [layer, layer] })).toThrow(/^SD010: .* 5002 marks/);
    expect(() => new Chart({ datasets: { a: rows(5001) } })).toThrow(/^SD010: /);
  });

  it("nothing in the data itself, whatever its keys", () => {
    const values = [{ url: "file:///etc/passwd", href: "javascript:alert(1)", type: "image" }];
    expect(new Chart({ ...bare, data: { values } }).rows).toBe(1);
  });
});

describe("the loader", () => {
  it("loads nothing and remembers what it refused", async () => {
    const loader = lockedLoader();
    for (const load of [loader.load, loader.http, loader.file, loader.sanitize]) {
      await expect(load("file:///etc/passwd")).rejects.toThrow(
        'SD011: resource refused: "file:///etc/passwd" (charts carry inline data only)',
      );
    }
    expect(loader.refusal?.message).toContain("file:///etc/passwd");
  });

  it("keeps Vega from reading files and addresses", async () => {
    const vega = await import("vega");
    for (const url of ["/etc/passwd", "file:///etc/passwd", "http://127.0.0.1:1/x"]) {
      const loader = lockedLoader();
      const data = { name: "stolen", url, format: { type: "dsv" as const, delimiter: ":" } };
      const view = new vega.View(vega.parse({ data: [data] }), {
        renderer: "none",
        loader: loader as unknown as ReturnType<typeof vega.loader>,
        logLevel: vega.None,
      });
      await view.runAsync();
      expect(view.data("stolen")).toEqual([]);
      expect(loader.refusal?.message).toContain(url);
    }
  });
});

describe("names from foreign data", () => {
  const evil = [
    "<script>alert(1)</script>",
    "');alert(1);('",
    "datum['constructor']",
    "a.b[0]",
    "\u202etxt.exe\u0000",
  ];
  const table = tableFrom(
    evil.flatMap((name) => [1, 2].map((x) => ({ [evil[0] ?? ""]: x, "a.b[0]": x, series: name }))),
  );
  const drawn = chart.lines(table, { x: "a.b[0]", y: evil[0] ?? "", color: "series" });

  it("reach the picture as text only", async () => {
    const svg = await drawn.toSvg();
    expect(svg).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(svg).not.toContain("<script");
    expect(svg).not.toContain("\u202e");
    expect(drawn.toText()).toMatch(/^[\n -~]*$/);
  });

  it("are neither fields nor parts of expressions", () => {
    const fields = JSON.stringify(drawn.spec).match(/"field":"[^"]*"/g);
    expect(new Set(fields)).toEqual(
      new Set([
        '"field":"a_b_0_"',
        '"field":"script_alert_1___script_"',
        '"field":"series"',
        '"field":"_last"',
        '"field":"_label_y"',
      ]),
    );
    const expressions = JSON.stringify(drawn.spec).match(/"(?:labelExpr|expr|calculate)":"[^"]*/g);
    for (const expression of expressions ?? []) expect(expression).not.toContain("alert");
  });
});
