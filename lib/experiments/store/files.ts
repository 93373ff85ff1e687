/** Files that are written as a whole or not at all. */
import fs from "node:fs";
import path from "node:path";
import { refused } from "../../base/messages.ts";

/**
 * Replaces a file: temporary name in the same folder, fsync, rename, fsync of the folder. Whoever
 * reads it sees the old text or the new one. Throws SD011.
 */
export function replaceFile(file: string, content: string | Uint8Array): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const descriptor = fs.openSync(temporary, "w");
    try {
      writeAll(descriptor, typeof content === "string" ? Buffer.from(content) : content);
      fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
    fs.renameSync(temporary, file);
    syncFolder(path.dirname(file));
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw refused("file", file, (error as Error).message);
  }
}

/** The bytes of a file, or undefined where there is none. Throws SD011 for what cannot be read. */
export function readIfThere(file: string): Buffer | undefined {
  try {
    return fs.readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw refused("file", file, (error as Error).message);
  }
}

/** Writes all bytes, also where the system takes them in parts. */
export function writeAll(descriptor: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) written += fs.writeSync(descriptor, bytes, written);
}

/** Makes a new name in a folder durable; file systems that cannot are none the worse. */
export function syncFolder(folder: string): void {
  try {
    const descriptor = fs.openSync(folder, "r");
    try {
      fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
  } catch {
    // Not every file system opens or syncs folders.
  }
}
