import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { dist } from "../../build.ts";
import { testFolder } from "../../notebooks.ts";
import { buildCommand, shootdown } from "../command.ts";

const cwd = testFolder("console");
const python = "/usr/bin/python3";

beforeAll(buildCommand);

describe("shootdown console", () => {
  it("runs what is piped in, cell by cell, and asks for input there", () => {
    const input = `const double = (x: number) => {
  return x * 2;
};
double(21)
const cell = (globalThis as any)[Symbol.for("shootdown.cell")];
await cell.input("name? ", false)
Grace
double?
console.error("warned"); throw new RangeError("far")
double(1`;
    const { code, out, err } = shootdown(["console"], { cwd, input });
    expect(out).toBe("42\nname? Grace\nconst double: (x: number) => number\n");
    expect(err).toMatch(/^warned\nRangeError: far\n {4}at Cell\[5\]:1:32\n/);
    expect(err).toMatch(/'\)' expected\.\n\n> 1 \| double\(1/);
    expect(code).toBe(1);
  });

  it("ends well when all is well, and says what is wrong with its arguments", () => {
    expect(shootdown(["console"], { cwd, input: "1 + 1\n" })).toEqual({
      code: 0,
      out: "2\n",
      err: "",
    });
    expect(shootdown(["console", "x"], { cwd })).toMatchObject({ code: 2 });
    const none = shootdown(["console", "--existing", "none.json"], { cwd });
    expect(none).toMatchObject({ code: 3, err: expect.stringContaining("SD011") });
  });

  it.skipIf(!hasTerminal())("completes on Tab, interrupts on Ctrl-C, forgets lines", () => {
    const steps = [
      ["", "[1] "],
      ["const answering = 42;\r", "[2] "],
      ["answe\t", "answering"],
      [" / 6\r", "7"],
      ["", "[3] "],
      ['console.log("g" + "o"); for (;;) {\r', "... "],
      ["}\r", "go"],
      ["\u0003", "Interrupted"],
      ["", "[4] "],
      ["function f( {\r", "... "],
      ["\u0003", "[4] "],
      ["answering + 1\r", "43"],
      ["\u0004", ""],
    ];
    const command = [process.execPath, path.join(dist, "kernel/cli.js"), "console"];
    const script = path.join(import.meta.dirname, "terminal.py");
    const args = [script, JSON.stringify(command), JSON.stringify(steps)];
    const { status, stderr } = spawnSync(python, args, { cwd, encoding: "utf8", timeout: 90_000 });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
});

function hasTerminal(): boolean {
  const has = process.platform !== "win32" && fs.existsSync(python);
  if (!has) console.info(`skipped: no ${python}, which makes terminals`);
  return has;
}
