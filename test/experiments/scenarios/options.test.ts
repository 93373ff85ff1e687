/** Every option of a scenario changes what is explored: one that is passed over would seem safe. */
import { expect, test } from "vitest";
import { canonicalJson } from "../../../lib/base/canonical.ts";
import { systemOf } from "../../../lib/experiments/questions/questionSystem.ts";
import type { Scenario } from "../../../lib/index.ts";
import * as sd from "../../../lib/index.ts";
import { ask, linux } from "./ask.ts";

const { scenario, tableSync } = sd;

/** Each list: scenarios no two of which are the same. */
const GROUPS: Readonly<Record<string, readonly Scenario[]>> = {
  collapseVsGupFast: [
    scenario.collapseVsGupFast(),
    ...(["outside", "other-mm"] as const).map((walkers) => scenario.collapseVsGupFast({ walkers })),
    scenario.collapseVsGupFast({ ptClear: "relaxed" }),
    ...(["none", "absent"] as const).map((flush) => scenario.collapseVsGupFast({ flush })),
    ...(["before-clear", "after-reuse"] as const).map((sync) =>
      scenario.collapseVsGupFast({ sync }),
    ),
    scenario.collapseVsGupFast({ exit: "before-use" }),
  ],
  unshare: [
    scenario.unshare(),
    scenario.unshare({ flush: "unlocked" }),
    scenario.unshare({ gather: "garbage" }),
  ],
  khugepagedRecheck: (["pmd", "none"] as const).flatMap((recheck) =>
    (["read", "returned"] as const).map((harm) => scenario.khugepagedRecheck({ recheck, harm })),
  ),
  lazyMmTeardown: [
    scenario.lazyMmTeardown(),
    scenario.lazyMmTeardown({ borrower: "execs" }),
    ...(["irqs-on", "root-first"] as const).map((activate) =>
      scenario.lazyMmTeardown({ borrower: "execs", activate }),
    ),
    scenario.lazyMmTeardown({ lazies: "outside" }),
    ...(["last", "all"] as const).map((preempted) => scenario.lazyMmTeardown({ preempted })),
    scenario.lazyMmTeardown({ tables: 0 }),
    scenario.lazyMmTeardown({ drops: 2 }),
    scenario.lazyMmTeardown({ grab: "preemptible" }),
    scenario.lazyMmTeardown({ drop: "atomic" }),
    scenario.lazyMmTeardown({ puts: "release" }),
  ],
  splitPmdRead: (["inside", "outside"] as const).map((walkers) =>
    scenario.splitPmdRead({ walkers }),
  ),
  batchedUnmapVsMprotect: [
    ...(["mprotect", "munmap", "mremap"] as const).map((operation) =>
      scenario.batchedUnmapVsMprotect({ operation }),
    ),
    ...(["after-flush", "before-flush"] as const).map((writeback) =>
      scenario.batchedUnmapVsMprotect({ writeback }),
    ),
  ],
};

/** The lanes without their names. */
function explored(one: Scenario): string {
  const question = ask({ scenario: one, linux: linux(tableSync.targeted()), cpus: 3 });
  const { lanes, ...rest } = systemOf(question).spec;
  return canonicalJson({ ...rest, lanes: lanes.map(({ name: _, ...lane }) => lane) });
}

test.each(Object.entries(GROUPS))("%s", (_, scenarios) => {
  const found = scenarios.map(explored);
  const same = found.flatMap((text, i) => (found.indexOf(text) < i ? [String(scenarios[i])] : []));
  expect(same).toEqual([]);
});

test("what belongs to one architecture is refused on others", async () => {
  const asked = ask({
    scenario: scenario.splitPmdRead(),
    linux: linux(tableSync.broadcast()),
    machine: sd.machines.kunpeng920,
    memoryModel: "sc",
  });
  await expect(sd.check(asked)).rejects.toThrow("SD004");
});
