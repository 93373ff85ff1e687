import { beforeAll, describe, expect, it } from "vitest";
import type * as notebooks from "../../../kernel/report/notebook.ts";
import type * as runs from "../../../kernel/report/run.ts";
import { built } from "../build.ts";
import { testFolder, writeNotebook } from "../notebooks.ts";

const folder = testFolder("run");
let run: typeof runs.runNotebook;
let format: typeof notebooks.formatNotebook;

beforeAll(async () => {
  run = (await built<typeof runs>("kernel/report/run.ts")).runNotebook;
  format = (await built<typeof notebooks>("kernel/report/notebook.ts")).formatNotebook;
});

type Run = Awaited<ReturnType<typeof run>>;

/** The outputs of a cell, counted from 1. */
function outputs({ notebook }: Run, cell: number): readonly notebooks.Output[] {
  const found = notebook.cells[cell - 1];
  return found?.kind === "code" ? found.outputs : [];
}

const chart = `import * as vega from "vega";
import { compile } from "vega-lite";
const spec = { $schema: "https://vega.github.io/schema/vega-lite/v5.json", mark: "point" as const,
  data: { values: [{ a: 1 }] }, encoding: { x: { field: "a", type: "quantitative" as const } } };
({ async [Symbol.for("Jupyter.display")]() {
  const view = new vega.View(vega.parse(compile(spec).spec), { renderer: "none" });
  return { "application/vnd.vegalite.v5+json": spec, "image/svg+xml": await view.toSVG() };
} })`;

describe("a notebook run without Jupyter", () => {
  const cells = [
    "let x = 1; const f = () => x;",
    "x = 5; f()",
    'import * as aq from "arquero";\naq.table({ irq: ["CAL", "TLB"], count: [646316, 785] })',
    chart,
    'for (let i = 0; i < 20_000; i++) console.log("line", i)',
    'console.error("late"); const v = await Promise.resolve(2); v + 1',
    { code: 'throw new RangeError("on purpose")', tags: ["raises-exception"] },
    "new Date(0).getHours() + (1234.5).toLocaleString()",
  ];
  const progress: string[] = [];
  let first: Run;
  let second: Run;

  beforeAll(async () => {
    const file = writeNotebook(folder, "whole", cells);
    const onProgress = ({ kind, index, total }: runs.RunProgress): void => {
      progress.push(`${kind} ${index}/${total}`);
    };
    [first, second] = await Promise.all([run(file, { onProgress }), run(file)]);
  });

  it("runs to its end and counts its cells", () => {
    expect(first.failure).toBeUndefined();
    expect(first.completed).toBe(8);
    expect(first.notebook.cells[7]).toMatchObject({ executionCount: 8 });
  });

  it("shares live values between cells", () => {
    expect(outputs(first, 2)).toEqual([
      { kind: "execute_result", data: { "text/plain": "5" }, metadata: {} },
    ]);
  });

  it("shows a table as HTML and text, and a chart by its own bundle", () => {
    expect(outputs(first, 3)[0]).toMatchObject({
      data: { "text/html": expect.stringContaining("646,316"), "text/plain": /CAL/ },
    });
    expect(outputs(first, 4)[0]).toMatchObject({
      data: {
        "application/vnd.vegalite.v5+json": { mark: "point" },
        "image/svg+xml": expect.stringMatching(/^<svg/),
      },
    });
  });

  it("loses none of 20,000 lines", () => {
    const text = Array.from({ length: 20_000 }, (_, line) => `line ${line}\n`).join("");
    expect(outputs(first, 5)).toEqual([{ kind: "stream", name: "stdout", text }]);
  });

  it("keeps streams and values apart", () => {
    expect(outputs(first, 6)).toEqual([
      { kind: "stream", name: "stderr", text: "late\n" },
      { kind: "execute_result", data: { "text/plain": "3" }, metadata: {} },
    ]);
  });

  it("goes on after an error that is expected", () => {
    expect(outputs(first, 7)).toMatchObject([
      { kind: "error", ename: "RangeError", evalue: "on purpose" },
    ]);
  });

  it("has the same time zone and language everywhere", () => {
    expect(outputs(first, 8)).toMatchObject([{ data: { "text/plain": "01,234.5" } }]);
  });

  it("comes out the same, byte for byte, when it runs again", () => {
    expect(format(second.notebook)).toBe(format(first.notebook));
  });

  it("reports its progress", () => {
    expect(progress.slice(0, 4)).toEqual(["started 1/8", "ok 1/8", "started 2/8", "ok 2/8"]);
    expect(progress).toHaveLength(16);
  });
});
