/** Notebooks from files. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { refused } from "../../lib/base/messages.ts";
import type { Notebook } from "./notebook.ts";
import { parseNotebook } from "./parse.ts";

/**
 * Reads a notebook file. Throws SD011 when it cannot be read, SD006 when it is no notebook.
 */
export async function readNotebook(file: string): Promise<Notebook> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw refused("notebook", file, (error as Error).message);
  }
  return parseNotebook(text, path.basename(file));
}
