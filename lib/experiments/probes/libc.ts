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
  readonly membarrier: (command: number) => number;
  readonly getAffinity: (thread: number, mask: Uint8Array) => number;
  readonly setAffinity: (thread: number, mask: Uint8Array) => number;
  /** SCHED_FIFO of priority 1, or back to normal; negative where that is not allowed. */
  readonly setFifo: (thread: number, fifo: boolean) => number;
  readonly errno: () => number;
}

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
  populateWrite: 23,
  collapse: 25,
  membarrierRegister: 1 << 4,
  membarrierPrivate: 1 << 3,
};

type AbiName =
  | ("protRead" | "protReadWrite" | "mapHere" | "dontneed" | "hugepage" | "noHugepage")
  | ("populateWrite" | "collapse" | "membarrierRegister" | "membarrierPrivate");

const MEMBARRIER: Readonly<Record<string, number>> = { x64: 324, arm64: 283, ppc64: 365 };
const SCHED_OTHER = 0;
const SCHED_FIFO = 1;

/** Loads koffi. Throws SD003 where it is missing, SD011 where this is not Linux. */
export async function loadLibc(): Promise<Libc> {
  if (process.platform !== "linux") {
    throw refused("probe", process.platform, "probes measure the Linux they run on");
  }
  const membarrier = MEMBARRIER[process.arch];
  if (membarrier === undefined) throw refused("probe", process.arch, "x64, arm64 or ppc64");
  const { default: koffi } = await optionalPackage("koffi", () => import("koffi"));
  const lib = koffi.load(null);
  const syscall = lib.func("long syscall(long number, long a, long b, long c)");
  const scheduler = lib.func("int sched_setscheduler(int pid, int policy, const int32_t *param)");
  const getAffinity = lib.func("int sched_getaffinity(int pid, size_t n, _Out_ uint8_t *mask)");
  const setAffinity = lib.func("int sched_setaffinity(int pid, size_t n, const uint8_t *mask)");
  const mmap = lib.func(
    "intptr_t mmap(uintptr_t at, size_t n, int prot, int flags, int fd, long offset)",
  );
  return {
    mmap: (at, bytes, prot, flags) => Number(mmap(at, bytes, prot, flags, -1, 0)),
    munmap: lib.func("int munmap(uintptr_t at, size_t bytes)"),
    mprotect: lib.func("int mprotect(uintptr_t at, size_t bytes, int prot)"),
    madvise: lib.func("int madvise(uintptr_t at, size_t bytes, int advice)"),
    membarrier: (command) => Number(syscall(membarrier, command, 0, 0)),
    getAffinity: (thread, mask) => Number(getAffinity(thread, mask.length, mask)),
    setAffinity: (thread, mask) => Number(setAffinity(thread, mask.length, mask)),
    setFifo: (thread, fifo) =>
      Number(scheduler(thread, fifo ? SCHED_FIFO : SCHED_OTHER, Int32Array.of(fifo ? 1 : 0))),
    errno: () => koffi.errno(),
  };
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
