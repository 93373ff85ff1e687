/** Outputs of the moment, such as the time a cell took: shown, but neither stored nor compared. */

import type { Output } from "./notebook.ts";

/** True for the metadata of an output that the kernel has marked so. */
export function isPassing(metadata: Readonly<Record<string, unknown>>): boolean {
  const { shootdown } = metadata as { shootdown?: { passing?: unknown } };
  return shootdown?.passing === true;
}

/** False for an output of the moment, which a notebook saved by a front end has too. */
export function isLasting(output: Output): boolean {
  return output.kind !== "display_data" || !isPassing(output.metadata);
}
