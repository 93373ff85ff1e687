/** Files that commands write. */
import { rename, writeFile } from "node:fs/promises";
import { refused } from "../../lib/base/messages.ts";

/** Replaces the file as a whole, so that nobody reads half of it. Throws SD011. */
export async function replaceFile(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, file);
  } catch (error) {
    throw refused("file", file, (error as Error).message);
  }
}
