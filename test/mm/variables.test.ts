import { expect, test } from "vitest";
import { steps } from "../../lib/index.ts";
import { ARCH_VARIABLES } from "../../lib/mm/archVariables.ts";
import { BOOT_VARIABLES } from "../../lib/mm/bootVariables.ts";
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
import { WALKER_VARIABLES } from "../../lib/mm/walkerVariables.ts";
import type { Variable } from "../../lib/steps/instructions.ts";

type Row = [name: string, scope: string, holds: string, initial: number];

function rowsOf(variables: readonly Variable[]): Row[] {
  return variables.map(({ name, scope, holds, initial }) => [name, scope, holds, initial]);
}

test("the variables that all paths share, where each lives, and what it holds at boot", () => {
  const shared: Row[] = [
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
    ["tlb_ipi_broadcast_key_early", "global", "number", 0],
    ["tlb_flush_batched", "mm", "number", 0],
    ["tlb_flush_batched_flag", "mm", "number", 0],
    ["tlb_ubc_flush_required", "cpu", "number", 0],
    ["tlb_ubc_cpumask", "cpu", "mask", 0],
  ];
  expect(rowsOf(VARIABLES)).toEqual(expect.arrayContaining(shared));
});

test("the variables of arm64 and powerpc", () => {
  expect(rowsOf(ARCH_VARIABLES)).toEqual([
    ["sme_active_cpus", "global", "mask", 0],
    ["mm_users", "mm", "number", 0],
    ["active_cpus", "mm", "number", 0],
    ["mm_cpumask_trim_clock", "cpu", "number", 0],
    ["native_tlbie_lock", "global", "number", 0],
  ]);
  expect(VARIABLES).toEqual(expect.arrayContaining([...ARCH_VARIABLES]));
});

test("the variables of walkers, and what a kernel knows once it has booted", () => {
  expect(rowsOf(WALKER_VARIABLES)).toEqual([
    ["active_lockless_pt_walk_mm", "cpu", "number", NO_MM],
    ["outer_lockless_pt_walk_mm", "cpu", "number", NO_MM],
    ["lockless_pgtbl_walk_count", "mm", "number", 0],
    ["lockless_pgtbl_walk_counter", "cpu", "number", 0],
    ["tlb_flush_sent_ipi", "cpu", "number", 0],
    ["context_tracking_state", "cpu", "number", 0],
  ]);
  expect(rowsOf(BOOT_VARIABLES)).toEqual([
    ["tlb_ipi_broadcast_key", "global", "number", 0],
    ["tlb_ipi_broadcast_key_early", "global", "number", 0],
    ["flush_op_is_native", "global", "number", 0],
    ["flush_op_is_kvm", "global", "number", 0],
    ["flush_by_hardware", "global", "number", 0],
    ["arch_keeps_mm_cpumask", "global", "number", 0],
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
