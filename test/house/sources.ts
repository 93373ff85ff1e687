/** The sources that the house rules are held against. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** The root folder of the repository, with a slash at its end. */
export const root: string = fileURLToPath(new URL("../../", import.meta.url));

/** One TypeScript file; `path` starts at the root: `lib/base/check.ts`. */
export interface Source {
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
}

/** A source as if `text` stood at `path`. */
export function sourceOf(path: string, text: string): Source {
  return { path, text, tree: ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true) };
}

/** All TypeScript files under the folders `lib` and `kernel`, by path. */
export function allSources(): Source[] {
  return ["lib", "kernel"].flatMap(pathsUnder).map((path) => sourceOf(path, textOf(path)));
}

/** The text of a file of the repository. */
export function textOf(path: string): string {
  return readFileSync(root + path, "utf8");
}

/** True when the library has its public entry, without which some rules say nothing yet. */
export function hasPublicEntry(): boolean {
  return existsSync(`${root}lib/index.ts`);
}

/** `lib/base/check.ts:12`, the place of a node for a finding. */
export function placeOf(source: Source, node: ts.Node): string {
  const { line } = source.tree.getLineAndCharacterOfPosition(node.getStart(source.tree));
  return `${source.path}:${line + 1}`;
}

/** Calls `visit` for `node` and everything below it; below a node only when it returns true. */
export function walk(node: ts.Node, visit: (node: ts.Node) => boolean): void {
  if (visit(node)) ts.forEachChild(node, (child) => walk(child, visit));
}

function pathsUnder(folder: string): string[] {
  return readdirSync(root + folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return pathsUnder(path);
      return path.endsWith(".ts") ? [path] : [];
    })
    .sort();
}
