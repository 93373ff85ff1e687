/** `fork`: every private page becomes read-only in the parent too (kernel/fork.c, mm/memory.c). */
import { program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { Environment } from "./environment.ts";
import { flushRange, oncePerEnvironment } from "./environment.ts";

/**
 * `dup_mmap()`: parameters `mm`, of the parent, and `pages`, present and private. One
 * `flush_tlb_mm` of the parent at the end, whatever was copied: F+ on x86, so that CPUs that borrow
 * the address space are reached although nothing is freed.
 */
export const fork: (env: Environment) => Program = oncePerEnvironment((env) => {
  const source = "kernel/fork.c dup_mmap(), mm/memory.c copy_page_range()";
  return program("dup_mmap", { params: ["mm", "pages"], source }, (k) => {
    k.begin("fork");
    k.work("syscall");
    k.work("vmaOp");
    k.work("protectPage", "pages");
    k.include(flushRange(env, { freed: true }), { mm: "mm", pages: -1 });
    k.end("fork");
    k.tally("operations");
  });
});
