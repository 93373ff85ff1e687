import { describe, expect, it } from "vitest";
import { cellMagics } from "../../../kernel/lang/magic.ts";

describe("magic comments", () => {
  it("are read wherever they stand alone on a line", () => {
    const cell = "//% time\nconst a = 1;\n{\n  //% timeout 1.5s\n}\n//%seed 7\n//% hide\r\n1";
    expect(cellMagics(cell)).toEqual({
      ...{ time: true, timeoutMs: 1_500, timeoutText: "1.5s", seed: 7, noTick: false, hide: true },
      ...{ warnings: [], problems: [] },
    });
    expect(cellMagics("for (;;) {}\n//% no-tick")).toMatchObject({ noTick: true, time: false });
    expect(cellMagics("f(1, // why\n//% time\n2)").time).toBe(true);
    expect(cellMagics("function f() {\n  g();\n  //% time\n}").time).toBe(true);
  });

  it.each([
    "const s = `\n//% time\n`",
    `const s = \`a\${1}\n//% time\n\${2}\n//% time\``,
    "/*\n//% time\n*/",
    "x //% time",
    'const s = "//% time"',
    "// //% time",
  ])("are not found in %j", (source) => {
    expect(cellMagics(source)).toMatchObject({ time: false, warnings: [], problems: [] });
  });

  it.each([
    ["500ms", 500],
    ["30s", 30_000],
    ["2 m", 120_000],
    ["1h", 3_600_000],
  ])("a timeout of %s is %d ms", (text, ms) => {
    expect(cellMagics(`//% timeout ${text}`).timeoutMs).toBe(ms);
  });

  it.each(["timeout", "timeout 5", "timeout 0s", "timeout 9999h", "seed", "seed -1", "seed x"])(
    "//%% %s is an error",
    (text) => {
      const { problems } = cellMagics(`1;\n  //% ${text}`);
      expect(problems).toMatchObject([{ code: "SD001", line: 2, column: 3 }]);
    },
  );

  it("an argument where there is none is an error too", () => {
    expect(cellMagics("//% hide me").problems[0]?.message).toBe(
      'invalid argument of //% hide: "me" (expected nothing)',
    );
  });

  it("an unknown one is a warning, with the nearest name", () => {
    expect(cellMagics("1\n //% tiem\n//% frobnicate now", "Cell[4]").warnings).toEqual([
      "Cell[4]:2:2 - warning: unknown magic comment: tiem (did you mean time?)",
      "Cell[4]:3:1 - warning: unknown magic comment: frobnicate " +
        "(expected time, timeout, seed, no-tick, hide)",
    ]);
  });
});
