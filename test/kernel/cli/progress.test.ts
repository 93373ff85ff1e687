import { expect, it } from "vitest";
import { showProgress } from "../../../kernel/cli/progress.ts";

const step = { index: 2, total: 2, source: "\n  const cpus = 4;\ncpus" };

it("is a line a cell where nobody watches", () => {
  const written: string[] = [];
  const show = showProgress({ write: (text) => written.push(text) });
  show({ kind: "started", ...step });
  show({ kind: "ok", ...step });
  expect(written).toHaveLength(1);
  expect(written[0]).toMatch(/^\[2\/2\] ok \d+\.\d s {3,}const cpus = 4;\n$/);
});

it("is one line that changes on a terminal, and fits it", () => {
  const written: string[] = [];
  const show = showProgress({ isTTY: true, columns: 24, write: (text) => written.push(text) });
  show({ kind: "started", ...step });
  show({ kind: "error", ...step });
  expect(written[0]).toBe("\r[2/2] …          const \u001b[K");
  expect(written[1]?.startsWith("\r[2/2] error ")).toBe(true);
  expect(written[1]).toHaveLength("\r\u001b[K\n".length + 23);
});
