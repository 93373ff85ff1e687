/** The calls of the C library that probes make, through koffi, which only probes need. */
import { readdirSync } from "node:fs";
import { refused } from "../../base/messages.ts";
import { optionalPackage } from "../optional.ts";

/** Calls by name; addresses and sizes are bytes. All but `errno` return what the kernel does. */
export interface Libc {
  readonly mmap: (at: number, bytes: number, prot: number, flags: number) => number;
  readonly munmap: (at: number, bytes: number) => number;
  readonly mprotect: (at: number, bytes: number, prot: number) => number;
  readonly madvise: (at: number, bytes: number, advice: number) => number;
  /** Shared and readable. */
  readonly mapFile: (at: number, bytes: number, descriptor: number) => number;
  /** Pages of the range that are in memory. */
  readonly resident: (at: number, bytes: number) => number;
  readonly membarrier: (command: number) => number;
  /** One of the operations of `abi`, of the word at this address; at most one is woken. */
  readonly futex: (at: number, operation: number) => number;
  readonly getAffinity: (thread: number, mask: Uint8Array) => number;
  readonly setAffinity: (thread: number, mask: Uint8Array) => number;
  /** SCHED_FIFO of priority 1, or back to normal; negative where that is not allowed. */
  readonly setFifo: (thread: number, fifo: boolean) => number;
  readonly errno: () => number;
}

const MAP_SHARED = 0x1;
const MAP_PRIVATE = 0x2;
const MAP_ANONYMOUS = 0x20;
const MAP_FIXED_NOREPLACE = 0x10_0000;

/** Numbers of linux/mman.h and linux/membarrier.h; the same on x86, arm64 and powerpc. */
export const abi: Readonly<Record<AbiName, number>> = {
  protRead: 1,
  protReadWrite: 3,
  mapHere: MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
  dontneed: 4,
  hugepage: 14,
  noHugepage: 15,
  pageout: 21,
  populateRead: 22,
  populateWrite: 23,
  collapse: 25,
  membarrierRegister: 1 << 4,
  membarrierPrivate: 1 << 3,
  futexWake: 1,
  futexWakePrivate: 1 | 128,
};

type AbiName =
  | ("protRead" | "protReadWrite" | "mapHere" | "dontneed" | "hugepage" | "noHugepage")
  | ("populateWrite" | "populateRead" | "collapse" | "pageout")
  | ("membarrierRegister" | "membarrierPrivate" | "futexWake" | "futexWakePrivate");

/** Numbers of system calls that the C library has no function for. */
const CALLS: Readonly<Record<string, { readonly membarrier: number; readonly futex: number }>> = {
  x64: { membarrier: 324, futex: 202 },
  arm64: { membarrier: 283, futex: 98 },
  ppc64: { membarrier: 365, futex: 221 },
};
const SCHED_OTHER = 0;
const SCHED_FIFO = 1;

/** Where probes map: far from everything, 16 TiB. */
export const BASE: number = 0x1000_0000_0000;

/** Loads koffi. Throws SD003 where it is missing, SD011 where this is another architecture. */
export async function loadLibc(): Promise<Libc> {
  const numbers = CALLS[process.arch];
  if (numbers === undefined) throw refused("probe", process.arch, "x64, arm64 or ppc64");
  const { default: koffi } = await optionalPackage("koffi", () => import("koffi"));
  const lib = koffi.load(null);
  const syscall = lib.func("long syscall(long number, long a, long b, long c)");
  const scheduler = lib.func("int sched_setscheduler(int pid, int policy, const int32_t *param)");
  const getAffinity = lib.func("int sched_getaffinity(int pid, size_t n, _Out_ uint8_t *mask)");
  const setAffinity = lib.func("int sched_setaffinity(int pid, size_t n, const uint8_t *mask)");
  const mincore = lib.func("int mincore(uintptr_t at, size_t n, _Out_ uint8_t *pages)");
  const mmap = lib.func(
    "intptr_t mmap(uintptr_t at, size_t n, int prot, int flags, int fd, long offset)",
  );
  return {
    mmap: (at, bytes, prot, flags) => Number(mmap(at, bytes, prot, flags, -1, 0)),
    munmap: lib.func("int munmap(uintptr_t at, size_t bytes)"),
    mprotect: lib.func("int mprotect(uintptr_t at, size_t bytes, int prot)"),
    madvise: lib.func("int madvise(uintptr_t at, size_t bytes, int advice)"),
    mapFile: (at, bytes, descriptor) =>
      Number(mmap(at, bytes, abi.protRead, MAP_SHARED | MAP_FIXED_NOREPLACE, descriptor, 0)),
    resident: (at, bytes) => {
      const pages = new Uint8Array(Math.ceil(bytes / 4096));
      if (Number(mincore(at, bytes, pages)) !== 0) return pages.length;
      return pages.reduce((sum, page) => sum + (page & 1), 0);
    },
    membarrier: (command) => Number(syscall(numbers.membarrier, command, 0, 0)),
    futex: (at, operation) => Number(syscall(numbers.futex, at, operation, 1)),
    getAffinity: (thread, mask) => Number(getAffinity(thread, mask.length, mask)),
    setAffinity: (thread, mask) => Number(setAffinity(thread, mask.length, mask)),
    setFifo: (thread, fifo) =>
      Number(scheduler(thread, fifo ? SCHED_FIFO : SCHED_OTHER, Int32Array.of(fifo ? 1 : 0))),
    errno: () => koffi.errno(),
  };
}

/** Maps private memory of small pages, all present. Throws SD011 where it cannot. */
export function mapAt(libc: Libc, at: number, bytes: number): void {
  const found = libc.mmap(at, bytes, abi.protReadWrite, abi.mapHere);
  if (found !== at) throw refused("mmap", at, `errno ${libc.errno()}`);
  libc.madvise(at, bytes, abi.noHugepage);
  if (libc.madvise(at, bytes, abi.populateWrite) !== 0) {
    throw refused("MADV_POPULATE_WRITE", bytes, `errno ${libc.errno()}: Linux 5.14 or later`);
  }
}

/** Bytes of a mask that holds every CPU Linux can have. */
const MASK_BYTES = 1024;

/** The mask of one CPU. */
export function maskOf(cpu: number): Uint8Array {
  const mask = new Uint8Array(MASK_BYTES);
  mask[cpu >> 3] = 1 << (cpu & 7);
  return mask;
}

/** Moves every thread of this process to one CPU; the result undoes that. */
export function gatherThreads(libc: Libc, cpu: number, except: ReadonlySet<number>): () => void {
  const before = new Map<number, Uint8Array>();
  for (const thread of ownThreads()) {
    if (except.has(thread)) continue;
    const mask = new Uint8Array(MASK_BYTES);
    if (libc.getAffinity(thread, mask) < 0) continue;
    if (libc.setAffinity(thread, maskOf(cpu)) === 0) before.set(thread, mask);
  }
  return () => {
    for (const [thread, mask] of before) libc.setAffinity(thread, mask);
  };
}

/** The threads of this process. */
export function ownThreads(): number[] {
  return readdirSync("/proc/self/task").map(Number);
}
