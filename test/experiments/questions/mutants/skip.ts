/** H.1, B: syncs that are skipped because a flush has interrupted everybody already. */
import * as sd from "../../../../lib/index.ts";
import { linux, nothing } from "../../scenarios/ask.ts";
import type { MutantRow } from "../mutantTable.ts";
import { collapse, kvm, outside, turin } from "./settings.ts";

const { backend, scenario, tableSync } = sd;

const skipped = linux(nothing);
const flagged = linux(tableSync.dynamicFlag());
const keyed = linux(tableSync.skipIfFlushSentIpis());
const hyperv = { backend: backend.hyperv() };
const xen = { backend: backend.xenPv() };
/** A table is freed alone; its walkers hold an RCU read section only. */
const readers = scenario.allocationFailure({ walker: "rcu", ptReclaim: false });

function implied(version: "v4" | "v5"): sd.Linux {
  return linux(tableSync.skipIfFlushImpliesIpi({ version }));
}

/** Rows B1 to B11. */
export const SKIP: readonly MutantRow[] = [
  {
    id: "B1",
    what: "KVM said to imply interrupts, a vCPU stopped in its walk",
    question: { scenario: collapse, ...kvm, linux: implied("v4") },
    expected: "FFF",
    property: "P-UAF",
    fixed: { "KVM not trusted": { scenario: collapse, ...kvm, linux: implied("v5") } },
  },
  {
    id: "B2",
    what: "the flag of v3 set through KVM's reduced mask",
    question: {
      scenario: collapse,
      ...kvm,
      linux: linux(tableSync.dynamicFlag({ setBy: "native-routine" })),
    },
    expected: "FFF",
    property: "P-UAF",
    fixed: { "set by targets": { scenario: collapse, ...kvm, linux: flagged } },
  },
  {
    id: "B3 Hyper-V",
    what: "the flush of Hyper-V taken for interrupts",
    question: { scenario: collapse, ...hyperv, linux: skipped },
    expected: "FFF",
    property: "P-UAF",
    fixed: { "not trusted": { scenario: collapse, ...hyperv, linux: implied("v5") } },
  },
  {
    id: "B3 Xen",
    what: "the flush of Xen PV taken for interrupts",
    question: { scenario: collapse, ...xen, linux: skipped },
    expected: "FFF",
    property: "P-UAF",
    fixed: { "not trusted": { scenario: collapse, ...xen, linux: implied("v5") } },
  },
  {
    id: "B4",
    what: "INVLPGB taken for interrupts",
    question: { scenario: collapse, ...turin, linux: skipped },
    expected: "FFF",
    property: "P-UAF",
    fixed: { "not trusted": { scenario: collapse, ...turin, linux: implied("v5") } },
  },
  {
    id: "B5",
    what: "the key set before the guest's operations",
    question: {
      scenario: collapse,
      ...hyperv,
      linux: linux(tableSync.skipIfFlushSentIpis({ keySet: "before" })),
    },
    expected: "FFF",
    property: "P-UAF",
    fixed: {
      "set after them": { scenario: collapse, ...hyperv, linux: keyed },
      "set before them on bare metal": {
        scenario: collapse,
        linux: linux(tableSync.skipIfFlushSentIpis({ keySet: "before" })),
      },
    },
  },
  {
    id: "B9",
    what: "the flag is set although no interrupt left",
    question: {
      scenario: collapse,
      ...turin,
      linux: linux(tableSync.dynamicFlag({ setBy: "any" })),
    },
    expected: "FFF",
    property: "P-UAF",
    fixed: { "set by targets": { scenario: collapse, ...turin, linux: flagged } },
  },
  {
    id: "B10",
    what: "skipped, and no flush has reached the walker",
    question: { scenario: outside, linux: keyed },
    expected: "FFF",
    property: "P-UAF",
    fixed: {
      "a flush has": { scenario: collapse, linux: keyed },
      "a flag of this flush": { scenario: collapse, linux: flagged },
    },
  },
  {
    id: "B11",
    what: "sync_rcu skipped, a walker holds rcu_read_lock",
    question: {
      scenario: readers,
      linux: linux(tableSync.skipIfFlushSentIpis({ syncRcu: "skip" })),
    },
    expected: "FFF",
    property: "P-UAF",
    fixed: { "grace period": { scenario: readers, linux: keyed } },
  },
];
