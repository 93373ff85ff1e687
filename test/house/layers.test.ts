import { expect, test } from "vitest";
import { importsOf } from "./imports.ts";
import { allSources, type Source, sourceOf } from "./sources.ts";

/** Which layers a layer may import; of those under `types` it may import types only. */
const LAYERS: Readonly<Record<string, { values: string; types?: string }>> = {
  base: { values: "" },
  machine: { values: "base" },
  steps: { values: "base machine" },
  mm: { values: "base machine steps" },
  policies: { values: "base machine steps mm" },
  backends: { values: "base machine steps mm" },
  workloads: { values: "base machine steps mm" },
  engine: { values: "base machine steps mm" },
  explorer: { values: "base machine steps mm" },
  observed: { values: "base", types: "machine" },
  tables: { values: "base machine", types: "steps mm engine explorer observed experiments" },
  experiments: {
    values: "base machine steps mm policies backends workloads engine explorer observed tables",
  },
  charts: { values: "base tables" },
  display: { values: "base tables" },
  index: {
    values:
      "base machine steps mm policies backends workloads engine explorer observed tables " +
      "experiments charts display",
  },
  kernel: {
    values:
      "base machine steps mm policies backends workloads engine explorer observed tables " +
      "experiments charts display index",
  },
};

/** Packages and `node:` modules that only some layers may import; the others are free. */
const PACKAGES: Readonly<Record<string, string>> = {
  arquero: "tables",
  "@uwdata/flechette": "tables",
  vega: "charts",
  "vega-lite": "charts",
  "@resvg/resvg-js": "charts",
  "dejavu-fonts-ttf": "charts",
  "node:fs": "observed experiments kernel",
  "node:worker_threads": "experiments kernel",
  piscina: "experiments",
  bullmq: "experiments",
  "@duckdb/node-api": "experiments",
  hyparquet: "experiments observed",
  "hyparquet-writer": "experiments",
  tslab: "kernel",
  typescript: "kernel",
  zeromq: "kernel",
};

function layerOf(path: string): string {
  const [top = "", second = ""] = path.split("/");
  if (top !== "lib") return top;
  return second.replace(/\.ts$/, "");
}

function mayImport(from: string, to: string, typeOnly: boolean): boolean {
  if (from === to) return true;
  const { values, types = "" } = LAYERS[from] ?? { values: "" };
  return (typeOnly ? `${values} ${types}` : values).split(" ").includes(to);
}

function layerViolations(sources: readonly Source[]): string[] {
  return sources.flatMap((source) => {
    const layer = layerOf(source.path);
    if (LAYERS[layer] === undefined) return [`${source.path}: no layer has this file`];
    return importsOf(source).flatMap(({ target, relative, typeOnly, place }) => {
      const allowed = relative
        ? mayImport(layer, layerOf(target), typeOnly)
        : (PACKAGES[target] ?? layer).split(" ").includes(layer);
      return allowed ? [] : [`${place}: ${layer} may not import ${target}`];
    });
  });
}

test("every import goes the way of the layer table", () => {
  expect(layerViolations(allSources())).toEqual([]);
});

test("the rule sees upward, sideways and runtime imports, packages, and files without a layer", () => {
  const planted = [
    sourceOf("lib/base/a.ts", 'import { x } from "../machine/x.ts";'),
    sourceOf("lib/engine/b.ts", 'export { y } from "../explorer/y.ts";'),
    sourceOf("lib/observed/c.ts", 'import type { M } from "../machine/m.ts";'),
    sourceOf("lib/observed/d.ts", 'import { m } from "../machine/m.ts";'),
    sourceOf("lib/charts/e.ts", 'const a = await import("arquero");'),
    sourceOf("lib/machine/f.ts", 'import { readFileSync } from "fs/promises";'),
    sourceOf("lib/tables/g.ts", 'import { table } from "arquero";'),
    sourceOf("lib/steps/h.ts", 'import "../../kernel/cli.ts";'),
    sourceOf("lib/steps/i.ts", 'let x: import("../engine/run.ts").Run;'),
    sourceOf("lib/misc/j.ts", ""),
    sourceOf("kernel/k.ts", 'import { text } from "../lib/index.ts";'),
  ];
  expect(layerViolations(planted)).toEqual([
    "lib/base/a.ts:1: base may not import lib/machine/x.ts",
    "lib/engine/b.ts:1: engine may not import lib/explorer/y.ts",
    "lib/observed/d.ts:1: observed may not import lib/machine/m.ts",
    "lib/charts/e.ts:1: charts may not import arquero",
    "lib/machine/f.ts:1: machine may not import node:fs",
    "lib/steps/h.ts:1: steps may not import kernel/cli.ts",
    "lib/steps/i.ts:1: steps may not import lib/engine/run.ts",
    "lib/misc/j.ts: no layer has this file",
  ]);
});
