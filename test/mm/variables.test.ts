import { expect, test } from "vitest";
import { steps } from "../../lib/index.ts";
import {
  ENTRY_HUGE,
  ENTRY_NONE,
  ENTRY_TABLE,
  FIRST_USER_MM,
  INIT_MM,
  NO_MM,
  SWITCHING,
  VARIABLES,
} from "../../lib/mm/variables.ts";

test("the variables of the model, where each lives, and what it holds at boot", () => {
  const rows = VARIABLES.map(({ name, scope, holds, initial }) => [name, scope, holds, initial]);
  expect(rows).toEqual([
    ["loaded_mm", "cpu", "number", 1],
    ["is_lazy", "cpu", "number", 0],
    ["active_mm", "cpu", "number", 0],
    ["cpu_tlb_gen", "cpu", "number", 0],
    ["loaded_global_asid", "cpu", "number", 0],
    ["active_lockless_pt_walk_mm", "cpu", "number", 0],
    ["tlb_gen", "mm", "number", 1],
    ["next_trim_cpumask", "mm", "number", 250],
    ["global_asid", "mm", "number", 0],
    ["asid_transition", "mm", "number", 0],
    ["mm_count", "mm", "number", 1],
    ["mm_cpumask", "mm", "mask", 0],
    ["pmd", "table", "number", 1],
    ["tlb_ipi_broadcast_key", "global", "number", 0],
    ["tlb_flush_batched", "mm", "number", 0],
    ["tlb_flush_batched_flag", "mm", "number", 0],
    ["tlb_ubc_flush_required", "cpu", "number", 0],
    ["tlb_ubc_cpumask", "cpu", "mask", 0],
  ]);
});

test("each says in words what it is, and is named once", () => {
  for (const { meaning } of VARIABLES) expect(meaning).toMatch(/\w+ \w+/);
  expect(new Set(VARIABLES.map(({ name }) => name)).size).toBe(VARIABLES.length);
});

test("programs of one's own find them by their kernel names", () => {
  expect(Object.keys(steps.variables)).toEqual(VARIABLES.map(({ name }) => name));
});

test("addresses and entries that mean something are told apart", () => {
  expect([NO_MM, INIT_MM, SWITCHING, FIRST_USER_MM]).toEqual([0, 1, 2, 3]);
  expect([ENTRY_NONE, ENTRY_TABLE, ENTRY_HUGE]).toEqual([0, 1, 2]);
});
