import { describe, expect, it } from "vitest";
import { jupyterFolder, lacksJupyter } from "./jupyter.ts";

const { run } = jupyterFolder("jupyter-suite");

describe.skipIf(lacksJupyter())("Debian's Jupyter", { timeout: 180_000 }, () => {
  it("passes each case of jupyter_kernel_test", () => {
    const { stderr, status } = run("conformance.py");
    const cases = Array.from(stderr.matchAll(/^test_(\w+) .*\.\.\. (\w+)/gm), ([, name, how]) => {
      return `${name} ${how}`;
    });
    expect(cases.filter((text) => !text.endsWith(" ok"))).toEqual(["pager skipped"]);
    expect(cases).toHaveLength(12);
    expect(status, stderr).toBe(0);
  });
});
