import { createRequire } from "node:module";

/** The version of this package, which finds itself by its name: as sources and as built. */
export function packageVersion(): string {
  const require = createRequire(import.meta.url);
  return (require("shootdown/package.json") as { version: string }).version;
}
