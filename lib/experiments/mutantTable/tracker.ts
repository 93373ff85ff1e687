/** H.1, A: targeted interrupts by per-CPU trackers. */
import type { Linux } from "../../policies/linux.ts";
import { tableSyncPolicy } from "../../policies/tableSync/tableSync.ts";
import { targeted } from "../../policies/tableSync/targeted.ts";
import { collapseVsGupFast } from "../scenarios/collapseVsGupFast.ts";
import { perfNmiInGupFast } from "../scenarios/perfNmiInGupFast.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import { unshare } from "../scenarios/unshare.ts";
import type { Asked, MutantRow } from "./row.ts";
import {
  broadcasting,
  linuxWith,
  outside,
  tracked,
  turin,
  unordered,
  weakened,
} from "./settings.ts";

const tracking = linuxWith(targeted());

const shared = (sharers: number): Pick<Asked, "scenario" | "cpus"> => ({
  scenario: unshare({ sharers }),
  cpus: sharers + 1,
});

const sampled = perfNmiInGupFast();

/** The sync stands at another place. */
const misplaced = (sync: "before-clear" | "after-reuse"): Scenario =>
  collapseVsGupFast({ walkers: "outside", sync });

/** The walker of this policy does not say that it walks: its hooks are gone, the sync is not. */
function unhooked(): Linux {
  const { walkerEnter: _, walkerExit: __, ...hooks } = targeted().hooks;
  const summary = "no walker says so";
  return linuxWith(
    tableSyncPolicy({ name: "unhooked", options: {}, hooks, summary, source: "a wrong kernel" }),
  );
}

/** Rows A1 to A10. */
export const TRACKER: readonly MutantRow[] = [
  {
    id: "A1",
    what: "sync by smp_rmb, nothing else orders",
    question: { scenario: unordered, linux: tracked({ syncFence: "smp_rmb" }) },
    window: 12,
    expected: "PFF",
    property: "P-UAF",
    fixed: { smp_mb: { scenario: unordered, linux: tracking } },
  },
  {
    id: "A1 on x86",
    what: "sync by smp_rmb behind an ordered clear and flush",
    question: { scenario: outside, linux: tracked({ syncFence: "smp_rmb" }) },
    window: 12,
    expected: "PPP",
    fixed: {
      "ordered flush only": {
        scenario: collapseVsGupFast({ walkers: "outside", ptClear: "relaxed" }),
        linux: tracked({ syncFence: "smp_rmb" }),
      },
    },
  },
  {
    id: "A2",
    what: "enter without smp_mb",
    question: { scenario: outside, linux: tracking.without("walkerEnter:smp_mb") },
    expected: "PFF",
    property: "P-UAF",
    fixed: { xchg: { scenario: outside, linux: tracked({ enterBarrier: "xchg" }) } },
  },
  {
    id: "A3",
    what: "exit by a plain store",
    question: {
      scenario: outside,
      linux: weakened(tracking, "walkerExit:smp_store_release(active_lockless_pt_walk_mm)"),
    },
    expected: "PPF",
    property: "P-UAF",
    fixed: { release: { scenario: outside, linux: tracking } },
  },
  {
    id: "A5",
    what: "the walk of an NMI clears the outer tracker",
    question: { scenario: sampled, linux: tracked({ nested: "clear" }) },
    expected: "FFF",
    property: "P-UAF",
    fixed: { "saved and restored": { scenario: sampled, linux: tracking } },
  },
  {
    id: "A6",
    what: "a class of walkers without hooks",
    question: { scenario: outside, linux: unhooked() },
    expected: "FFF",
    property: "P-UAF",
    fixed: {
      hooks: { scenario: outside, linux: tracking },
      broadcast: { scenario: outside, linux: broadcasting },
    },
  },
  {
    id: "A7",
    what: "the last unshare asks for walkers of its own mm only, INVLPGB",
    question: { ...shared(3), ...turin, linux: tracked({ unshare: "last-sharer" }) },
    window: 5,
    expected: "FFF",
    property: "P-ALIAS",
    fixed: {
      "any tracker": { ...shared(3), ...turin, linux: tracking },
      broadcast: { ...shared(3), ...turin, linux: broadcasting },
      "two address spaces": {
        ...shared(2),
        ...turin,
        linux: tracked({ unshare: "last-sharer" }),
      },
    },
  },
  {
    id: "A7 native",
    what: "the same where every sharer's flush waits for its walkers",
    question: { ...shared(3), linux: tracked({ unshare: "last-sharer" }) },
    window: 5,
    expected: "PPP",
    fixed: {},
  },
  {
    id: "A8",
    what: "no memory for a mask, and nothing is done",
    question: {
      scenario: outside,
      linux: tracked({ maskFailurePct: 50, onMaskFailure: "nothing" }),
    },
    expected: "FFF",
    property: "P-UAF",
    fixed: { broadcast: { scenario: outside, linux: tracked({ maskFailurePct: 50 }) } },
  },
  {
    id: "A9",
    what: "interrupts that nobody waits for",
    question: { scenario: outside, linux: tracking.without("sync:csd_lock_wait") },
    expected: "FFF",
    property: "P-UAF",
    fixed: { wait: { scenario: outside, linux: tracking } },
  },
  {
    id: "A10",
    what: "sync before the entry is cleared",
    question: { scenario: misplaced("before-clear"), linux: tracking },
    expected: "FFF",
    property: "P-UAF",
    fixed: { "behind the flush": { scenario: outside, linux: tracking } },
  },
  {
    id: "C6",
    what: "collapse: broadcast before clear and flush",
    question: { scenario: misplaced("before-clear"), linux: broadcasting },
    expected: "FFF",
    property: "P-UAF",
    fixed: { "order of 2ba99c5e0881": { scenario: outside, linux: broadcasting } },
  },
  {
    id: "C7",
    what: "collapse: the table is deposited before the broadcast",
    question: { scenario: misplaced("after-reuse"), linux: broadcasting },
    expected: "FFF",
    property: "P-UAF",
    fixed: { "order of 2ba99c5e0881": { scenario: outside, linux: broadcasting } },
  },
];
