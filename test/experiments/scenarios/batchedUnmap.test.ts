/** Batched unmaps, and hardware walkers of page tables. */
import { describe, expect, test } from "vitest";
import type { MemoryModel } from "../../../lib/index.ts";
import * as sd from "../../../lib/index.ts";
import { ask, inShort, linux } from "./ask.ts";

const { batched, immediate, pendingFlag, flushOwnIfPending } = sd.unmapFlush;
const P = "holds";
const STALE = "violated P-STALE";

/** Name, policy, verdict for one page. */
const ROWS: readonly [name: string, policy: sd.Policy, verdict: string][] = [
  ["mainline", batched(), P],
  ["every page at once", immediate(), P],
  ["E1 pending is ignored", batched().without("checkPending:flush_tlb_mm"), STALE],
  ["E4 no compiler barrier", batched().without("deferUnmap:barrier"), P],
  ["E5 own batch", flushOwnIfPending(), STALE],
  [
    "E10 no flush before the page goes",
    batched().without("flushBatch:arch_tlbbatch_flush"),
    "violated P-REUSE",
  ],
];

function unmaps(unmapFlush: sd.Policy, memoryModel: MemoryModel, pages: number): sd.Question {
  return ask({
    scenario: sd.scenario.batchedUnmapVsMprotect({ pages }),
    linux: sd.linux({ unmapFlush }),
    cpus: 3,
    memoryModel,
  });
}

describe.each(["sc", "x86-tso"] as const)("%s", (memoryModel: MemoryModel) => {
  test.each(ROWS)("%s", { timeout: 60_000 }, async (_, policy, verdict) => {
    expect(inShort(await sd.check(unmaps(policy, memoryModel, 1)))).toBe(verdict);
  });
});

test("translations under the weak model are refused", async () => {
  await expect(sd.check(unmaps(batched(), "weak", 1))).rejects.toThrow("SD004");
});

test("E2: one flag fails for two page tables only", { timeout: 60_000 }, async () => {
  const verdicts = [1, 2].map((pages) => sd.check(unmaps(pendingFlag(), "sc", pages)));
  expect((await Promise.all(verdicts)).map(inShort)).toEqual([P, STALE]);
  expect(inShort(await sd.check(unmaps(batched(), "sc", 2)))).toBe(P);
});

describe("hardware walkers hold no translation into a table that is given away (P-HW)", () => {
  const places = {
    native: {},
    kvm: { backend: sd.backend.kvm() },
    hyperv: { backend: sd.backend.hyperv() },
    invlpgb: { machine: sd.machines.turin },
  };
  test.each(Object.entries(places))("%s", async (_, where) => {
    const asked = ask({
      scenario: sd.scenario.collapseVsGupFast(),
      linux: linux(sd.tableSync.targeted()),
      hardwareWalkers: true,
      ...where,
    });
    const verdict = await sd.check(asked);
    expect([verdict.outcome, verdict.properties]).toEqual([P, ["P-UAF", "P-HW", "P-LIVE"]]);
  });

  test("a CPU that the flush misses keeps one", async () => {
    const asked = ask({
      scenario: sd.scenario.collapseVsGupFast({ walkers: "outside" }),
      linux: linux(sd.tableSync.broadcast()),
      hardwareWalkers: true,
    });
    expect(inShort(await sd.check(asked))).toBe("violated P-HW");
  });

  test("where there is no entry to follow, they are refused", async () => {
    const asked = ask({
      scenario: sd.scenario.unshare(),
      linux: linux(sd.tableSync.broadcast()),
      cpus: 3,
      hardwareWalkers: true,
    });
    await expect(sd.check(asked)).rejects.toThrow("SD004");
  });
});
