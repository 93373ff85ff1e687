/** MADV_FREE and MADV_COLD: entries change, pages and tables stay (mm/madvise.c). */
import { program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { Environment } from "./environment.ts";
import { flushRange } from "./environment.ts";
import { protectTables } from "./mprotect.ts";

/**
 * Parameters: `mm`, `pages` (present and written to since the last call) and `range` (pages from
 * first to last address). The pages become clean and old: one F0 for all of them.
 */
export function madviseFree(env: Environment): Program {
  return changeEntries(env, "madvise_free", "mm/madvise.c madvise_free_pte_range()");
}

/** Parameters as for {@link madviseFree}. The pages become old, and go to the end of the LRU. */
export function madviseCold(env: Environment): Program {
  const source = "mm/madvise.c madvise_cold_or_pageout_pte_range()";
  return changeEntries(env, "madvise_cold", source);
}

function changeEntries(env: Environment, name: string, source: string): Program {
  return program(name, { params: ["mm", "pages", "range"], source }, (k) => {
    k.begin("madvise");
    k.work("syscall");
    k.work("vmaOp");
    protectTables(k, env);
    k.include(flushRange(env, { freed: false }), { mm: "mm", pages: "range" });
    k.end("madvise");
    k.tally("operations");
  });
}
