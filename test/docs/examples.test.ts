/** Every TypeScript block of the README and of docs/ runs as it stands, on the built package. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const pages = [
  "README.md",
  ...readdirSync(join(root, "docs"), { recursive: true })
    .map(String)
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

/** A link to a file, to a heading, or to both. */
const LINK = /\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g;

function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, "");
}

/** What stands behind `#` in a link to each heading. */
function anchorsOf(path: string): string[] {
  const headings = withoutCode(readFileSync(path, "utf8")).matchAll(/^#+ (.*)$/gm);
  return Array.from(headings, ([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, "")
      .replaceAll(" ", "-"),
  );
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

  it("link only to pages that exist, and to headings that they have", () => {
    for (const page of pages) {
      const text = withoutCode(readFileSync(join(root, page), "utf8"));
      for (const [, target = "", heading] of text.matchAll(LINK)) {
        const path = target === "" ? join(root, page) : join(root, page, "..", target);
        expect(existsSync(path), `${page} links to ${target}`).toBe(true);
        if (heading === undefined) continue;
        expect(anchorsOf(path), `${page} links to ${target}#${heading}`).toContain(heading);
      }
    }
  });
});
