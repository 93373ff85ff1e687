import { expect, it } from "vitest";
import { inspectionBundle } from "../../../kernel/lang/inspection.ts";

const part = (text: string) => [{ text }];

it("shows signature, documentation and tags", () => {
  const info = {
    displayParts: [{ text: "function f(" }, { text: "): void" }],
    documentation: part("Does it."),
    tags: [{ name: "param", text: part("a what") }, { name: "deprecated" }],
  };
  expect(inspectionBundle(info)).toEqual({
    "text/plain": "function f(): void\n\nDoes it.\n\n@param a what\n@deprecated",
    "text/markdown":
      "```typescript\nfunction f(): void\n```\n\nDoes it.\n\n*@param* a what  \n*@deprecated*",
  });
});

it("says nothing where there is nothing", () => {
  expect(inspectionBundle(undefined)).toBeUndefined();
  expect(inspectionBundle({ displayParts: [] })).toBeUndefined();
});

it("a type with backticks cannot leave its fence", () => {
  const markdown = inspectionBundle({ displayParts: part("let s: `a```b`") })?.["text/markdown"];
  expect(markdown).toBe("````typescript\nlet s: `a```b`\n````");
});
