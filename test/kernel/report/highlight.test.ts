import fc from "fast-check";
import { expect, it } from "vitest";
import { highlightTypeScript } from "../../../kernel/report/highlight.ts";

it("marks keywords, strings, numbers and comments", () => {
  expect(highlightTypeScript(`const a = \`x\${1}\` + 'y'; // why <b>`)).toBe(
    `<span class="k">const</span> a = <span class="s">\`x\${</span><span class="n">1</span>` +
      '<span class="s">}`</span> + <span class="s">&#39;y&#39;</span>; ' +
      '<span class="c">// why &#60;b&#62;</span>',
  );
});

it("shows comments of every kind once", () => {
  const source = "/** doc */\nfunction f() {} /* end */\n// last";
  const text = highlightTypeScript(source).replace(/<[^>]*>/g, "");
  expect(text).toBe(source);
});

it("loses no character of any text", () => {
  const words = fc.array(
    fc.constantFrom(
      "let ",
      "a",
      "=",
      "`",
      "${",
      "}",
      "'",
      "/",
      "*/",
      "/*",
      "//",
      "\n",
      "(",
      ")",
      "1",
      "@",
    ),
  );
  fc.assert(
    fc.property(words, (parts) => {
      const source = parts.join("");
      const shown = highlightTypeScript(source)
        .replace(/<[^>]*>/g, "")
        .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code));
      expect(shown).toBe(source);
    }),
    { numRuns: 300 },
  );
});
