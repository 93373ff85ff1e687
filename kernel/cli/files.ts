/** Files that commands write. */
import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { refused } from "../../lib/base/messages.ts";

/** Replaces a file as a whole, so that nobody reads half of it; makes its folder. Throws SD011. */
export async function replaceFile(file: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(temporary, content);
    await rename(temporary, file);
  } catch (error) {
    throw refused("file", file, (error as Error).message);
  }
}
