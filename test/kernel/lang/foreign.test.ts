import { expect, it } from "vitest";
import { foreignLine } from "../../../kernel/lang/foreign.ts";

it.each([
  ["%time 1 + 1", 1, 1],
  ["\n  %%bash\nls", 2, 3],
])("%j is told what to write instead", (source, line, column) => {
  expect(foreignLine(source)).toMatchObject({ line, column });
  expect(foreignLine(source)?.message).toContain("//% time");
});

it.each(["!ls", "!pip install x", "! cat ./file"])("%j is no shell command", (source) => {
  expect(foreignLine(source)?.message).toContain("execSync");
});

it.each(["a % b", "a\n  %b", "!ready && go()", "!ready;", "!f(1)", ""])("%j may be", (source) => {
  expect(foreignLine(source)).toBeUndefined();
});
