/** Page migration: pages are unmapped, flushed, copied and mapped again (mm/migrate.c). */
import type { Builder } from "../steps/builder.ts";
import { program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import { batchLimits } from "./batchLimits.ts";
import type { Environment } from "./environment.ts";
import { runHook } from "./hooks.ts";
import { tryToUnmap, unmapAndFlush } from "./unmap.ts";

/** NR_MAX_BATCHED_MIGRATION: pages that one flush may serve. */
const MIGRATION_BATCH = batchLimits.migrationPages.value;

/**
 * `migrate_pages()`: parameters `mm`, `pages` (order 0, one entry each) and `leftovers`, those of
 * them that the asynchronous pass could not lock. Until 6.2 every entry is flushed when it is
 * cleared (one F0 each). Later up to 512 pages share one flush; leftovers, which only the
 * synchronous modes have, are then unmapped and flushed one by one.
 */
export function migratePages(env: Environment): Program {
  const params = ["mm", "pages", "leftovers"];
  const source = "mm/migrate.c migrate_pages(), migrate_pages_sync(), mm/rmap.c try_to_migrate()";
  return program("migrate_pages", { params, source }, (k) => {
    k.begin("migrate_pages");
    if (env.features.batchedMigration) migrateInBatches(k, env);
    else oneByOne(k, env, "pages");
    k.end("migrate_pages");
    k.tally("operations");
  });
}

function migrateInBatches(k: Builder, env: Environment): void {
  k.set("left", "pages");
  k.set("unlocked", "leftovers");
  k.while("left", ">", 0, () => {
    k.compute("batch", "left", "min", MIGRATION_BATCH);
    k.compute("later", "batch", "min", "unlocked");
    k.compute("now", "batch", "-", "later");
    k.set("to_unmap", "now");
    k.while("to_unmap", ">", 0, () => {
      k.include(tryToUnmap(env), { mm: "mm" });
      k.compute("to_unmap", "to_unmap", "-", 1);
    });
    runHook(k, env, "flushBatch", { mm: "mm" });
    k.work("copyPage", "now");
    oneByOne(k, env, "later");
    k.compute("unlocked", "unlocked", "-", "later");
    k.compute("left", "left", "-", "batch");
  });
}

function oneByOne(k: Builder, env: Environment, pages: string): void {
  k.set("singles", pages);
  k.while("singles", ">", 0, () => {
    k.include(unmapAndFlush(env), { mm: "mm" });
    k.work("copyPage");
    k.compute("singles", "singles", "-", 1);
  });
}
