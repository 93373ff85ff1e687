import { describe, expect, test } from "vitest";
import { program } from "../../lib/steps/builder.ts";
import type { Step } from "../../lib/steps/instructions.ts";
import { bodiesOf, eachStep, handlersOf, mapSteps, renameSteps } from "../../lib/steps/walk.ts";
import { wordsOf } from "../../lib/steps/words.ts";
import { everyStep, handler } from "./programs.ts";

const nested = program("nested", { params: ["mm"], source: "tests" }, (k) => {
  k.section("outer", () => {
    k.if(
      "mm",
      "==",
      0,
      () => k.smpMb(),
      () => k.smpRmb(),
    );
  });
  k.forEachCpu("cpu", "online", () => k.wake("cpu"));
});

test("passing over a program goes outside in, in order, and knows the depth", () => {
  const seen: string[] = [];
  eachStep(nested.steps, (step, depth) => seen.push(`${depth} ${step.name}`));
  expect(seen).toEqual([
    "0 outer",
    "1 if",
    "2 smp_mb",
    "2 smp_rmb",
    "0 for_each_cpu",
    "1 wake_up_process",
  ]);
});

test("a step has the bodies of its kind", () => {
  const count = (step: Step): number => bodiesOf(step).length;
  const [section, loop] = nested.steps;
  expect([count(section!), count(bodiesOf(section!)[0]![0]!), count(loop!)]).toEqual([1, 2, 1]);
  expect(count(bodiesOf(loop!)[0]![0]!)).toBe(0);
});

test("rewriting replaces a step by none, one or several, inside out", () => {
  const fence: Step = { kind: "fence", order: "write" };
  const changed = mapSteps(nested.steps, (step) => {
    if (step.kind === "wake") return [];
    return step.kind === "fence" ? [fence, step] : [step];
  });
  const words: string[] = [];
  eachStep(changed, (step, depth) => words.push("  ".repeat(depth) + wordsOf(step)));
  expect(words).toEqual([
    "outer:",
    "  if (mm == 0)",
    "    smp_wmb()",
    "    smp_mb()",
    "    smp_wmb()",
    "    smp_rmb()",
    "for_each_cpu(cpu, cpu_online_mask)",
  ]);
});

describe("renaming", () => {
  const renamed = renameSteps(everyStep.steps, {
    register: (name) => `r_${name}`,
    mask: (name) => `m_${name}`,
    section: (name) => `s_${name}`,
  });
  const words: string[] = [];
  eachStep(renamed, (step) => words.push(wordsOf(step)));

  test("reaches every register, mask and section, and nothing else", () => {
    expect(words.join("\n")).toBe(
      `r_a = -1
r_b = r_a + 2
r_c = min(r_a, r_b)
r_start = ktime_get_ns()
r_tick = jiffies
r_dice = any of 0 … 6 - 1
r_seen = READ_ONCE(flag)
r_seen = smp_load_acquire(flag[r_cpu])
WRITE_ONCE(flag, 1)
smp_store_release(flag[r_cpu], 0)
r_old = xchg(count[r_mm], 7)
atomic_add_return_relaxed(1, count[r_mm])
r_old = cmpxchg_acquire(count[r_mm], 7, 8)
m_users = members[r_mm]
cpumask_set_cpu(r_self, members[r_mm])
cpumask_clear_cpu(r_cpu, members[r_mm])
r_member = cpumask_test_cpu(3, members[r_mm])
smp_mb()
smp_rmb()
smp_wmb()
barrier()
cpumask_clear(m_targets)
cpumask_copy(m_targets, m_online)
__cpumask_set_cpu(r_cpu, m_targets)
__cpumask_clear_cpu(0, m_targets)
cpumask_andnot(m_targets, m_targets, m_online)
r_n = cpumask_weight(m_targets)
if (r_n > 0)
r_n = 0
if (r_n == 0)
r_n = 1
r_n = 2
while (r_n < 3)
r_n = r_n + 1
for_each_cpu(r_other, m_online)
r_seen = READ_ONCE(flag[r_other])
s_retry:
for (;;)
return from s_retry
local_irq_disable()
smp_call_function_many(m_targets, raise_flag)
smp_call_function_many(m_online, raise_flag)
csd_lock_wait()
local_irq_enable()
rcu_read_lock()
rcu_read_unlock()
synchronize_rcu()
spin_lock(count[r_mm])
spin_unlock(count[r_mm])
wake_up_process(thread of cpu r_cpu)
schedule()
wait until the thread of cpu r_cpu sleeps
flush_tlb_local()
flush_tlb_local(r_n pages)
INVLPGB (all)
TLBI (r_n pages)
TLBI (r_n pages, last level)
TLBSYNC
hypercall(HvFlush)
/* ptClear */
/* 512 × copyPage */
/* pause 10 ns */
/* pause 1 … 9 ns */
/* pause exponential, mean 2000 ns */
/* walk table r_n */
inc_irq_stat(TLB)
/* count rounds */
/* count r_n pages */
/* flush begins */
/* flush ends */
trace_tlb_flush(remote shootdown)
trace_tlb_flush(remote wrong CPU)`,
    );
  });

  test("reaches the arguments of a call and what a trace shows, but not the handler", () => {
    const call = renamed.find((step) => step.kind === "crossCall");
    expect(call).toMatchObject({ args: { value: "r_n" }, handler });
    expect(renamed.find((step) => step.kind === "trace")).toMatchObject({ pages: "r_n" });
  });
});

test("handlers are found wherever the call is", () => {
  const deep = program("deep", { source: "tests" }, (k) => {
    k.forEachCpu("cpu", "online", () => {
      k.if("cpu", "==", 0, () => k.crossCall("online", handler, { value: 0 }));
    });
  });
  expect(handlersOf(deep)).toEqual([handler]);
  expect(handlersOf(handler)).toEqual([]);
});
