/** Notebook files for tests, in a folder of the repository so that their cells find packages. */
import fs from "node:fs";
import path from "node:path";
import { root } from "./build.ts";

/** A cell as tests write it: code, alone or with the tags of its cell. */
export type TestCell = string | { readonly code: string; readonly tags: readonly string[] };

/** A folder under `out/`, which version control ignores. */
export function testFolder(name: string): string {
  const folder = path.join(root, "out/test", name);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  return folder;
}

/** Writes a notebook of code cells as an editor would and returns its path. */
export function writeNotebook(folder: string, name: string, cells: readonly TestCell[]): string {
  const file = path.join(folder, `${name}.ipynb`);
  const json = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: cells.map((cell, index) => ({
      cell_type: "code",
      id: `cell-${index + 1}`,
      metadata: typeof cell === "string" ? {} : { tags: cell.tags },
      source: typeof cell === "string" ? cell : cell.code,
      execution_count: null,
      outputs: [],
    })),
  };
  fs.writeFileSync(file, JSON.stringify(json));
  return file;
}
