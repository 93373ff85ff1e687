/** Interrupts of a real cell process: every cell ends in time, and its variables are intact. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Cells, shownIn } from "./cells.ts";
import { endless, interruption, scene } from "./endless.ts";

const limitMs = 500;
let cells: Cells;

beforeAll(async () => {
  cells = await Cells.start("interrupts");
  await cells.run(scene);
});

afterAll(async () => {
  await cells.close();
});

/** Twice where the first time was too long: other processes may have had the processors. */
async function endedAfterMs(code: string): Promise<number> {
  let bestMs = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 2 && bestMs > limitMs; attempt++) {
    const ran = await cells.run(`console.log("go");\n${code}`, { interruptAfterMs: 100 });
    expect(shownIn(ran)).toMatch(interruption);
    expect(ran.done.status).toBe("error");
    expect(ran.outputs.filter(({ kind }) => kind === "error")).toHaveLength(1);
    bestMs = Math.min(bestMs, ran.endedAfterMs);
  }
  return bestMs;
}

describe("an interrupt ends", () => {
  it.each([
    ...Object.entries(endless),
    [
      "a microtask loop of functions",
      "const again = (): Promise<void> => Promise.resolve()" + ".then(again);\nawait again()",
    ],
    ["a wait for nothing", "await new Promise(() => {})"],
    ["a loop that catches everything", "for (;;) { try { await sleep(1000) } catch {} }"],
    [
      "a loop that catches everything, without ticks",
      "//% no-tick\nfor (;;) try { for (;;); } " + "catch {}",
    ],
    [
      "a loop in a timer",
      "//% no-tick\nsetInterval(() => { for (;;); }, 5);\nsetTimeout(() => 1" +
        ", 5);\nawait new Promise(() => {})",
    ],
    [
      "a loop in a callback",
      `import fs from "node:fs";\n//% no-tick\nfs.stat(".", () => {` +
        " for (;;); });\nawait new Promise(() => {})",
    ],
    ["a loop that prints", `//% no-tick\nfor (;;) console.log("line")`],
    ["sorting", "for (;;) Array.from({ length: 1e6 }, (_, i) => -i).sort((a, b) => a - b)"],
    ["a display method", `({ [Symbol.for("Jupyter.display")]() { for (;;); } })`],
    ["an input", `await sd.input("name?")`],
  ])("%s", async (name, code) => {
    const ms = await endedAfterMs(code);
    console.info(`interrupt of ${name}: ended after ${ms.toFixed(0)} ms`);
    expect(ms).toBeLessThan(limitMs);
    expect(shownIn(await cells.run("kept + 1"))).toBe("42");
  });
});

it.each([
  ["at once", 0],
  ["while the guard starts", 30],
])("the first cell of a process ends, too: %s", { retry: 1 }, async (_, interruptAfterMs) => {
  const fresh = await Cells.start("interrupts");
  const ran = await fresh.run(`//% no-tick\nconsole.log("go");\nfor (;;);`, { interruptAfterMs });
  expect(shownIn(ran)).toMatch(interruption);
  expect(ran.endedAfterMs).toBeLessThan(limitMs);
  await fresh.close();
});

it("the place where it was is shown", async () => {
  const ran = await cells.run(`console.log("go");\nfor (;;) {\n  kept = 41;\n}`, {
    interruptAfterMs: 20,
  });
  const error = ran.outputs.at(-1);
  const traceback = error?.kind === "error" ? error.traceback.join("\n") : "";
  expect(traceback).toMatch(/Cell\[\d+\]:2:1/);
});

it("finally blocks run, and the signal tells its listeners", async () => {
  const code = `console.log("go");
    sd.cell.signal.addEventListener("abort", () => console.log("told"));
    try { await sleep(60_000) } finally { console.log("tidied") }`;
  const { outputs } = await cells.run(code, { interruptAfterMs: 20 });
  const text = outputs.map((one) => (one.kind === "stream" ? one.text : "")).join("");
  expect(text).toContain("told");
  expect(text).toContain("tidied");
});

it("a loop that asks the signal ends by itself", async () => {
  const code = `//% no-tick\nconsole.log("go");\nwhile (!sd.cell.signal.aborted);\n"asked"`;
  expect(shownIn(await cells.run(code, { interruptAfterMs: 20 }))).toBe("asked");
});

it("an interrupt of a cell that is over does nothing to the next one", async () => {
  const first = await cells.run(`console.log("go"); 1`, { interruptAfterMs: 0 });
  expect(shownIn(first)).toBe("1");
  expect(shownIn(await cells.run("await sleep(300); 2"))).toBe("2");
});

it("a cell ends at its timeout", async () => {
  const ran = await cells.run("//% timeout 200ms\nfor (;;);");
  expect(shownIn(ran)).toBe("Interrupted: the cell ran longer than 200ms");
  expect(shownIn(await cells.run("//% timeout 10s\nkept + 1"))).toBe("42");
});
