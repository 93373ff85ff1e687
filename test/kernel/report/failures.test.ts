import { beforeAll, describe, expect, it, vi } from "vitest";
import type * as runs from "../../../kernel/report/run.ts";
import { built } from "../build.ts";
import { type TestCell, testFolder, writeNotebook } from "../notebooks.ts";

const folder = testFolder("failures");
let runNotebook: typeof runs.runNotebook;

beforeAll(async () => {
  // Little memory is soon full.
  vi.stubEnv("NODE_OPTIONS", "--max-old-space-size=300");
  runNotebook = (await built<typeof runs>("kernel/report/run.ts")).runNotebook;
});

async function run(name: string, cells: TestCell[], options: runs.RunOptions = {}): Promise<Run> {
  const result = await runNotebook(writeNotebook(folder, name, cells), options);
  const outputs = result.notebook.cells.map((cell) => (cell.kind === "code" ? cell.outputs : []));
  return { ...result, outputs };
}

type Run = runs.NotebookRun & { readonly outputs: readonly unknown[] };

const defaults = { code: "let cpus: number = 4;", tags: ["parameters"] };

describe.concurrent("a run that fails", () => {
  it("stops at the cell that threw, says where, and keeps what there is", async () => {
    const leaves = { code: "process.exit(cpus)", tags: ["raises-exception"] };
    const stray = 'await new Promise(() => setTimeout(() => { throw new Error("stray") }))';
    const strays = { code: stray, tags: ["raises-exception"] };
    const throws = 'const a = 1;throw new Error("boom")';
    const cells = [defaults, leaves, strays, throws, '"not reached"'];
    const { completed, failure, outputs } = await run("throws", cells, {
      parameters: { cpus: 128 },
    });
    expect(completed).toBe(4);
    expect(failure).toMatchObject({ kind: "error", cell: 5, id: "cell-4" });
    expect(failure?.error.traceback.slice(0, 2)).toEqual(["Error: boom", "    at Cell[5]:1:19"]);
    const evalue = "SD013: process.exit: a cell may not end its process (code 128)";
    expect(outputs[2]).toMatchObject([{ kind: "error", ename: "ShootdownError", evalue }]);
    expect(outputs[3]).toMatchObject([{ kind: "error", evalue: "stray" }]);
    expect(outputs[5]).toEqual([]);
  });

  it("notices at once that the process was killed, and keeps what came before", async () => {
    const die = 'process.kill(process.pid, "SIGKILL"); await new Promise(() => {})';
    const { failure, outputs } = await run("killed", [`console.log("last words"); ${die}`]);
    const evalue = "SD013: cell process: was killed by SIGKILL";
    expect(failure).toMatchObject({ kind: "died", error: { evalue } });
    expect(outputs[0]).toMatchObject([
      { kind: "stream", text: "last words\n" },
      { kind: "error", ename: "ShootdownError" },
    ]);
  });

  it("says that a cell ran out of memory", async () => {
    const hoard = "const all: unknown[] = []; while (true) all.push(new Array(10_000).fill(0.5))";
    const { failure } = await run("memory", [hoard]);
    expect(failure).toMatchObject({ kind: "died", error: { evalue: /died: .*heap/i } });
  });

  it("can be cancelled in an endless loop", async () => {
    const controller = new AbortController();
    const { failure } = await run("endless", ["1", "while (true) {}"], {
      signal: controller.signal,
      onProgress: ({ kind, index }) => {
        if (kind === "started" && index === 2) setTimeout(() => controller.abort(), 100);
      },
    });
    expect(failure).toMatchObject({ kind: "cancelled", cell: 2 });
  });
});

describe("what is wrong before anything runs", () => {
  it("is an unknown parameter", async () => {
    await expect(run("unknown", [defaults], { parameters: { cpu: 1 } })).rejects.toThrow(
      'unknown parameter: "cpu" (expected cpus; did you mean "cpus"?)',
    );
  });

  it("is a file that is not there", async () => {
    await expect(runNotebook("no/such.ipynb")).rejects.toThrow(
      'SD011: notebook refused: "no/such.ipynb"',
    );
  });
});
