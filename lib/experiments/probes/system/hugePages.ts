/** Huge pages for the time of a probe. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { refused } from "../../../base/messages.ts";
import { Guard } from "./guard.ts";

/** Where Linux counts huge pages of 2 MiB. */
export const HUGE_PAGES = "/sys/kernel/mm/hugepages/hugepages-2048kB";

/** Puts the old number back, unless somebody has set another one since. */
const RESTORE = 'if [ "$(cat "$1")" = "$3" ]; then echo "$2" > "$1"; fi';

/**
 * Does `work` while so many huge pages are free; raises vm.nr_hugepages for as long where they are
 * not. Throws SD011 where they cannot be had.
 */
export async function withHugePages<T>(
  pages: number,
  work: () => Promise<T>,
  folder: string = HUGE_PAGES,
): Promise<T> {
  if (pages === 0) return work();
  const free = spare(folder);
  if (free >= pages) return work();
  const guard = raise(folder, pages - free);
  try {
    if (spare(folder) < pages) {
      throw refused("huge pages", pages, "the kernel found no memory for them");
    }
    return await work();
  } finally {
    await guard.release();
  }
}

/** Free and not promised to anybody. */
function spare(folder: string): number {
  return count(folder, "free_hugepages") - count(folder, "resv_hugepages");
}

function count(folder: string, name: string): number {
  try {
    return Number(readFileSync(path.join(folder, name), "utf8"));
  } catch {
    throw refused("huge pages", folder, "this kernel has no huge pages of 2 MiB");
  }
}

function raise(folder: string, more: number): Guard {
  const file = path.join(folder, "nr_hugepages");
  const before = count(folder, "nr_hugepages");
  const guard = new Guard(RESTORE, [file, String(before), String(before + more)]);
  try {
    writeFileSync(file, `${before + more}\n`);
  } catch {
    guard.cancel();
    const why = `${more} more must be reserved, which only root may: sysctl vm.nr_hugepages`;
    throw refused("huge pages", before, why);
  }
  return guard;
}
