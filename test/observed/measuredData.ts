/** Real files that lie beside the repository; tests on them are skipped where they are missing. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import type { TestContext } from "vitest";

const folder = fileURLToPath(new URL("../../../shared/data/", import.meta.url));
const reported = new Set<string>();

/** The path of a measured file; skips the running test when it is missing, and prints why. */
export function measuredPath(context: TestContext, name: string): string {
  const missing = [folder, folder + name].find((path) => !existsSync(path));
  if (missing === undefined) return folder + name;
  if (!reported.has(missing)) console.info(`skipped what needs ${missing}: it is missing`);
  reported.add(missing);
  return context.skip(`${missing} is missing`);
}

/** The text of a measured file, unpacked when it ends in `.gz`. */
export function measuredText(context: TestContext, name: string): string {
  const bytes = readFileSync(measuredPath(context, name));
  return (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
}
