import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { of, own, program } from "../../lib/steps/builder.ts";
import type { Program, Step } from "../../lib/steps/instructions.ts";
import { listing } from "../../lib/steps/listing.ts";
import { mutants, stepNames, without } from "../../lib/steps/mutation.ts";
import { eachStep } from "../../lib/steps/walk.ts";
import { anyProgram, count, everyStep, flag } from "./programs.ts";

const source = "tests";

const three = program("three", { params: ["mm"], source }, (k) => {
  k.smpMb();
  k.if("mm", "==", 3, () => k.smpMb());
  k.store(own(flag), "mm", "release");
  k.smpMb();
});

describe("without a step", () => {
  test("a program has all the others, under the names they had", () => {
    expect(stepNames(without(three, "smp_mb"))).toEqual([
      "if",
      "smp_mb#2",
      "smp_store_release(flag)",
      "smp_mb#3",
    ]);
    expect(stepNames(without(without(three, "smp_mb"), "smp_mb#3"))).toEqual([
      "if",
      "smp_mb#2",
      "smp_store_release(flag)",
    ]);
  });

  test("a block goes with what is in it", () => {
    expect(listing(without(three, "if"))).toBe(
      "three(mm)\n    smp_mb()\n    smp_store_release(flag, mm)\n    smp_mb()\n",
    );
  });

  test("the original is as it was", () => {
    without(three, "if");
    expect(stepNames(three).length).toBe(5);
  });

  test("an unknown name is refused with the nearest one", () => {
    expect(() => without(three, "smp_mb#4")).toThrow(
      'SD002: unknown step of three: "smp_mb#4" (expected smp_mb, if, smp_mb#2, ' +
        'smp_store_release(flag), smp_mb#3; did you mean "smp_mb#2"?)',
    );
  });

  test("nothing may read what the step set", () => {
    const reads = program("reads", { source }, (k) => {
      k.load("seen", own(flag));
      k.flushLocal("seen");
    });
    expect(() => without(reads, "READ_ONCE(flag)")).toThrow(
      "SD007: program reads: nothing sets register seen read by flush_tlb_local",
    );
  });
});

describe("mutants", () => {
  test("drop what others can notice, and weaken what is ordered", () => {
    const one = program("one", { params: ["mm"], source }, (k) => {
      k.irqOff();
      k.store(own(flag), "mm");
      k.smpMb();
      k.smpRmb();
      k.load("seen", own(flag), "acquire");
      k.exchange(of(count, "mm"), 0);
      k.add(of(count, "mm"), 1, "gen");
      k.add(of(count, "mm"), 1, "gen", "relaxed");
      k.store(own(flag), 0, "release");
      k.work("copyPage");
      k.tally("rounds");
      k.irqOn();
    });
    expect(mutants(one).map(({ change }) => change)).toEqual([
      "without local_irq_disable",
      "without WRITE_ONCE(flag)",
      "without smp_mb",
      "smp_mb weakened to smp_rmb",
      "without smp_rmb",
      "without exchange(count)",
      "exchange(count) weakened to relaxed",
      "add(count) weakened to relaxed",
      "without smp_store_release(flag)",
      "smp_store_release(flag) weakened to WRITE_ONCE",
      "without local_irq_enable",
    ]);
  });

  test("a weakened step keeps its name and shows its new words", () => {
    const [, weak] = mutants(three);
    expect(weak?.step).toBe("smp_mb");
    expect(listing(weak!.program, { names: true }).split("\n").slice(1, 4)).toEqual([
      "    smp_rmb()                    [smp_mb]",
      "    if (mm == 3)                 [if]",
      "        smp_mb()                 [smp_mb#2]",
    ]);
  });

  test("say which hook they are of when told", () => {
    const [dropped, weak] = mutants(three, "sync:");
    expect([dropped?.step, dropped?.change]).toEqual(["sync:smp_mb", "without sync:smp_mb"]);
    expect(weak?.change).toBe("sync:smp_mb weakened to smp_rmb");
  });

  test("of every step: every kind that can be dropped or weakened", () => {
    expect(mutants(everyStep).map(({ change }) => change)).toEqual([
      "without WRITE_ONCE(flag)",
      "without smp_store_release(flag)",
      "smp_store_release(flag) weakened to WRITE_ONCE",
      "exchange(count) weakened to relaxed",
      "without add(count)",
      "without cpumask_set_cpu(members)",
      "without cpumask_clear_cpu(members)",
      "without smp_mb",
      "smp_mb weakened to smp_rmb",
      "without smp_rmb",
      "without smp_wmb",
      "without barrier",
      "without local_irq_disable",
      "without call raise_flag",
      "without call raise_flag#2",
      "without csd_lock_wait",
      "without local_irq_enable",
      "without rcu_read_lock",
      "without rcu_read_unlock",
      "without synchronize_rcu",
      "without flush_tlb_local",
      "without flush_tlb_local#2",
      "without INVLPGB",
      "without TLBI",
      "without TLBI#2",
      "without TLBSYNC",
      "without hypercall",
    ]);
  });
});

describe("of any program", () => {
  test("dropping a step removes exactly that step and those in it", () => {
    fc.assert(
      fc.property(anyProgram, fc.nat(), (one, at) => {
        const names = stepNames(one);
        const name = names[at % names.length]!;
        const gone = namesUnder(one, name);
        let changed: Program;
        try {
          changed = without(one, name);
        } catch (error) {
          expect(String(error)).toMatch(/SD007: program any: nothing (sets|fills)/);
          return;
        }
        expect(stepNames(changed)).toEqual(names.filter((kept) => !gone.has(kept)));
      }),
    );
  });

  test("every mutant differs from it in one step alone", () => {
    fc.assert(
      fc.property(anyProgram, (one) => {
        const lines = listing(one, { names: true, handlers: false }).split("\n").sort();
        for (const mutant of mutants(one)) {
          const others = listing(mutant.program, { names: true, handlers: false }).split("\n");
          const missing = trimmed(lines).filter((line) => !trimmed(others).includes(line));
          expect(missing).toHaveLength(1);
          expect(missing[0]).toContain(`[${mutant.step}]`);
        }
      }),
      { numRuns: 50 },
    );
  });
});

function namesUnder(one: Program, name: string): Set<string> {
  const found = new Set<string>();
  eachStep(one.steps, (step: Step) => {
    if (step.name !== name) return;
    eachStep([step], (inner) => found.add(inner.name ?? ""));
  });
  return found;
}

/** Without the white space that a longer line elsewhere brings. */
function trimmed(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace(/ +/g, " "));
}
