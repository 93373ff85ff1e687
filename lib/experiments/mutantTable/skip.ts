/** H.1, B: syncs that are skipped because a flush has interrupted everybody already. */
import { hyperv, xenPv } from "../../backends/backend.ts";
import type { Linux } from "../../policies/linux.ts";
import { dynamicFlag } from "../../policies/tableSync/dynamicFlag.ts";
import { skipIfFlushImpliesIpi } from "../../policies/tableSync/skipIfFlushImpliesIpi.ts";
import { skipIfFlushSentIpis } from "../../policies/tableSync/skipIfFlushSentIpis.ts";
import { allocationFailure } from "../scenarios/allocationFailure.ts";
import type { MutantRow } from "./row.ts";
import { collapse, linuxWith, nothing, onKvm, outside, turin } from "./settings.ts";

const skipped = linuxWith(nothing);
const flagged = linuxWith(dynamicFlag());
const keyed = linuxWith(skipIfFlushSentIpis());
const onHyperv = { backend: hyperv() };
const onXen = { backend: xenPv() };
/** A table is freed alone; its walkers hold an RCU read section only. */
const readers = allocationFailure({ walker: "rcu", ptReclaim: false });

function implied(version: "v4" | "v5"): Linux {
  return linuxWith(skipIfFlushImpliesIpi({ version }));
}

/** Rows B1 to B11. */
export const SKIP: readonly MutantRow[] = [
  {
    id: "B1",
    what: "KVM said to imply interrupts, a vCPU stopped in its walk",
    question: { scenario: collapse, ...onKvm, linux: implied("v4") },
    expected: "FFF",
    property: "P-UAF",
    fixed: { "KVM not trusted": { scenario: collapse, ...onKvm, linux: implied("v5") } },
  },
  {
    id: "B2",
    what: "the flag of v3 set through KVM's reduced mask",
    question: {
      scenario: collapse,
      ...onKvm,
      linux: linuxWith(dynamicFlag({ setBy: "native-routine" })),
    },
    expected: "FFF",
    property: "P-UAF",
    fixed: { "set by targets": { scenario: collapse, ...onKvm, linux: flagged } },
  },
  {
    id: "B3 Hyper-V",
    what: "the flush of Hyper-V taken for interrupts",
    question: { scenario: collapse, ...onHyperv, linux: skipped },
    expected: "FFF",
    property: "P-UAF",
    fixed: { "not trusted": { scenario: collapse, ...onHyperv, linux: implied("v5") } },
  },
  {
    id: "B3 Xen",
    what: "the flush of Xen PV taken for interrupts",
    question: { scenario: collapse, ...onXen, linux: skipped },
    expected: "FFF",
    property: "P-UAF",
    fixed: { "not trusted": { scenario: collapse, ...onXen, linux: implied("v5") } },
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
      ...onHyperv,
      linux: linuxWith(skipIfFlushSentIpis({ keySet: "before" })),
    },
    expected: "FFF",
    property: "P-UAF",
    fixed: {
      "set after them": { scenario: collapse, ...onHyperv, linux: keyed },
      "set before them on bare metal": {
        scenario: collapse,
        linux: linuxWith(skipIfFlushSentIpis({ keySet: "before" })),
      },
    },
  },
  {
    id: "B9",
    what: "the flag is set although no interrupt left",
    question: {
      scenario: collapse,
      ...turin,
      linux: linuxWith(dynamicFlag({ setBy: "any" })),
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
      linux: linuxWith(skipIfFlushSentIpis({ syncRcu: "skip" })),
    },
    expected: "FFF",
    property: "P-UAF",
    fixed: { "grace period": { scenario: readers, linux: keyed } },
  },
];
