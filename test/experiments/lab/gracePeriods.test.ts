/**
 * Two wake-ups a grace period (kernel/rcu/tree.c): of its thread by the CPU that waits, and of the
 * waiter by the thread; inferred from the counts by CPU. Held here on the changed 7.3, whose rows
 * the bounds leave out. The limits are those of that boot: they guard the rule but prove nothing.
 */
import { expect, test } from "vitest";
import { labCase } from "../../../lib/experiments/lab/labCase.ts";
import { simulate } from "../../../lib/experiments/simulate.ts";
import { parseBootName } from "../../../lib/observed/bootName.ts";
import { labCsv } from "../../../lib/observed/labCsv.ts";
import type { LabRun } from "../../../lib/observed/labRun.ts";
import { FIXTURE_POLICIES, fullLab } from "../labFiles.ts";

/** What a run counted beyond its prediction and two wake-ups a grace period. */
interface Rest {
  readonly run: LabRun;
  readonly spins: boolean;
  readonly gracePeriods: number;
  readonly calls: number;
}

function restOf(run: LabRun): Rest[] {
  const found = labCase(run, parseBootName(run.boot));
  const isOpen = found.scene !== undefined && /^RCU:/.test(found.openCal ?? "");
  if (!isOpen) return [];
  const { rows, tallies } = simulate(found.scene).result;
  const gracePeriods = tallies.grace_periods ?? 0;
  const predicted = (rows.CAL ?? []).reduce((sum, count) => sum + count, 0);
  const { threads, siblings } = found.scene.workload.options;
  return [
    {
      run,
      spins: siblings === "spin" && Number(threads) > 1,
      gracePeriods,
      calls: (run.rows.CAL?.delta ?? 0) - predicted - 2 * gracePeriods,
    },
  ];
}

/** Checks every run of the policy; `alone` are those beside which no CPU spins. */
function checkRests(path: string): { readonly rests: Rest[]; readonly alone: Rest[] } {
  const rests = [...labCsv.read(path)].filter(({ boot }) => boot.includes("p3")).flatMap(restOf);
  const alone = rests.filter(({ spins }) => !spins);
  // Exact where at most 16 periods pass; longer runs see kicks of the idle balancer as well.
  for (const { calls, gracePeriods, run } of alone) {
    expect(calls, run.paramsText).toBeGreaterThanOrEqual(0);
    expect(calls, run.paramsText).toBeLessThanOrEqual(gracePeriods > 16 ? 13 : 1);
  }
  // CPUs that spin kick the waiter's CPU each time it goes idle, and may share it with the thread;
  // those in GUP-fast once more.
  for (const { calls, gracePeriods, run } of rests.filter(({ spins }) => spins)) {
    expect(calls, run.paramsText).toBeGreaterThanOrEqual(-gracePeriods);
    const each = run.params.gup === undefined ? 3 : 4;
    expect(calls, run.paramsText).toBeLessThanOrEqual(each * gracePeriods);
  }
  return { rests, alone };
}

test("the fixture: two wake-ups a grace period instead of the broadcast", () => {
  const { rests, alone } = checkRests(FIXTURE_POLICIES);
  expect([rests.length, alone.length]).toEqual([9, 6]);
  expect(alone.filter(({ calls }) => calls === 0)).toHaveLength(4);
});

test("the full file: two wake-ups a grace period instead of the broadcast", (context) => {
  const { rests, alone } = checkRests(fullLab(context, "lab-policies/data.csv"));
  expect([rests.length, alone.length]).toEqual([37, 20]);
  expect(alone.filter(({ calls }) => calls === 0)).toHaveLength(13);
});
