import { describe, expect, test } from "vitest";
import { canonicalJson } from "../../../lib/base/canonical.ts";
import type { QuestionOptions } from "../../../lib/index.ts";
import * as sd from "../../../lib/index.ts";
import { ask, linux } from "../scenarios/ask.ts";

const { scenario, tableSync, steps } = sd;
const weak = scenario.collapseVsGupFast({
  walkers: "outside",
  ptClear: "relaxed",
  flush: "none",
});
/** Both sides order what they do, so that windows stay short. */
const short = scenario.collapseVsGupFast({ walkers: "outside" });
const rmb = linux(tableSync.targeted({ syncFence: "smp_rmb" }));
const question = ask({ scenario: weak, linux: rmb });

test("a question is a frozen value that survives clones", () => {
  const clone = sd.question(structuredClone(question) as QuestionOptions);
  const parsed = sd.question(JSON.parse(canonicalJson(question)) as QuestionOptions);
  for (const one of [clone, parsed]) expect(canonicalJson(one)).toBe(canonicalJson(question));
  expect(Object.isFrozen(question) && Object.isFrozen(question.budget)).toBe(true);
  expect(sd.question(question)).toBe(question);
  expect(String(question)).toBe(
    [
      "scenario collapseVsGupFast({ walkers: outside, ptClear: relaxed, flush: none," +
        " sync: after-flush, exit: last })",
      "  linux 7.2",
      "    tableSync targeted({ tracker: per-cpu, enterBarrier: store+smp_mb, syncFence: smp_rmb," +
        " nested: save-restore, unshare: any-tracker, maskFailurePct: 0, onMaskFailure: broadcast," +
        " property: none })",
      "    lazyTlb mainline",
      "    unmapFlush batched",
      "  x86, native, 2 CPUs",
      "  memory model x86-tso",
    ].join("\n"),
  );
});

test("with() changes some options and checks them", () => {
  const other = question.with({ memoryModel: "sc", budget: { maxStates: 5 } });
  expect(other.memoryModel).toBe("sc");
  expect(other.budget).toEqual({ maxStates: 5, maxBytes: sd.GiB(1), maxMs: 3_600_000 });
  expect(other.linux).toEqual(question.linux);
  expect(() => question.with({ cpus: 9 })).toThrow("SD001");
});

test.each([
  [{ cpu: 2 }, "SD002"],
  [{ scenario: undefined }, "SD003"],
  [{ linux: undefined }, "SD003"],
  [{ scenario: { kind: "scenario", type: "collapse", options: {} } }, "SD002"],
  [{ scenario: 3 }, "SD001"],
  [{ memoryModel: "tso" }, "SD002"],
  [{ preemptions: 1 }, "SD004"],
  [{ reductions: { por: true } }, "SD002"],
  [{ budget: { maxStates: 0 } }, "SD001"],
])("%o is refused", (change, code) => {
  expect(() => sd.question({ ...question, ...change } as QuestionOptions)).toThrow(code);
});

test("what Linux cannot have, and a memory model of another architecture, are refused", async () => {
  const arm = question.with({ machine: sd.machines.altra128 });
  await expect(sd.check(arm)).rejects.toThrow("SD004: impossible memoryModel");
  await expect(sd.check(arm.with({ backend: sd.backend.kvm() }))).rejects.toThrow("SD004");
  const three = ask({ scenario: scenario.unshare({ sharers: 3 }), linux: rmb, cpus: 3 });
  await expect(sd.check(three)).rejects.toThrow("SD005");
});

test("what cannot be explored is refused, never passed over", async () => {
  const sync = steps.program("sync", { params: ["mm"], source: "test" }, (k) => k.sleep());
  const policy = tableSync.custom({
    name: "sleeps",
    options: {},
    hooks: { sync },
    summary: "sleeps",
    source: "test",
  });
  const sleeping = question.with({ linux: linux(policy) });
  await expect(sd.check(sleeping)).rejects.toThrow("SD007");
});

describe("a verdict", () => {
  test("that is violated shows the schedule, and survives clones", async () => {
    const verdict = await sd.check(question);
    expect(verdict.outcome).toBe("violated");
    expect(verdict.violation).toEqual({ property: "P-UAF", lane: 1, table: 0 });
    const shown = verdict.counterexample()!;
    expect(shown.listing()).toMatch(/P-UAF violated by CPU 1\n$/);
    expect(sd.replay(question, shown.schedule).listing()).toBe(shown.listing());
    const clone = new sd.Verdict(structuredClone(verdict));
    expect(canonicalJson(clone)).toBe(canonicalJson(verdict));
    expect(clone.counterexample()!.listing()).toBe(shown.listing());
    expect(String(verdict)).toContain("violated: P-UAF by CPU 1\n");
    expect(verdict.html()).toMatch(/violated: P-UAF by CPU 1<\/strong>/);
    expect(verdict.html()).toContain(`<code>${shown.schedule}</code>`);
    expect(String(verdict)).toContain("bounds: 2 CPUs; one collapse of one table; 1 CPUs");
    expect(() => sd.replay(question, "nonsense")).toThrow("SD006");
  });

  test("that holds has none", async () => {
    const verdict = await sd.check(question.with({ linux: linux(tableSync.targeted()) }));
    expect([verdict.outcome, verdict.property, verdict.counterexample()]).toEqual([
      "holds",
      undefined,
      undefined,
    ]);
    expect(verdict.properties).toEqual(["P-UAF", "P-LIVE"]);
  });

  test("is undecided when the budget is used up, and says which part of it", async () => {
    const asked = question.with({ linux: linux(tableSync.targeted()), budget: { maxStates: 20 } });
    const verdict = await sd.check(asked);
    expect([verdict.outcome, verdict.cap]).toEqual(["undecided", "maxStates"]);
    expect(String(verdict)).toMatch(/^undecided \(maxStates 20 reached\): P-UAF, P-LIVE\n/);
  });

  test("under weak names its window, unless that was never full", async () => {
    const asked = question.with({ linux: linux(tableSync.targeted()), memoryModel: "weak" });
    const [narrow, wide] = await Promise.all([
      sd.check(asked.with({ window: 3 })),
      sd.check(asked.with({ window: 16, scenario: short })),
    ]);
    expect([narrow.outcome, narrow.isBounded]).toEqual(["holds", true]);
    expect(String(narrow)).toMatch(/^holds within windows of 3 steps: P-UAF/);
    expect(narrow.bounds).toContain("a window of 3 steps a CPU");
    expect([wide.outcome, wide.isBounded]).toEqual(["holds", false]);
    expect(String(wide)).toMatch(/^holds: P-UAF/);
    expect(wide.bounds).toContain("a window of 16 steps a CPU, never full: it bounds nothing");
    expect(wide.bounds.join("; ")).toContain("takes or leaves an interrupt or NMI");
  });

  test("can be watched, and ended by a signal or by time", async () => {
    const asked = ask({
      scenario: scenario.unshare({ sharers: 3 }),
      linux: linux(tableSync.targeted()),
      cpus: 4,
      reductions: { merging: false, symmetry: false },
    });
    const late = await sd.check(asked.with({ budget: { maxMs: 1 } }));
    expect([late.outcome, late.cap]).toEqual(["undecided", "maxMs"]);
    const controller = new AbortController();
    const seen: number[] = [];
    const progress = ({ states }: { states: number }): void => {
      if (seen.push(states) === 2) controller.abort(new Error("enough"));
    };
    const ended = sd.check(asked, { progress, signal: controller.signal });
    await expect(ended).rejects.toThrow("enough");
    expect(seen[1]).toBeGreaterThan(seen[0]!);
    await expect(sd.check(asked, { signal: AbortSignal.abort() })).rejects.toThrow("abort");
    await expect(sd.check(asked, { stop: 1 } as object)).rejects.toThrow("SD002");
  });

  test("is vacuous when nothing can happen: here the table is never given away", async () => {
    const detach = steps.program("detach", { params: ["mm"], source: "test" }, (k) =>
      k.forever(() => k.smpMb()),
    );
    const policy = tableSync.custom({
      name: "stays",
      options: {},
      hooks: { detach },
      summary: "stays in its hook",
      source: "test",
    });
    const verdict = await sd.check(question.with({ linux: linux(policy) }));
    expect([verdict.outcome, verdict.missing]).toEqual(["vacuous", ["tableReused"]]);
    expect(String(verdict)).toContain("never happened: tableReused");
  });

  test("does not depend on reductions", async () => {
    for (const sync of [tableSync.targeted(), tableSync.targeted({ syncFence: "smp_rmb" })]) {
      const asked = question.with({ linux: linux(sync), cpus: 3 });
      const reduced = await sd.check(asked);
      const full = await sd.check(asked.with({ reductions: { merging: false, symmetry: false } }));
      expect(full.outcome).toBe(reduced.outcome);
      expect(full.states).toBeGreaterThan(reduced.states);
    }
  });
});

test("what a policy is called is text in the HTML of a verdict", async () => {
  const policy = tableSync.custom({
    name: "<img src=x onerror=alert(1)>",
    options: {},
    hooks: {},
    summary: "hostile",
    source: "test",
  });
  const html = (await sd.check(question.with({ linux: linux(policy) }))).html();
  expect(html).not.toContain("<img");
  expect(html).toContain("&#60;img");
});

test("mutants: one that counts without end is undecided", async () => {
  const alone = scenario.collapseVsGupFast({ ptClear: "relaxed", flush: "absent" });
  const table = await sd.mutants(ask({ scenario: alone, linux: linux(tableSync.perMmCounter()) }));
  const undecided = (table.objects() as { change: string; verdict: string; states: number }[])
    .filter(({ verdict }) => verdict === "undecided")
    .map(({ change, states }) => [change, states]);
  expect(undecided).toEqual([["without walkerExit:add(lockless_pgtbl_walk_count)", 0]]);
});

test("mutants: which steps somebody needs, which nobody tests", async () => {
  const asked = question.with({ linux: linux(tableSync.targeted()) });
  const table = await sd.mutants(asked);
  const rows = table.objects() as { change: string; verdict: string; property: string }[];
  const of = (change: string): string => rows.find((one) => one.change === change)!.verdict;
  expect(of("none")).toBe("holds");
  expect(of("without sync:smp_mb")).toBe("violated");
  expect(of("sync:smp_mb weakened to smp_rmb")).toBe("violated");
  expect(of("without walkerEnter:smp_mb")).toBe("violated");
  expect(of("without sync:csd_lock_wait")).toBe("violated");
  expect(of("without syncShared:csd_lock_wait")).toBe("unreached");
  expect(new Set(rows.map(({ verdict }) => verdict))).toEqual(
    new Set(["holds", "violated", "unreached"]),
  );
});
