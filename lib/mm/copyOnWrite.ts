/** A write to a page shared since `fork`: copied, or reused when nobody shares it any more. */
import { program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { Environment } from "./environment.ts";
import { flushRange } from "./environment.ts";

/** Parameter `mm`. `ptep_clear_flush` passes no freed tables: one F0 of one page. */
export function copyOnWrite(env: Environment): Program {
  const source = "mm/memory.c wp_page_copy(), mm/pgtable-generic.c ptep_clear_flush()";
  return program("wp_page_copy", { params: ["mm"], source }, (k) => {
    k.begin("copy_on_write");
    k.work("copyOnWrite");
    k.include(flushRange(env, { freed: false }), { mm: "mm", pages: 1 });
    k.end("copy_on_write");
  });
}

/**
 * Parameter `mm`. The other sharers are gone: the page becomes writable where it is. Nothing is
 * flushed, except on arm64, which has no CPU fault on the old entry again.
 */
export function reusePage(env: Environment): Program {
  const source = "mm/memory.c wp_page_reuse(), arch/arm64/mm/fault.c";
  return program("wp_page_reuse", { params: ["mm"], source }, (k) => {
    k.begin("page_reuse");
    k.work("syscall");
    k.work("protectPage");
    if (env.features.flushesWidened) {
      k.include(flushRange(env, { freed: false }), { mm: "mm", pages: 1 });
    }
    k.end("page_reuse");
  });
}
