/** A folder for each test, removed after it. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach } from "vitest";

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) fs.rmSync(folder, { recursive: true, force: true });
});

/** A new empty folder. */
export function newFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "shootdown-sweep-"));
  made.push(folder);
  return folder;
}

/** The segments of a store, by name. */
export function segmentsOf(folder: string): string[] {
  return fs
    .readdirSync(folder)
    .filter((name) => name.startsWith("seg-"))
    .map((name) => path.join(folder, name))
    .sort();
}
