/** Outputs of the moment, such as the time a cell took: shown, but neither stored nor compared. */

/** True for the metadata of an output that the kernel has marked so. */
export function isPassing(metadata: Readonly<Record<string, unknown>>): boolean {
  const { shootdown } = metadata as { shootdown?: { passing?: unknown } };
  return shootdown?.passing === true;
}
