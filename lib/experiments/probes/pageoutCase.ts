/** MADV_PAGEOUT of clean pages of a file, which needs no swap. */
import { closeSync, fsyncSync, openSync, statfsSync, unlinkSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { refused } from "../../base/messages.ts";
import { pageout } from "../../workloads/pageout.ts";
import type { CallCase } from "./case.ts";
import { abi, BASE } from "./libc.ts";
import { PAGE } from "./sizes.ts";

/** The probe. Its pages are written one by one, so that each is a folio of its own. */
export const pageoutCase: CallCase = {
  name: "pageout",
  says: () =>
    `map a file of clean pages in ${folder()}, which is removed again, and page it out ` +
    "(MADV_PAGEOUT; pages of a file need no swap)",
  sizes: ["bytes"],
  defaults: { bytes: 2 * 1024 * 1024 },
  threads: 2,
  workload: (process, { bytes }) => pageout({ ...process, pages: bytes / PAGE, memory: "file" }),
  labName: "reclaim",
  params: ({ bytes }) => `kind=file pages=${bytes / PAGE}`,
  checkMachine: () => void folder(),
  prepare: (libc, { bytes }) => {
    const file = path.join(folder(), `shootdown-probe-${process.pid}`);
    const descriptor = openSync(file, "wx+", 0o600);
    try {
      unlinkSync(file);
      const page = Buffer.alloc(PAGE, 1);
      for (let at = 0; at < bytes; at += PAGE) writeSync(descriptor, page, 0, PAGE, at);
      fsyncSync(descriptor);
      if (libc.mapFile(BASE, bytes, descriptor) !== BASE) {
        throw refused("mmap", BASE, `errno ${libc.errno()}`);
      }
    } finally {
      closeSync(descriptor);
    }
    if (libc.madvise(BASE, bytes, abi.populateRead) !== 0) {
      throw refused("MADV_POPULATE_READ", bytes, `errno ${libc.errno()}: Linux 5.14 or later`);
    }
  },
  operate: (libc, { bytes }) => {
    if (libc.madvise(BASE, bytes, abi.pageout) !== 0) return 1;
    return libc.resident(BASE, bytes);
  },
  cleanUp: (libc, { bytes }) => void libc.munmap(BASE, bytes),
  starves: false,
};

/** File systems whose pages are memory: without swap they cannot be reclaimed. */
const IN_MEMORY: ReadonlySet<number> = new Set([0x0102_1994, 0x8584_58f6]);

/** A folder on a file system with a disk behind it. Throws SD011 where there is none. */
function folder(): string {
  const found = [tmpdir(), process.cwd()].find((one) => !IN_MEMORY.has(statfsSync(one).type));
  if (found !== undefined) return found;
  throw refused("probe", "pageout", "no folder on a disk: set TMPDIR to one");
}
