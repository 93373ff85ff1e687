/** Outcomes by key, in memory and, where there is a folder, in append-only segments. */
import fs from "node:fs";
import path from "node:path";
import { conflict, refused } from "../../base/messages.ts";
import { readIfThere } from "./files.ts";
import { type BadLine, sealed, visitLines } from "./lines.ts";
import { betterOf, keyOf } from "./outcome.ts";
import type { Provenance } from "./provenance.ts";
import type { Fsync } from "./segment.ts";
import { SegmentWriter, segmentNames } from "./segment.ts";

/** A line whose hash does not fit, and where it stands. */
export interface Damage {
  readonly file: string;
  readonly offset: number;
  readonly bytes: Buffer;
}

/** How far a segment has been read. */
interface Cursor {
  offset: number;
  /** Bytes behind the last line end. */
  tail: number;
}

/** The outcomes of a folder. Reading never changes a file. */
export class RowStore {
  /** Where the segments are; undefined: in memory only. */
  readonly folder: string | undefined;
  /** Lines that were found damaged. */
  readonly damage: Damage[] = [];
  /** Blocks of the segments that were read. */
  readonly provenance: Provenance[] = [];
  private readonly texts = new Map<string, string>();
  private readonly cursors = new Map<string, Cursor>();
  private writer: SegmentWriter | undefined;

  constructor(folder: string | undefined) {
    this.folder = folder;
    this.refresh(() => undefined);
  }

  /** Keys with an outcome, and how many there are. */
  get size(): number {
    return this.texts.size;
  }

  /** The stored text of a cell. */
  text(key: string): string | undefined {
    return this.texts.get(key);
  }

  /** Files with bytes behind their last line end: writers that died, or write just now. */
  tornFiles(): readonly string[] {
    return [...this.cursors].filter(([, { tail }]) => tail > 0).map(([file]) => file);
  }

  /** From now on, what is appended goes to a new segment; in memory this does nothing. */
  write(header: Provenance, fsync: Fsync): void {
    if (this.folder === undefined) return;
    this.writer?.close();
    this.writer = new SegmentWriter(this.folder, header, fsync);
  }

  /** Adds an outcome. Throws SD014, with both texts kept, when it contradicts the stored one. */
  append(text: string): void {
    const key = keyOf(text);
    if (key === undefined) throw refused("outcome", text, "a text made by rowText");
    if (this.texts.get(key) === text) return;
    this.writer?.append(text);
    this.merge(key, text, this.writer?.file ?? "memory");
  }

  /** Reads what other processes have appended since the last time. */
  refresh(onOutcome: (key: string, text: string) => void): void {
    if (this.folder === undefined) return;
    for (const name of segmentNames(this.folder)) {
      if (name === this.writer?.file) continue;
      this.readSegment(this.folder, name, onOutcome);
    }
  }

  /** Ends the segment of this process. */
  close(): void {
    this.writer?.close();
    this.writer = undefined;
  }

  private readSegment(
    folder: string,
    name: string,
    onOutcome: (key: string, text: string) => void,
  ): void {
    const cursor = this.cursors.get(name) ?? { offset: 0, tail: 0 };
    const bytes = readFrom(path.join(folder, name), cursor.offset + cursor.tail, cursor.offset);
    if (bytes === undefined) return;
    this.cursors.set(name, cursor);
    const rest = visitLines(bytes, 0, {
      good: (json) => {
        const key = keyOf(json);
        if (key === undefined) return this.readBlock(json);
        this.merge(key, json, name);
        onOutcome(key, json);
      },
      bad: (line) => this.damage.push(damageOf(name, cursor.offset, line)),
    });
    cursor.offset += rest;
    cursor.tail = bytes.length - rest;
  }

  private readBlock(json: string): void {
    const block = JSON.parse(json) as { segment?: Provenance };
    if (block.segment !== undefined) this.provenance.push(block.segment);
  }

  private merge(key: string, text: string, file: string): void {
    const known = this.texts.get(key);
    const better = known === undefined ? text : betterOf(known, text);
    if (better === "conflict") {
      throw conflict(key, [...this.filesWith(known!), file], [known!, text]);
    }
    if (better !== known) this.texts.set(key, better);
  }

  /** Segments that hold a text: looked for only when it is contradicted. */
  private filesWith(text: string): readonly string[] {
    const { folder } = this;
    if (folder === undefined) return ["memory"];
    const line = sealed(text);
    const names = segmentNames(folder);
    return names.filter((name) => readIfThere(path.join(folder, name))?.includes(line));
  }
}

/** The bytes from `offset` on, where the file is longer than `known`; undefined where it is not. */
function readFrom(file: string, known: number, offset: number): Buffer | undefined {
  const size = fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= known) return undefined;
  if (offset === 0) return readIfThere(file);
  const descriptor = fs.openSync(file, "r");
  try {
    const bytes = Buffer.alloc(size - offset);
    return bytes.subarray(0, fs.readSync(descriptor, bytes, 0, bytes.length, offset));
  } finally {
    fs.closeSync(descriptor);
  }
}

function damageOf(file: string, base: number, { offset, bytes }: BadLine): Damage {
  return { file, offset: base + offset, bytes: Buffer.from(bytes) };
}
