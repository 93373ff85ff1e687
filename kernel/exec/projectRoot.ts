/** The project a notebook belongs to. */
import fs from "node:fs";
import path from "node:path";

/** The nearest folder above with a package.json, else the folder itself. */
export function projectRootOf(folder: string): string {
  for (let above = folder; ; above = path.dirname(above)) {
    if (fs.existsSync(path.join(above, "package.json"))) return above;
    if (path.dirname(above) === above) return folder;
  }
}
