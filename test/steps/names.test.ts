import { expect, test } from "vitest";
import { own, program } from "../../lib/steps/builder.ts";
import type { Step } from "../../lib/steps/instructions.ts";
import { stepNames } from "../../lib/steps/mutation.ts";
import { nameSteps } from "../../lib/steps/names.ts";
import { everyStep, flag } from "./programs.ts";

const named = (...names: string[]): Step[] =>
  names.map((name) => ({ kind: "fence", order: "full", name }));
const namesOf = (steps: readonly Step[]): string[] =>
  nameSteps(steps).map(({ name }) => name ?? "");

test("a step is called by its kernel word, and by a number from the second one on", () => {
  const one = program("one", { params: ["mm"], source: "tests" }, (k) => {
    k.smpMb();
    k.store(own(flag), "mm");
    k.if("mm", "==", 0, () => k.smpMb());
    k.load("seen", own(flag));
    k.store(own(flag), 0, "release");
    k.smpMb();
  });
  expect(stepNames(one)).toEqual([
    "smp_mb",
    "WRITE_ONCE(flag)",
    "if",
    "smp_mb#2",
    "READ_ONCE(flag)",
    "smp_store_release(flag)",
    "smp_mb#3",
  ]);
});

test("the names of every kind of step", () => {
  expect(stepNames(everyStep).join(" | ")).toBe(
    "set a | compute b | compute c | ktime_get_ns | jiffies | pick dice | READ_ONCE(flag) | " +
      "smp_load_acquire(flag) | WRITE_ONCE(flag) | smp_store_release(flag) | exchange(count) | " +
      "add(count) | compareExchange(count) | members | cpumask_set_cpu(members) | " +
      "cpumask_clear_cpu(members) | cpumask_test_cpu | smp_mb | smp_rmb | smp_wmb | barrier | " +
      "cpumask_clear | cpumask_copy | __cpumask_set_cpu | __cpumask_clear_cpu | " +
      "cpumask_andnot | cpumask_weight | if | set n | if#2 | set n#2 | set n#3 | while | compute n | " +
      "for_each_cpu | READ_ONCE(flag)#2 | retry | for | return retry | local_irq_disable | " +
      "call raise_flag | call raise_flag#2 | csd_lock_wait | local_irq_enable | rcu_read_lock | " +
      "rcu_read_unlock | synchronize_rcu | spin_lock | spin_unlock | wake_up_process | " +
      "schedule | wait | flush_tlb_local | flush_tlb_local#2 | INVLPGB | TLBI | " +
      "TLBI#2 | TLBSYNC | " +
      "hypercall | work ptClear | work copyPage | pause | pause#2 | pause#3 | walk table | " +
      "inc_irq_stat | tally rounds | tally pages | begin flush | end flush | trace_tlb_flush | " +
      "trace_tlb_flush#2",
  );
});

test("names that are unique are kept, whatever their numbers", () => {
  expect(namesOf(named("mb#3", "mb", "x#7"))).toEqual(["mb#3", "mb", "x#7"]);
});

test("a name that is taken gets the next free number", () => {
  expect(namesOf(named("mb", "mb#2", "mb", "mb#2", "mb"))).toEqual([
    "mb",
    "mb#2",
    "mb#3",
    "mb#4",
    "mb#5",
  ]);
  expect(namesOf(named("a#2", "a", "a"))).toEqual(["a#2", "a", "a#3"]);
});

test("labels and handlers whose names end in a number cannot make two names equal", () => {
  const sections = program("p", { source: "tests" }, (k) => {
    k.section("mb#2", () => {});
    k.section("mb", () => {});
    k.section("mb", () => {});
  });
  expect(stepNames(sections)).toEqual(["mb#2", "mb", "mb#3"]);
});

test("many steps of one name are named quickly", () => {
  const names = namesOf(named(...Array.from({ length: 20_000 }, () => "wake")));
  expect(new Set(names).size).toBe(20_000);
  expect(names.at(-1)).toBe("wake#20000");
});
