/** Each step in the words of the kernel: one line, without its nested steps. */
import type { Condition, Operand, Place, Step } from "./instructions.ts";

/** One line of C-like kernel text for a step. */
export function wordsOf(step: Step): string {
  return (
    registerWords(step) ??
    memoryWords(step) ??
    maskWords(step) ??
    controlWords(step) ??
    synchronisationWords(step) ??
    otherWords(step)
  );
}

function registerWords(step: Step): string | undefined {
  switch (step.kind) {
    case "set":
      return `${step.into} = ${show(step.to)}`;
    case "compute": {
      const [left, right] = [show(step.left), show(step.right)];
      if (step.op === "min" || step.op === "max")
        return `${step.into} = ${step.op}(${left}, ${right})`;
      return `${step.into} = ${left} ${step.op} ${right}`;
    }
    case "clock":
      return step.unit === "jiffies" ? `${step.into} = jiffies` : `${step.into} = ktime_get_ns()`;
    case "pick":
      return `${step.into} = any of 0 … ${show(step.below)} - 1`;
    default:
      return undefined;
  }
}

function memoryWords(step: Step): string | undefined {
  switch (step.kind) {
    case "load": {
      const word = step.order === "acquire" ? "smp_load_acquire" : "READ_ONCE";
      return `${step.into} = ${word}(${at(step.from)})`;
    }
    case "store":
      return step.order === "release"
        ? `smp_store_release(${at(step.to)}, ${show(step.value)})`
        : `WRITE_ONCE(${at(step.to)}, ${show(step.value)})`;
    case "atomic":
      return atomicWords(step);
    case "loadMask":
      return `${step.into} = ${at(step.from)}`;
    case "maskBit":
      return `cpumask_${step.op}_cpu(${show(step.cpu)}, ${at(step.at)})`;
    case "testBit":
      return `${step.into} = cpumask_test_cpu(${show(step.cpu)}, ${at(step.from)})`;
    case "fence":
      return { full: "smp_mb()", read: "smp_rmb()", write: "smp_wmb()", compiler: "barrier()" }[
        step.order
      ];
    default:
      return undefined;
  }
}

function atomicWords(step: Extract<Step, { kind: "atomic" }>): string {
  const suffix = step.order === "full" ? "" : `_${step.order}`;
  const result = step.into === undefined ? "" : `${step.into} = `;
  const place = at(step.at);
  switch (step.op) {
    case "exchange":
      return `${result}xchg${suffix}(${place}, ${show(step.value)})`;
    case "add":
      return `${result}atomic_add_return${suffix}(${show(step.value)}, ${place})`;
    case "compareExchange": {
      const expected = show(step.expected ?? 0);
      return `${result}cmpxchg${suffix}(${place}, ${expected}, ${show(step.value)})`;
    }
  }
}

function maskWords(step: Step): string | undefined {
  switch (step.kind) {
    case "emptyMask":
      return `cpumask_clear(${step.mask})`;
    case "copyMask":
      return `cpumask_copy(${step.into}, ${maskName(step.from)})`;
    case "addCpu":
      return `__cpumask_set_cpu(${show(step.cpu)}, ${step.mask})`;
    case "removeCpu":
      return `__cpumask_clear_cpu(${show(step.cpu)}, ${step.mask})`;
    case "removeMask":
      return `cpumask_andnot(${step.mask}, ${step.mask}, ${maskName(step.from)})`;
    case "countMask":
      return `${step.into} = cpumask_weight(${maskName(step.mask)})`;
    default:
      return undefined;
  }
}

function controlWords(step: Step): string | undefined {
  switch (step.kind) {
    case "if":
      return `if (${test(step.condition)})`;
    case "while":
      return isEndless(step.condition) ? "for (;;)" : `while (${test(step.condition)})`;
    case "forEachCpu":
      return `for_each_cpu(${step.into}, ${maskName(step.mask)})`;
    case "section":
      return `${step.label}:`;
    case "leave":
      return `return from ${step.section}`;
    case "callPath":
      return `${step.path}(${Object.values(step.args).map(show).join(", ")})`;
    default:
      return undefined;
  }
}

function synchronisationWords(step: Step): string | undefined {
  switch (step.kind) {
    case "irqOff":
      return "local_irq_disable()";
    case "irqOn":
      return "local_irq_enable()";
    case "crossCall":
      return `smp_call_function_many(${maskName(step.mask)}, ${step.handler.name})`;
    case "awaitCalls":
      return "csd_lock_wait()";
    case "rcuLock":
      return "rcu_read_lock()";
    case "rcuUnlock":
      return "rcu_read_unlock()";
    case "gracePeriod":
      return "synchronize_rcu()";
    case "lock":
      return `spin_lock(${at(step.lock)})`;
    case "unlock":
      return `spin_unlock(${at(step.lock)})`;
    case "wake":
      return `wake_up_process(thread of cpu ${show(step.cpu)})`;
    case "sleep":
      return "schedule()";
    case "runUser":
      return "/* user code until kicked */";
    case "awaitSleep":
      return `wait until the thread of cpu ${show(step.cpu)} sleeps`;
    default:
      return undefined;
  }
}

function otherWords(step: Step): string {
  switch (step.kind) {
    case "flushLocal":
      return step.pages === -1 ? "flush_tlb_local()" : `flush_tlb_local(${show(step.pages)} pages)`;
    case "flushBroadcast":
      return `${step.instruction} (${broadcastWords(step)})`;
    case "flushComplete":
      return step.instruction;
    case "flushCpus": {
      const range = step.pages === -1 ? "all" : `${show(step.pages)} pages`;
      return `${step.service}(${step.mask}, ${range})`;
    }
    case "hypercall":
      return `hypercall(${step.service})`;
    case "work":
      return step.times === undefined
        ? `/* ${step.cost} */`
        : `/* ${show(step.times)} × ${step.cost} */`;
    case "pause":
      return `/* pause ${pauseWords(step)} */`;
    case "ghost":
      return `/* ${ghostWords(step)} */`;
    case "countRow":
      return `inc_irq_stat(${step.row})`;
    case "tally":
      return step.by === undefined
        ? `/* count ${step.what} */`
        : `/* count ${show(step.by)} ${step.what} */`;
    case "begin":
      return `/* ${step.what} begins */`;
    case "end":
      return `/* ${step.what} ends */`;
    case "trace":
      return `trace_${step.event}(${step.detail})`;
    default:
      return step.kind;
  }
}

const LOADS = {
  flushed: "flushed",
  kept: "kept",
  global: "kept under the global ASID",
} as const;

function ghostWords(step: Extract<Step, { kind: "ghost" }>): string {
  const { table } = step;
  switch (step.what) {
    case "loadRoot":
      return `root table of ${show(table)}, translations ${LOADS[step.translations]}`;
    case "access":
      return `user code accesses page ${show(table)}`;
    case "freeRoot":
      return `free root table of ${show(table)}`;
    case "revoke":
      return `rights on page ${show(table)} are gone`;
    case "freePage":
      return `free page ${show(table)}`;
    case "writePage":
      return `write page ${show(table)} to disk`;
    default:
      return `${step.what} table ${show(table)}`;
  }
}

function broadcastWords(step: Extract<Step, { kind: "flushBroadcast" }>): string {
  const range = step.pages === -1 ? "all" : `${show(step.pages)} pages`;
  return step.leafOnly === true ? `${range}, last level` : range;
}

function pauseWords(step: Extract<Step, { kind: "pause" }>): string {
  const { duration } = step;
  switch (duration.kind) {
    case "fixed":
      return `${duration.ns} ns`;
    case "uniform":
      return `${duration.fromNs} … ${duration.toNs} ns`;
    case "exponential":
      return `exponential, mean ${duration.meanNs} ns`;
  }
}

/** A memory location: `is_lazy` of this CPU, `is_lazy[cpu]`, `tlb_gen[mm]`. */
export function at(place: Place): string {
  return place.of === undefined ? place.variable : `${place.variable}[${show(place.of)}]`;
}

function maskName(mask: string): string {
  return mask === "online" ? "cpu_online_mask" : mask;
}

function test(condition: Condition): string {
  return `${show(condition.left)} ${condition.is} ${show(condition.right)}`;
}

function isEndless(condition: Condition): boolean {
  return condition.left === 0 && condition.is === "==" && condition.right === 0;
}

function show(operand: Operand): string {
  return String(operand);
}
