/**
 * What each mutant and each repaired variant comes to, under every memory
 * model. `P` holds, `F` violates the property.
 */
import { describe, expect, test } from "vitest";
import type { MemoryModel, QuestionOptions } from "../../../lib/index.ts";
import * as sd from "../../../lib/index.ts";
import { ask, inShort, linux, nothing } from "./ask.ts";

const { tableSync, scenario, backend, machines } = sd;
const collapse = scenario.collapseVsGupFast();
/** Nothing but the sync waits for walkers. */
const outside = scenario.collapseVsGupFast({ walkers: "outside" });
/** And neither the cleared entry nor the flush orders the initiator. */
const unordered = scenario.collapseVsGupFast({
  walkers: "outside",
  ptClear: "relaxed",
  flush: "none",
});
const kvm = { backend: backend.kvm() };
const turin = { machine: machines.turin };

/** Name, question, verdicts under sc and x86-tso. */
type Row = [name: string, question: QuestionOptions, sc: string, tso: string];

const F = "violated P-UAF";
const ALIAS = "violated P-ALIAS";
const P = "holds";

function tracked(options: Parameters<typeof tableSync.targeted>[0]): sd.Linux {
  return linux(tableSync.targeted(options));
}

function without(step: string): sd.Linux {
  return linux(tableSync.targeted().without(step));
}

const shared = (sharers: number): Pick<QuestionOptions, "scenario" | "cpus"> => ({
  scenario: scenario.unshare({ sharers }),
  cpus: sharers + 1,
});

const broadcasting = linux(tableSync.broadcast());

const misplaced = (sync: "before-clear" | "after-reuse"): sd.Scenario =>
  scenario.collapseVsGupFast({ walkers: "outside", sync });

const ROWS: readonly Row[] = [
  [
    "A1 rmb, nothing orders",
    { scenario: unordered, linux: tracked({ syncFence: "smp_rmb" }) },
    P,
    F,
  ],
  ["A1 mb, nothing orders", { scenario: unordered, linux: tracked({}) }, P, P],
  ["A1 rmb on real x86", { scenario: outside, linux: tracked({ syncFence: "smp_rmb" }) }, P, P],
  [
    "A1 rmb, ordered flush only",
    {
      scenario: scenario.collapseVsGupFast({ walkers: "outside", ptClear: "relaxed" }),
      linux: tracked({ syncFence: "smp_rmb" }),
    },
    P,
    P,
  ],
  ["A2 enter without mb", { scenario: outside, linux: without("walkerEnter:smp_mb") }, P, F],
  ["A2 xchg", { scenario: outside, linux: tracked({ enterBarrier: "xchg" }) }, P, P],
  [
    "A3 exit with plain store",
    {
      scenario: outside,
      linux: weakened("walkerExit:smp_store_release(active_lockless_pt_walk_mm)"),
    },
    P,
    P,
  ],
  [
    "A5 NMI clears",
    { scenario: scenario.perfNmiInGupFast(), linux: tracked({ nested: "clear" }) },
    F,
    F,
  ],
  ["A5 NMI restores", { scenario: scenario.perfNmiInGupFast(), linux: tracked({}) }, P, P],
  ["A6 a class without hooks", { scenario: outside, linux: unhooked() }, F, F],
  ["A6 broadcast", { scenario: outside, linux: broadcasting }, P, P],
  [
    "A7 last sharer, INVLPGB",
    { ...shared(3), ...turin, linux: tracked({ unshare: "last-sharer" }) },
    ALIAS,
    ALIAS,
  ],
  ["A7 any tracker, INVLPGB", { ...shared(3), ...turin, linux: tracked({}) }, P, P],
  ["A7 broadcast, INVLPGB", { ...shared(3), ...turin, linux: broadcasting }, P, P],
  ["A7 last sharer, native", { ...shared(3), linux: tracked({ unshare: "last-sharer" }) }, P, P],
  ["A7 two mms", { ...shared(2), ...turin, linux: tracked({ unshare: "last-sharer" }) }, P, P],
  [
    "A8 no mask, nothing",
    { scenario: outside, linux: tracked({ maskFailurePct: 50, onMaskFailure: "nothing" }) },
    F,
    F,
  ],
  ["A8 no mask, broadcast", { scenario: outside, linux: tracked({ maskFailurePct: 50 }) }, P, P],
  ["A9 without wait", { scenario: outside, linux: without("sync:csd_lock_wait") }, F, F],
  ["A10, C6 sync first", { scenario: misplaced("before-clear"), linux: tracked({}) }, F, F],
  ["C6 by broadcast", { scenario: misplaced("before-clear"), linux: broadcasting }, F, F],
  ["C7 sync last", { scenario: misplaced("after-reuse"), linux: broadcasting }, F, F],
  ["B1 KVM trusted", { scenario: collapse, ...kvm, linux: implied("v4") }, F, F],
  ["B1 KVM not trusted", { scenario: collapse, ...kvm, linux: implied("v5") }, P, P],
  [
    "B2 flag by the native routine",
    {
      scenario: collapse,
      ...kvm,
      linux: linux(tableSync.dynamicFlag({ setBy: "native-routine" })),
    },
    F,
    F,
  ],
  [
    "B2 flag by targets",
    { scenario: collapse, ...kvm, linux: linux(tableSync.dynamicFlag()) },
    P,
    P,
  ],
  [
    "B3 Hyper-V, no sync",
    { scenario: collapse, backend: backend.hyperv(), linux: linux(nothing) },
    F,
    F,
  ],
  ["B3 Hyper-V", { scenario: collapse, backend: backend.hyperv(), linux: implied("v5") }, P, P],
  [
    "B3 Xen, no sync",
    { scenario: collapse, backend: backend.xenPv(), linux: linux(nothing) },
    F,
    F,
  ],
  ["B3 Xen", { scenario: collapse, backend: backend.xenPv(), linux: implied("v5") }, P, P],
  ["B4 INVLPGB, no sync", { scenario: collapse, ...turin, linux: linux(nothing) }, F, F],
  ["B4 INVLPGB", { scenario: collapse, ...turin, linux: implied("v5") }, P, P],
  [
    "B9 flag by any flush",
    { scenario: collapse, ...turin, linux: linux(tableSync.dynamicFlag({ setBy: "any" })) },
    F,
    F,
  ],
  [
    "B9 flag by targets",
    { scenario: collapse, ...turin, linux: linux(tableSync.dynamicFlag()) },
    P,
    P,
  ],
  [
    "B10 no flush reaches the walker",
    { scenario: outside, linux: linux(tableSync.skipIfFlushSentIpis()) },
    F,
    F,
  ],
  ["B10 it does", { scenario: collapse, linux: linux(tableSync.skipIfFlushSentIpis()) }, P, P],
  [
    "B11 sync_rcu skipped",
    {
      scenario: scenario.allocationFailure({ walker: "rcu", ptReclaim: false }),
      linux: linux(tableSync.skipIfFlushSentIpis({ syncRcu: "skip" })),
    },
    F,
    F,
  ],
  [
    "B11 sync_rcu waits",
    {
      scenario: scenario.allocationFailure({ walker: "rcu", ptReclaim: false }),
      linux: linux(tableSync.skipIfFlushSentIpis()),
    },
    P,
    P,
  ],
  ["C1 no sync, native", { ...shared(2), linux: linux(nothing) }, P, P],
  ["C1 no sync, INVLPGB", { ...shared(2), ...turin, linux: linux(nothing) }, ALIAS, ALIAS],
  ["C1 no sync, KVM", { ...shared(2), ...kvm, linux: linux(nothing) }, ALIAS, ALIAS],
  [
    "C5 every leaver broadcasts",
    { ...shared(3), ...turin, linux: linux(tableSync.broadcast(), "6.16") },
    P,
    P,
  ],
  [
    "C10 immediate free, KVM",
    { scenario: scenario.tableFreeVsWalker({ freed: "at-once" }), ...kvm, linux: linux(nothing) },
    F,
    F,
  ],
];

/** The walker of this policy does not say that it walks: its hooks are gone, the sync is not. */
function unhooked(): sd.Linux {
  const { walkerEnter: _, walkerExit: __, ...hooks } = tableSync.targeted().hooks;
  const data = {
    name: "unhooked",
    options: {},
    hooks,
    summary: "no walker says so",
    source: "test",
  };
  return linux(sd.tableSync.custom(data));
}

function implied(version: "v4" | "v5"): sd.Linux {
  return linux(tableSync.skipIfFlushImpliesIpi({ version }));
}

function weakened(step: string): sd.Linux {
  const found = linux(tableSync.targeted()).mutants();
  return found.find((one) => one.step === step && one.change.includes("weakened"))!.linux;
}

describe.each(["sc", "x86-tso"] as const)("%s", (memoryModel: MemoryModel) => {
  test.each(ROWS)("%s", async (_, options, sc, tso) => {
    const verdict = await sd.check(ask({ ...options, memoryModel }));
    expect(inShort(verdict)).toBe(memoryModel === "sc" ? sc : tso);
    if (verdict.outcome !== "violated") return;
    const shown = verdict.counterexample()!;
    expect(shown.listing()).toContain(`${verdict.property} violated by CPU`);
  });
});

/** A weak model forgets what x86 and its flush order: the column W, where it is within reach. */
const WEAK: readonly [name: string, question: QuestionOptions, weak: string][] = [
  ["A1 rmb", { scenario: unordered, linux: tracked({ syncFence: "smp_rmb" }) }, F],
  ["A1 mb", { scenario: unordered, linux: tracked({}) }, P],
  [
    "A2 enter without mb",
    { scenario: outside, linux: without("walkerEnter:smp_mb"), window: 8 },
    F,
  ],
  [
    "A3 exit with plain store",
    {
      scenario: outside,
      linux: weakened("walkerExit:smp_store_release(active_lockless_pt_walk_mm)"),
      window: 8,
    },
    F,
  ],
  ["A9 without wait", { scenario: outside, linux: without("sync:csd_lock_wait"), window: 8 }, F],
];

describe("weak", () => {
  test.each(WEAK)("%s", { timeout: 60_000 }, async (_, options, weak) => {
    const verdict = await sd.check(ask({ ...options, memoryModel: "weak" }));
    expect(inShort(verdict)).toBe(weak);
  });
});

describe("what must pass on every backend (G.1, G.5)", () => {
  const backends = [backend.native(), backend.kvm(), backend.hyperv(), backend.xenPv()];
  test.each(backends.map((one) => [one.label(), one] as const))("%s", async (_, where) => {
    for (const policy of [tableSync.broadcast(), tableSync.rcu(), tableSync.targeted()]) {
      const one = ask({ scenario: collapse, backend: where, linux: linux(policy) });
      expect([policy.name, inShort(await sd.check(one))]).toEqual([policy.name, P]);
    }
  });
});
