/** Segments of a result store: files that one process appends to and nobody ever changes. */
import fs from "node:fs";
import path from "node:path";
import { refused } from "../../base/messages.ts";
import { syncFolder, writeAll } from "./files.ts";
import { sealed } from "./lines.ts";
import { hostDigest, type Provenance } from "./provenance.ts";

/**
 * When what was appended is forced to the disk: after every row, once a second, or at the end.
 * A killed process loses nothing in either case; a power cut loses what was not forced.
 */
export type Fsync = "row" | "second" | "end";

/** Names of the policies. */
export const FSYNC_NAMES: readonly Fsync[] = ["row", "second", "end"];

const SECOND_MS = 1_000;

/** Appends lines to a segment of its own, which is made when the first line comes. */
export class SegmentWriter {
  private readonly folder: string;
  private readonly header: Provenance;
  private readonly fsync: Fsync;
  private open: { readonly file: string; readonly descriptor: number } | undefined;
  private rows = 0;
  private syncedMs = 0;
  private syncing = false;

  constructor(folder: string, header: Provenance, fsync: Fsync) {
    this.folder = folder;
    this.header = header;
    this.fsync = fsync;
  }

  /** Name of the file inside the folder; undefined before the first line. */
  get file(): string | undefined {
    return this.open?.file;
  }

  /** Appends one JSON text. When it returns, the row survives the death of the process. */
  append(json: string): void {
    const { descriptor } = this.opened();
    this.write(descriptor, sealed(json));
    this.rows++;
    if (this.fsync === "row") fs.fdatasyncSync(descriptor);
    if (this.fsync === "second") this.syncNowAndThen(descriptor);
  }

  /** Ends the segment with the number of its rows and forces it to the disk. */
  close(): void {
    if (this.open === undefined) return;
    const { descriptor } = this.open;
    const finished = new Date().toISOString();
    this.write(descriptor, sealed(JSON.stringify({ sealed: { finished, rows: this.rows } })));
    fs.fsyncSync(descriptor);
    fs.closeSync(descriptor);
    this.open = undefined;
    this.rows = 0;
  }

  private opened(): { readonly file: string; readonly descriptor: number } {
    if (this.open !== undefined) return this.open;
    this.open = createSegment(this.folder);
    this.write(this.open.descriptor, sealed(JSON.stringify({ segment: this.header })));
    syncFolder(this.folder);
    return this.open;
  }

  private write(descriptor: number, line: string): void {
    try {
      writeAll(descriptor, Buffer.from(line));
    } catch (error) {
      throw refused("result store", this.folder, (error as Error).message);
    }
  }

  /** In the background: the coordinator does not wait for the disk. */
  private syncNowAndThen(descriptor: number): void {
    const now = performance.now();
    if (this.syncing || now - this.syncedMs < SECOND_MS) return;
    this.syncedMs = now;
    this.syncing = true;
    fs.fdatasync(descriptor, () => {
      this.syncing = false;
    });
  }
}

/** `seg-<host>-<pid>-<n>.ndjson`, the first that nobody else has. */
function createSegment(folder: string): { file: string; descriptor: number } {
  fs.mkdirSync(folder, { recursive: true });
  for (let n = 1; ; n++) {
    const file = `seg-${hostDigest()}-${process.pid}-${n}.ndjson`;
    try {
      return { file, descriptor: fs.openSync(path.join(folder, file), "ax") };
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== "EEXIST") throw refused("result store", folder, message);
    }
  }
}

/** True for the names that {@link SegmentWriter} gives. */
function isSegmentName(name: string): boolean {
  return /^seg-[0-9a-f]{8}-\d+-\d+\.ndjson$/.test(name);
}

/** True when the process that wrote a segment may still be writing: it runs, or is elsewhere. */
export function mayBeWritten(name: string): boolean {
  const [, host, pid] = name.split("-");
  if (host !== hostDigest()) return true;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Segments of a folder by name; none where it does not exist. */
export function segmentNames(folder: string): readonly string[] {
  try {
    return fs.readdirSync(folder).filter(isSegmentName).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw refused("result store", folder, (error as Error).message);
  }
}
