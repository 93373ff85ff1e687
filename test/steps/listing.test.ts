import { describe, expect, test } from "vitest";
import { program } from "../../lib/steps/builder.ts";
import { listing } from "../../lib/steps/listing.ts";
import { eachStep } from "../../lib/steps/walk.ts";
import { everyStep, handler } from "./programs.ts";

const source = "tests";

const EVERY_STEP = `every_step(mm, cpu)
    a = -1
    b = a + 2
    c = min(a, b)
    start = ktime_get_ns()
    tick = jiffies
    dice = any of 0 … 6 - 1
    seen = READ_ONCE(flag)
    seen = smp_load_acquire(flag[cpu])
    WRITE_ONCE(flag, 1)
    smp_store_release(flag[cpu], 0)
    old = xchg(count[mm], 7)
    atomic_add_return_relaxed(1, count[mm])
    old = cmpxchg_acquire(count[mm], 7, 8)
    users = members[mm]
    cpumask_set_cpu(self, members[mm])
    cpumask_clear_cpu(cpu, members[mm])
    member = cpumask_test_cpu(3, members[mm])
    smp_mb()
    smp_rmb()
    smp_wmb()
    barrier()
    cpumask_clear(targets)
    cpumask_copy(targets, cpu_online_mask)
    __cpumask_set_cpu(cpu, targets)
    __cpumask_clear_cpu(0, targets)
    cpumask_andnot(targets, targets, cpu_online_mask)
    n = cpumask_weight(targets)
    if (n > 0)
        n = 0
    if (n == 0)
        n = 1
    else
        n = 2
    while (n < 3)
        n = n + 1
    for_each_cpu(other, cpu_online_mask)
        seen = READ_ONCE(flag[other])
    retry:
        for (;;)
            return from retry
    local_irq_disable()
    smp_call_function_many(targets, raise_flag)
    smp_call_function_many(cpu_online_mask, raise_flag)
    csd_lock_wait()
    local_irq_enable()
    rcu_read_lock()
    rcu_read_unlock()
    synchronize_rcu()
    spin_lock(count[mm])
    spin_unlock(count[mm])
    wake_up_process(thread of cpu cpu)
    schedule()
    wait until the thread of cpu cpu sleeps
    flush_tlb_local()
    flush_tlb_local(n pages)
    INVLPGB (all)
    TLBI (n pages)
    TLBI (n pages, last level)
    TLBSYNC
    hypercall(HvFlush)
    /* ptClear */
    /* 512 × copyPage */
    /* pause 10 ns */
    /* pause 1 … 9 ns */
    /* pause exponential, mean 2000 ns */
    /* walk table n */
    inc_irq_stat(TLB)
    /* count rounds */
    /* count n pages */
    /* flush begins */
    /* flush ends */
    trace_tlb_flush(remote shootdown)
    trace_tlb_flush(remote wrong CPU)

raise_flag(value)
    WRITE_ONCE(flag, value)
`;

describe("the listing of a program", () => {
  test("has one line a step, in kernel words, and its handlers once", () => {
    expect(listing(everyStep)).toBe(EVERY_STEP);
  });

  test("covers every kind of step", () => {
    const kinds = new Set<string>();
    eachStep(everyStep.steps, ({ kind }) => kinds.add(kind));
    expect(kinds.size).toBe(46);
  });

  test("leaves handlers out when asked", () => {
    const [own] = EVERY_STEP.split("\nraise_flag");
    expect(listing(everyStep, { handlers: false })).toBe(own);
  });

  test("shows handlers of handlers, outermost first, and equal ones once", () => {
    const relay = program("relay", { source }, (k) => {
      k.crossCall("online", handler, { value: 1 });
    });
    const both = program("both", { source }, (k) => {
      k.crossCall("online", relay);
      k.crossCall("online", structuredClone(handler), { value: 2 });
    });
    expect(listing(both)).toBe(
      `both()
    smp_call_function_many(cpu_online_mask, relay)
    smp_call_function_many(cpu_online_mask, raise_flag)

relay()
    smp_call_function_many(cpu_online_mask, raise_flag)

raise_flag(value)
    WRITE_ONCE(flag, value)
`,
    );
  });

  test("with names gives each step the one that without() takes", () => {
    const two = program("two", { params: ["mm"], source }, (k) => {
      k.smpMb();
      k.if("mm", "==", 0, () => k.leave("two"));
      k.smpMb();
    });
    expect(listing(two, { names: true })).toBe(
      `two(mm)
    smp_mb()             [smp_mb]
    if (mm == 0)         [if]
        return from two  [return two]
    smp_mb()             [smp_mb#2]
`,
    );
  });
});
