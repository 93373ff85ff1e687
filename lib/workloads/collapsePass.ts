/** What khugepaged or MADV_COLLAPSE does with a range: one attempt after the other. */
import type { CollapseAttempt } from "../mm/collapse.ts";
import { collapseAnonymous, collapseShmem } from "../mm/collapse.ts";
import type { Environment } from "../mm/environment.ts";
import { PAGE_BYTES, TABLE_BYTES } from "../mm/pageTables.ts";
import type { Builder } from "../steps/builder.ts";
import { program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { Workload } from "./workload.ts";

/** Parameters `mm`, `first` and `last` (tables from first to last − 1). */
export function collapsePass(workload: Workload, env: Environment): Program {
  const params = ["mm", "first", "last"];
  const source = "mm/khugepaged.c madvise_collapse(), collapse_scan_mm_slot()";
  return program("collapse_range", { params, source }, (k) => {
    if (workload.number("mthpBytes") > 0) scanAgain(k, env, workload);
    else tableByTable(k, env, workload);
  });
}

/**
 * Tables that are turned down come first, then those that fail late: their place does not matter,
 * since each pays for itself.
 */
function tableByTable(k: Builder, env: Environment, workload: Workload): void {
  const copiedPages = workload.number("presentPages");
  const attempt = (outcome: "huge" | "fails"): Program =>
    workload.text("memory") === "shmem"
      ? collapseShmem(env)
      : collapseAnonymous(env, { copiedPages, outcome });
  k.set("table", "first");
  const rejected = workload.number("failBeforeFlush");
  if (rejected > 0) k.compute("table", "table", "+", rejected);
  const failing = workload.number("failAfterFlush");
  if (failing > 0) {
    k.compute("late", "table", "+", failing);
    k.compute("late", "late", "min", "last");
    eachTable(k, "late", () => k.include(attempt("fails"), { mm: "mm", table: "table" }));
  }
  const perCall = workload.number("bytesPerCall") / TABLE_BYTES;
  if (perCall > 0) k.set("left_in_call", 0);
  eachTable(k, "last", () => {
    if (perCall > 0) beginCall(k, perCall);
    k.include(attempt("huge"), { mm: "mm", table: "table" });
  });
}

function eachTable(k: Builder, end: string, body: () => void): void {
  k.while("table", "<", end, () => {
    body();
    k.compute("table", "table", "+", 1);
  });
}

/** A system call for every so many tables. */
function beginCall(k: Builder, tables: number): void {
  k.if("left_in_call", "==", 0, () => {
    k.work("syscall");
    k.set("left_in_call", tables);
  });
  k.compute("left_in_call", "left_in_call", "-", 1);
}

/**
 * Since 7.2 khugepaged attempts every part of the enabled size. Whether a part is such a folio
 * already is asked behind flush and sync, so that each later scan pays for all parts again.
 */
function scanAgain(k: Builder, env: Environment, workload: Workload): void {
  if (!env.features.mthpCollapse) return;
  const bytes = workload.number("mthpBytes");
  const attempt: CollapseAttempt = { copiedPages: bytes / PAGE_BYTES, outcome: "small" };
  const parts = TABLE_BYTES / bytes;
  scanOnce(k, parts, collapseAnonymous(env, attempt));
  k.set("scans_left", workload.number("scans") - 1);
  k.while("scans_left", ">", 0, () => {
    scanOnce(k, parts, collapseAnonymous(env, { ...attempt, outcome: "fails" }));
    k.compute("scans_left", "scans_left", "-", 1);
  });
}

function scanOnce(k: Builder, parts: number, attempt: Program): void {
  k.set("table", "first");
  eachTable(k, "last", () => {
    k.set("parts_left", parts);
    k.while("parts_left", ">", 0, () => {
      k.include(attempt, { mm: "mm", table: "table" });
      k.compute("parts_left", "parts_left", "-", 1);
    });
  });
}
