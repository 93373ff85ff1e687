import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { writeNotebook } from "../notebooks.ts";
import { jupyterFolder, lacksJupyter } from "./jupyter.ts";

const { folder, run } = jupyterFolder("jupyter-notebooks");

describe.skipIf(lacksJupyter())("Debian's Jupyter", { timeout: 180_000 }, () => {
  it("executes notebooks by nbclient, and nbconvert shows them", () => {
    const cells = [
      'console.log("printed")',
      "1 + 1",
      '({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": "<i>shown</i>" }) })',
    ];
    const file = writeNotebook(folder, "sound", cells);
    const out = path.join(folder, "executed.ipynb");
    const { stdout, stderr, status } = run("execute.py", file, out);
    expect(status, stderr).toBe(0);
    for (const text of ["printed", "2", "<i>shown</i>"]) expect(stdout).toContain(text);
    const counts = JSON.parse(fs.readFileSync(out, "utf8")).cells.map(
      (cell: { execution_count: number }) => cell.execution_count,
    );
    expect(counts).toEqual([1, 2, 3]);
  });

  it("says which cell failed, and why", () => {
    const file = writeNotebook(folder, "failing", ["1", 'throw new RangeError("too far")', "2"]);
    const { stdout, status } = run("execute.py", file, path.join(folder, "none.ipynb"));
    expect(status).toBe(1);
    expect(stdout).toContain("RangeError: too far");
    expect(stdout).toContain("Cell[2]:1");
  });
});
