/** Every TypeScript block of the README and of docs/ runs as it stands, on the built package. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const pages = [
  "README.md",
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

/** The blocks of a page that are fenced as `ts`. */
function examples(text: string): string[] {
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? "");
}

function run(source: string): { status: number | null; stderr: string; stdout: string } {
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  const { outputText } = ts.transpileModule(source, { compilerOptions: options });
  const done = spawnSync(process.execPath, ["--input-type=module"], {
    input: outputText,
    cwd: root,
    encoding: "utf8",
  });
  return { status: done.status, stderr: done.stderr, stdout: done.stdout };
}

describe("examples in the documentation", () => {
  it("are there", () => {
    expect(examples(readFileSync(join(root, "README.md"), "utf8")).length).toBeGreaterThan(0);
  });

  const isBuilt = existsSync(join(root, "dist/lib/index.js"));
  for (const page of pages) {
    examples(readFileSync(join(root, page), "utf8")).forEach((source, i) => {
      it.skipIf(!isBuilt)(`${page}, block ${i + 1}, runs`, () => {
        expect(run(source)).toMatchObject({ status: 0, stderr: "" });
      });
    });
  }

  it("link only to pages that exist", () => {
    for (const page of pages) {
      const text = readFileSync(join(root, page), "utf8");
      for (const [, target] of text.matchAll(/\]\((?!https?:)([^)#]+)/g)) {
        const path = join(root, page, "..", target ?? "");
        expect(existsSync(path), `${page} links to ${target}`).toBe(true);
      }
    }
  });
});
