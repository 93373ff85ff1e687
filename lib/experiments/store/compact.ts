/** Many segments into one. What is removed has been written and forced to the disk before. */
import fs from "node:fs";
import path from "node:path";
import { conflict } from "../../base/messages.ts";
import { readIfThere } from "./files.ts";
import { visitLines } from "./lines.ts";
import { betterOf, keyOf } from "./outcome.ts";
import { provenance } from "./provenance.ts";
import { quarantine } from "./quarantine.ts";
import type { Damage } from "./rowStore.ts";
import { mayBeWritten, SegmentWriter, segmentNames } from "./segment.ts";

/** What a compaction did. */
export interface Compaction {
  /** Segments that became one; 0: there was nothing to gain. */
  readonly segments: number;
  /** Rows in the new segment. */
  readonly rows: number;
}

/**
 * Merges the segments whose writers have ended. Torn tails are cut, damaged lines go to
 * `bad.ndjson`. Throws SD014 for outcomes that contradict, and then removes nothing.
 */
export function compact(folder: string): Compaction {
  const ended = segmentNames(folder)
    .map((name) => readEnded(folder, name))
    .filter((segment) => segment !== undefined);
  if (ended.length < 2) return { segments: 0, rows: 0 };
  const merged = merge(ended);
  const damage = ended.flatMap((segment) => segment.damage);
  quarantine(folder, damage);
  const origins = ended.flatMap(({ blocks }) => blocks);
  const writer = new SegmentWriter(folder, { ...provenance("compaction"), origins }, "end");
  for (const text of merged.values()) writer.append(text);
  writer.close();
  for (const { name } of ended) fs.rmSync(path.join(folder, name));
  return { segments: ended.length, rows: merged.size };
}

interface EndedSegment {
  readonly name: string;
  readonly texts: readonly string[];
  readonly blocks: readonly unknown[];
  readonly damage: readonly Damage[];
}

/** A segment that nobody appends to any more; undefined for others. */
function readEnded(folder: string, name: string): EndedSegment | undefined {
  const isDead = !mayBeWritten(name);
  const bytes = readIfThere(path.join(folder, name));
  if (bytes === undefined) return undefined;
  const texts: string[] = [];
  const blocks: unknown[] = [];
  const damage: Damage[] = [];
  let isSealed = false;
  visitLines(bytes, 0, {
    good: (json) => {
      if (keyOf(json) !== undefined) texts.push(json);
      else if (json.startsWith('{"sealed"')) isSealed = true;
      else blocks.push(...originsIn(json));
    },
    bad: (line) => damage.push({ file: name, offset: line.offset, bytes: line.bytes }),
  });
  return isDead || isSealed ? { name, texts, blocks, damage } : undefined;
}

/** A header, or the headers of what was compacted before. */
function originsIn(json: string): readonly unknown[] {
  const { segment } = JSON.parse(json) as { segment?: { origins?: readonly unknown[] } };
  return segment?.origins ?? (segment === undefined ? [] : [segment]);
}

function merge(segments: readonly EndedSegment[]): ReadonlyMap<string, string> {
  const merged = new Map<string, string>();
  for (const { name, texts } of segments) {
    for (const text of texts) {
      const key = keyOf(text)!;
      const known = merged.get(key) ?? text;
      const better = betterOf(known, text);
      if (better === "conflict") throw conflict(key, [name, "another segment"], [known, text]);
      merged.set(key, better);
    }
  }
  return merged;
}
