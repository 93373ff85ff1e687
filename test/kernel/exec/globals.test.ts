/** What cells find without an import. */
import { expect, it } from "vitest";
import { outputsOf, shown, traceback } from "./notebookSession.ts";

it("shows contents of one type", async () => {
  const outputs = await outputsOf('display.html("<b>x</b>"); display.text("t"); display.clear();');
  expect(outputs).toMatchObject([
    { kind: "display", data: { "text/html": "<b>x</b>" } },
    { kind: "display", data: { "text/plain": "t" } },
    { kind: "clear_output", wait: false },
  ]);
});

it("writes into the same place again", async () => {
  const outputs = await outputsOf('{ const d = display.handle(); d.html("a"); d.markdown("b"); }');
  const [first, second] = outputs as { kind: string; displayId?: string }[];
  expect([first?.kind, second?.kind]).toEqual(["display", "update_display"]);
  expect(second?.displayId).toBe(first?.displayId);
  expect(first?.displayId).toBeDefined();
});

it("asks nobody where nobody can be asked", async () => {
  expect(await shown('await prompt("name?")')).toContain("SD013: input: nobody can be asked here");
});

it("gives the names away to cells that declare their own", async () => {
  expect(await shown("const display = 3; const prompt = 4; display + prompt")).toBe("7");
});

it("an error shows the line that has thrown, and the line that has called it", async () => {
  const text = await traceback(
    'function g() { throw new Error("deep") }\nfunction h() { g() }\n\nh()',
  );
  expect(text).toContain('> 1 | function g() { throw new Error("deep") }');
  expect(text).toMatch(
    /\n\ncalled from Cell\[1\]:4:1\n\n {2}2 \| function h.*\n {2}3 \|\n> 4 \| h\(\)\n/,
  );
  const single = await traceback("throw new Error('x')");
  expect(single).not.toContain("called from");
});
