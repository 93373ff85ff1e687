import { checkInteger, checkKeys, checkOneOf } from "../base/check.ts";
import { tooLarge } from "../base/messages.ts";
import { callAll, callOne } from "../mm/callFunction.ts";
import { program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { PlanContext, WorkloadPlan } from "./plan.ts";
import { Workload } from "./workload.ts";

/** Options of {@link ipiBenchmark}. */
export interface IpiBenchmarkOptions {
  /** Whom each call interrupts: the next CPU, or all online ones. Default `one`. */
  to?: "one" | "all";
  /** Calls, one after the other. Default 1. */
  calls?: number;
  /** What the other CPUs do. Default `idle`. */
  targets?: "idle" | "busy";
}

const KEYS = ["to", "calls", "targets"];

/**
 * An empty function called on other CPUs and waited for, again and again ("IPI performance
 * benchmark", Yury Norov, 19 December 2017). Throws SD001–SD003 for wrong options.
 */
export function ipiBenchmark(options: IpiBenchmarkOptions = {}): Workload {
  checkKeys("workload.ipiBenchmark", options, KEYS);
  const { to = "one", calls = 1, targets = "idle" } = options;
  return new Workload("ipiBenchmark", {
    to: checkOneOf("to", to, ["one", "all"]),
    calls: checkInteger("calls", calls, 1, 1e6),
    targets: checkOneOf("targets", targets, ["idle", "busy"]),
  });
}

/** Tasks of the workload: it takes all CPUs that are left. */
export function planIpiBenchmark(workload: Workload, context: PlanContext): WorkloadPlan {
  const { availableCpus, firstCpu } = context;
  if (availableCpus < 2) throw tooLarge("ipiBenchmark", "2 CPUs", `at most ${availableCpus} CPUs`);
  const others = Array.from({ length: availableCpus - 1 }, (_, i) => firstCpu + 1 + i);
  const args = { cpu: firstCpu + 1, calls: workload.number("calls") };
  return {
    cpus: availableCpus,
    mms: 1,
    tables: 0,
    setup: [],
    operation: [{ cpu: firstCpu, program: again(workload.text("to") === "all"), args }],
    background: [],
    busyCpus: workload.text("targets") === "busy" ? others : [],
    startNs: 0,
  };
}

function again(toAll: boolean): Program {
  const source = "[Norov] IPI performance benchmark";
  return program("benchmark_ipis", { params: ["cpu", "calls"], source }, (k) => {
    k.while("calls", ">", 0, () => {
      if (toAll) k.include(callAll);
      else k.include(callOne, { cpu: "cpu" });
      k.compute("calls", "calls", "-", 1);
    });
  });
}
