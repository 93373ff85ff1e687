/** Real files that lie beside the repository; tests on them are skipped where they are missing. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import type { TestContext } from "vitest";

const folder = fileURLToPath(new URL("../../../shared/data/", import.meta.url));

/** The path of a measured file; skips the running test, and prints why, when it is missing. */
export function measuredPath(context: TestContext, name: string): string {
  const path = folder + name;
  if (!existsSync(path)) {
    console.info(`skipped: ${path} is missing`);
    context.skip(`${path} is missing`);
  }
  return path;
}

/** The text of a measured file, unpacked when it ends in `.gz`. */
export function measuredText(context: TestContext, name: string): string {
  const bytes = readFileSync(measuredPath(context, name));
  return (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
}
