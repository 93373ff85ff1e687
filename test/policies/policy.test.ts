import { describe, expect, test } from "vitest";
import { canonicalJson } from "../../lib/base/canonical.ts";
import { ShootdownError } from "../../lib/base/messages.ts";
import { refcount } from "../../lib/policies/lazyTlb/refcount.ts";
import type { PolicyData } from "../../lib/policies/policy.ts";
import { Policy } from "../../lib/policies/policy.ts";
import { broadcast } from "../../lib/policies/tableSync/broadcast.ts";
import { skipIfFlushSentIpis } from "../../lib/policies/tableSync/skipIfFlushSentIpis.ts";
import type { TargetedOptions } from "../../lib/policies/tableSync/targeted.ts";
import { targeted } from "../../lib/policies/tableSync/targeted.ts";
import { program } from "../../lib/steps/builder.ts";
import type { Program } from "../../lib/steps/instructions.ts";

const source = "tests";
const wait: Program = program("wait", { params: ["mm"], source }, (k) => k.gracePeriod());
const data: PolicyData = {
  name: "grace",
  options: { expedited: false },
  hooks: { sync: wait },
  summary: "waits for a grace period",
  source,
};
/** v4 of the series, with the fence that its review asks for. */
const posted = targeted({ nested: "clear", unshare: "last-sharer" });
const every = [broadcast(), skipIfFlushSentIpis(), posted, targeted(), refcount()];

function errorOf(build: () => unknown): ShootdownError {
  try {
    build();
  } catch (error) {
    if (error instanceof ShootdownError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("what a policy prints", () => {
  test.for([
    [
      broadcast(),
      "tableSync broadcast\n" +
        "every sync interrupts all other online CPUs\n" +
        "source: mm/mmu_gather.c tlb_remove_table_sync_one()",
    ],
    [
      skipIfFlushSentIpis(),
      "tableSync skipIfFlushSentIpis({ syncRcu: wait, keySet: after })\n" +
        "no sync where every flush interrupts the CPUs that may walk, broadcast elsewhere\n" +
        "source: [PATCH v7 1/2] mm/mmu_gather: prepare to skip redundant sync IPIs, 9 Mar 2026",
    ],
    [
      targeted({ syncFence: "smp_rmb" }),
      "tableSync targeted({ tracker: per-cpu, enterBarrier: store+smp_mb, syncFence: smp_rmb, " +
        "nested: save-restore, unshare: any-tracker, maskFailurePct: 0, " +
        "onMaskFailure: broadcast, property: none })\n" +
        "every sync interrupts only the CPUs that walk this address space right now\n" +
        "UNSAFE: smp_rmb does not order the cleared entry before the trackers (Peter Zijlstra)\n" +
        "source: [PATCH v4 0/3] targeted TLB sync IPIs for lockless page table walkers, 2 Feb 2026",
    ],
    [
      refcount(),
      "lazyTlb refcount\n" +
        "a CPU that borrows an address space holds a reference to it\n" +
        "source: include/linux/sched/mm.h mmgrab_lazy_tlb(), mmdrop_lazy_tlb()",
    ],
  ] as const)("%#: kind, name, options, a sentence and the source", ([policy, text]) => {
    expect(String(policy)).toBe(text);
  });
});

describe("the listing of a policy", () => {
  test("has a part for each hook", () => {
    expect(skipIfFlushSentIpis().listing()).toBe(
      `/* sync */
tlb_remove_table_sync_one(mm)
    flush_sent_ipis = READ_ONCE(tlb_ipi_broadcast_key)
    if (flush_sent_ipis == 1)
        return from tlb_remove_table_sync_one
    /* count sync_rounds */
    smp_call_function_many(cpu_online_mask, tlb_remove_table_smp_sync)
    csd_lock_wait()

tlb_remove_table_smp_sync()
    /* callEmpty */
`,
    );
    expect(
      refcount()
        .listing()
        .match(/^\/\* \w+ \*\/$/gm),
    ).toEqual(["/* goLazy */", "/* leaveLazy */"]);
  });

  test("says so when nothing is done", () => {
    expect(new Policy("tableSync", { ...data, hooks: {} }).listing()).toBe(
      "/* no hooks: nothing is done */\n",
    );
  });
});

describe("options of targeted", () => {
  test("default to the tracker of the series with the fence the review asks for", () => {
    expect(targeted().options).toEqual({
      tracker: "per-cpu",
      enterBarrier: "store+smp_mb",
      syncFence: "smp_mb",
      nested: "save-restore",
      unshare: "any-tracker",
      maskFailurePct: 0,
      onMaskFailure: "broadcast",
      property: "none",
    });
    expect(targeted({})).toEqual(targeted({ tracker: "per-cpu", syncFence: "smp_mb" }));
  });

  test("the fence decides one step", () => {
    const lines = (policy: Policy): string[] => policy.listing().split("\n");
    const change = { nested: "clear", unshare: "last-sharer", syncFence: "smp_rmb" } as const;
    const [strong, weak] = [lines(posted), lines(targeted(change))];
    expect(strong.filter((line, i) => line !== weak[i])).toEqual(["    smp_mb()"]);
    expect(weak.filter((line, i) => line !== strong[i])).toEqual(["    smp_rmb()"]);
  });

  test.for([
    [
      { fence: "smp_mb" },
      'SD002: unknown tableSync.targeted option: "fence" (expected tracker, enterBarrier, syncFence, ' +
        "nested, unshare, maskFailurePct, onMaskFailure, property)",
      undefined,
    ],
    [{ syncFense: "smp_mb" }, 'did you mean "syncFence"?', "syncFence"],
    [
      { syncFence: "smp_mbb" },
      'SD002: unknown syncFence: "smp_mbb" (expected smp_mb, smp_rmb; did you mean "smp_mb"?)',
      "smp_mb",
    ],
    [{ tracker: "hazard" }, 'SD002: unknown tracker: "hazard" (expected per-cpu)', undefined],
    [null, "SD001: invalid tableSync.targeted options: null (expected an object", undefined],
  ] as const)("%j is refused", ([options, message, nearest]) => {
    const error = errorOf(() => targeted(options as TargetedOptions));
    expect(error.message).toContain(message);
    expect(error.nearest).toBe(nearest);
  });
});

describe("a policy is a value", () => {
  test("frozen, with its hooks", () => {
    for (const policy of every) {
      expect(Object.isFrozen(policy)).toBe(true);
      expect(Object.isFrozen(policy.hooks)).toBe(true);
      expect(() => Object.assign(policy.hooks, { sync: wait })).toThrow(TypeError);
    }
  });

  test("a clone of it makes an equal one", () => {
    for (const policy of every) {
      for (const clone of [structuredClone({ ...policy }), JSON.parse(JSON.stringify(policy))]) {
        const revived = new Policy(policy.kind, clone as PolicyData);
        expect(revived).toEqual(policy);
        expect(canonicalJson(revived)).toBe(canonicalJson(policy));
        expect(revived.listing({ names: true })).toBe(policy.listing({ names: true }));
        expect(Object.isFrozen(Object.values(revived.hooks)[0]?.steps)).toBe(true);
      }
    }
  });
});

describe("a policy without a step", () => {
  test("is called by what it lacks", () => {
    const changed = posted.without("sync:smp_mb");
    expect(changed.name).toBe("targeted, without sync:smp_mb");
    expect(changed.kind).toBe("tableSync");
    expect(changed.stepNames()).toEqual(
      posted.stepNames().filter((name) => name !== "sync:smp_mb"),
    );
    expect(changed.hooks.walkerEnter).toEqual(posted.hooks.walkerEnter);
  });

  test("can lose another one", () => {
    const changed = posted.without("sync:smp_mb").without("walkerEnter:smp_mb");
    expect(changed.name).toBe("targeted, without sync:smp_mb, without walkerEnter:smp_mb");
    expect(changed.listing()).not.toContain("smp_mb()");
  });

  test("names all steps, hook by hook", () => {
    expect(posted.stepNames()).toEqual([
      "walkerEnter:WRITE_ONCE(active_lockless_pt_walk_mm)",
      "walkerEnter:smp_mb",
      "walkerExit:smp_store_release(active_lockless_pt_walk_mm)",
      "sync:tally sync_rounds",
      "sync:smp_mb",
      "sync:cpumask_clear",
      "sync:for_each_cpu",
      "sync:READ_ONCE(active_lockless_pt_walk_mm)",
      "sync:if",
      "sync:__cpumask_set_cpu",
      "sync:call tlb_remove_table_smp_sync",
      "sync:csd_lock_wait",
    ]);
  });

  test.for([
    ["sync:smp_mbb", "sync:smp_mb"],
    ["snyc:smp_mb", "sync:smp_mb"],
    ["walkerEnter:smp_mb#2", "walkerEnter:smp_mb"],
    ["toString:smp_mb", "sync:smp_mb"],
    ["smp_mb", undefined],
    ["", undefined],
  ] as const)("%s is refused, the nearest is %s", ([step, nearest]) => {
    const error = errorOf(() => posted.without(step));
    expect(error.message).toMatch(/^SD002: unknown step of targeted: /);
    expect({ ...error }).toMatchObject({ code: "SD002", field: "step of targeted", value: step });
    expect(error.nearest).toBe(nearest);
    expect(error.expected).toBe(posted.stepNames().join(", "));
  });
});

describe("mutants of a policy", () => {
  test("of the broadcast: without the call, and without the wait", () => {
    expect(
      broadcast()
        .mutants()
        .map(({ step, change }) => [step, change]),
    ).toEqual([
      ["sync:call tlb_remove_table_smp_sync", "without sync:call tlb_remove_table_smp_sync"],
      ["sync:csd_lock_wait", "without sync:csd_lock_wait"],
    ]);
  });

  test("of the tracker: both fences, dropped and weakened, both stores, call and wait", () => {
    expect(posted.mutants().map(({ change }) => change)).toEqual([
      "without walkerEnter:WRITE_ONCE(active_lockless_pt_walk_mm)",
      "without walkerEnter:smp_mb",
      "walkerEnter:smp_mb weakened to smp_rmb",
      "without walkerExit:smp_store_release(active_lockless_pt_walk_mm)",
      "walkerExit:smp_store_release(active_lockless_pt_walk_mm) weakened to WRITE_ONCE",
      "without sync:smp_mb",
      "sync:smp_mb weakened to smp_rmb",
      "without sync:call tlb_remove_table_smp_sync",
      "without sync:csd_lock_wait",
    ]);
  });

  test("differ in name, and dropping one gives what without() gives", () => {
    for (const policy of every) {
      const mutants = policy.mutants();
      expect(new Set(mutants.map((mutant) => mutant.policy.name)).size).toBe(mutants.length);
      for (const mutant of mutants) {
        expect(mutant.policy.name).toBe(`${policy.name}, ${mutant.change}`);
        if (mutant.change.startsWith("without ")) {
          expect(mutant.policy).toEqual(policy.without(mutant.step));
        }
      }
    }
  });

  test("weakening the sync side's fence gives v4 as it was posted", () => {
    const weak = posted
      .mutants()
      .find(({ change }) => change === "sync:smp_mb weakened to smp_rmb");
    const change = { nested: "clear", unshare: "last-sharer", syncFence: "smp_rmb" } as const;
    expect(weak?.policy.listing()).toBe(targeted(change).listing());
  });
});

describe("a policy of one's own", () => {
  test("is as good as one of the library", () => {
    const own = new Policy("tableSync", data);
    expect(String(own)).toBe(
      "tableSync grace({ expedited: false })\nwaits for a grace period\nsource: tests",
    );
    expect(own.mutants().map(({ change }) => change)).toEqual(["without sync:synchronize_rcu"]);
  });

  const other = program("other", { params: ["mm", "n"], source }, () => {});
  const bare = program("bare", { source }, () => {});
  test.for<[string, object, string]>([
    [
      "an unknown hook",
      { hooks: { snyc: wait } },
      'SD002: unknown hooks of tableSync option: "snyc" (expected walkerEnter, walkerExit, ' +
        "detach, flush, sync, syncShared, syncRcu, reuse, serialize, thpCleared, kernelEntry, " +
        'kernelExit, kernelFlush; did you mean "sync"?)',
    ],
    [
      "hooks that are none",
      { hooks: 3 },
      "SD001: invalid hooks of tableSync options: 3 (expected an object",
    ],
    [
      "no hooks",
      { hooks: undefined },
      "SD003: missing hooks of tableSync options (expected an object",
    ],
    [
      "a hook that is no program",
      { hooks: { sync: () => {} } },
      "SD001: invalid sync: function sync (expected a program made by sd.steps.program())",
    ],
    [
      "a hook with other parameters",
      { hooks: { sync: other } },
      'SD001: invalid parameters of sync: ["mm","n"] (expected mm)',
    ],
    [
      "a hook without parameters",
      { hooks: { sync: bare } },
      "SD001: invalid parameters of sync: [] (expected mm)",
    ],
    [
      "a hook that cannot be run",
      { hooks: { sync: { ...wait, steps: [{ kind: "flushLocal", pages: "n" }] } } },
      "SD007: program wait: nothing sets register n read by flush_tlb_local",
    ],
    ["no name", { name: undefined }, "SD003: missing name (expected a string)"],
    ["no summary", { summary: undefined }, "SD003: missing summary (expected a string)"],
    ["no source", { source: 7 }, "SD001: invalid source: 7 (expected a string)"],
    ["another key", { hook: {} }, 'SD002: unknown tableSync option: "hook" (expected kind, name'],
  ])("%s is refused", ([, change, message]) => {
    const error = errorOf(() => new Policy("tableSync", { ...data, ...change } as PolicyData));
    expect(error.message).toContain(message);
  });
});
