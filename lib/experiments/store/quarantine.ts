/** Damaged lines are kept apart, so that somebody can look at them. */
import fs from "node:fs";
import path from "node:path";
import { readIfThere } from "./files.ts";
import { sealed, visitLines } from "./lines.ts";
import type { Damage } from "./rowStore.ts";

/** The file with the damaged lines of a store. */
export const QUARANTINE = "bad.ndjson";

/** Appends the lines that are not there yet: file, offset, and the bytes as Latin-1 text. */
export function quarantine(folder: string, damage: readonly Damage[]): void {
  if (damage.length === 0) return;
  const file = path.join(folder, QUARANTINE);
  const there = new Set<string>();
  const ignore = (): void => undefined;
  visitLines(readIfThere(file) ?? Buffer.alloc(0), 0, {
    good: (json) => there.add(json),
    bad: ignore,
  });
  const fresh = damage.map(textOf).filter((json) => !there.has(json));
  fs.appendFileSync(file, fresh.map(sealed).join(""));
}

function textOf({ file, offset, bytes }: Damage): string {
  return JSON.stringify({ file, offset, bytes: bytes.toString("latin1") });
}
