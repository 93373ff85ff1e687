/**
 * Golden listings: what a kernel path is meant to be, approved by a reader. `UPDATE_GOLDEN=1`
 * rewrites them; without it a listing that differs is written beside as `*.new.txt` and fails.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";

const folder = fileURLToPath(new URL("../golden/listings/", import.meta.url));

/** Compares a listing with the approved one of that name. */
export function expectApproved(name: string, text: string): void {
  const file = `${folder}${name}.txt`;
  const rejected = `${folder}${name}.new.txt`;
  rmSync(rejected, { force: true });
  if (process.env.UPDATE_GOLDEN === "1") {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, text);
  }
  const approved = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (approved !== text) writeFileSync(rejected, text);
  expect(text, `${name}: see ${rejected}`).toBe(approved);
}

/** Names of all approved listings. */
export function approvedNames(): string[] {
  return readdirSync(folder)
    .filter((file) => !file.endsWith(".new.txt"))
    .map((file) => file.replace(/\.txt$/, ""))
    .sort();
}
