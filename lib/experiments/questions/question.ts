/** Questions: is a policy safe in a scenario, on a machine, under a memory model? */
import type { Backend } from "../../backends/backend.ts";
import { native, reviveBackend } from "../../backends/backend.ts";
import { checkBoolean, checkInteger, checkKeys, checkOneOf } from "../../base/check.ts";
import { impossible, missing } from "../../base/messages.ts";
import { GiB, MiB } from "../../base/units.ts";
import { deepFreeze, Value } from "../../base/value.ts";
import { MEMORY_MODELS } from "../../explorer/explore.ts";
import type { MemoryModel } from "../../explorer/system.ts";
import { MAX_LANES, MAX_WINDOW } from "../../explorer/system.ts";
import { describeArch } from "../../machine/arch.ts";
import type { Machine } from "../../machine/machine.ts";
import { machine as machineOf } from "../../machine/machine.ts";
import { machines } from "../../machine/presets.ts";
import type { Linux } from "../../policies/linux.ts";
import { linux as linuxOf } from "../../policies/linux.ts";
import { reviveScenario } from "../scenarios/registry.ts";
import type { Scenario } from "../scenarios/scenario.ts";

/** Which reductions a search uses; they keep the verdict. */
export interface Reductions {
  /** Steps that nobody else can notice are taken at once. Default true. */
  merging?: boolean;
  /** States that differ in the names of equal CPUs count once. Default true. */
  symmetry?: boolean;
}

/** Where a search gives up, with the verdict `undecided`. */
export interface Budget {
  /** Default 10 million. */
  maxStates?: number;
  /** Bytes of all states with parents and index, at any time. Default 1 GiB, at least 4 MiB. */
  maxBytes?: number;
  /** Milliseconds; the only bound that depends on the machine. Default an hour. */
  maxMs?: number;
}

/** Whose broadcast invalidations the wait of a CPU completes. */
export type Completion = "issuer" | "everybody";

/** Options of {@link question}. */
export interface QuestionOptions {
  scenario: Scenario;
  /** The release, and the policies in question. */
  linux: Linux;
  /** All CPUs, 2 … 8. Default 3. */
  cpus?: number;
  /** Default `x86-tso`. */
  memoryModel?: MemoryModel;
  /** Architecture and features; its size and costs do not matter. Default: x86 without INVLPGB. */
  machine?: Machine;
  /** Default: bare metal. */
  backend?: Backend;
  /** How often a hypervisor may stop each CPU. Default 0 on bare metal, 1 in guests. */
  preemptions?: number;
  /** CPUs fill translations whenever the tables let them, and P-HW is judged. Default false. */
  hardwareWalkers?: boolean;
  /**
   * Whose broadcast invalidations a CPU waits for (DSB, TLBSYNC, ptesync): those that it has issued
   * itself, or those of everybody, as was believed of arm64 until 4b634918384c. Default `issuer`.
   */
  completion?: Completion;
  /** Stores that a CPU can hold back under x86-tso. Default 4. */
  storeBuffer?: number;
  /** Accesses that a CPU can fetch ahead under weak; fewer hide A1. Default 12. */
  window?: number;
  reductions?: Reductions;
  budget?: Budget;
}

/** A question. Build it with {@link question}; put it with `sd.check`. */
export class Question extends Value {
  readonly kind = "question";
  readonly scenario: Scenario;
  readonly linux: Linux;
  readonly cpus: number;
  readonly memoryModel: MemoryModel;
  readonly machine: Machine;
  readonly backend: Backend;
  readonly preemptions: number;
  readonly hardwareWalkers: boolean;
  readonly completion: Completion;
  readonly storeBuffer: number;
  readonly window: number;
  readonly reductions: Required<Reductions>;
  readonly budget: Required<Budget>;

  constructor(options: Required<QuestionOptions>) {
    super();
    this.scenario = options.scenario;
    this.linux = options.linux;
    this.cpus = options.cpus;
    this.memoryModel = options.memoryModel;
    this.machine = options.machine;
    this.backend = options.backend;
    this.preemptions = options.preemptions;
    this.hardwareWalkers = options.hardwareWalkers;
    this.completion = options.completion;
    this.storeBuffer = options.storeBuffer;
    this.window = options.window;
    this.reductions = deepFreeze({ ...(options.reductions as Required<Reductions>) });
    this.budget = deepFreeze({ ...(options.budget as Required<Budget>) });
    Object.freeze(this);
  }

  /** The same question with some options changed; `reductions` and `budget` key by key. */
  with(change: Partial<QuestionOptions>): Question {
    const { kind: _, ...options } = this;
    return question({
      ...options,
      ...change,
      reductions: { ...options.reductions, ...change.reductions },
      budget: { ...options.budget, ...change.budget },
    });
  }

  describe(): string[] {
    const { scenario, linux, cpus, memoryModel, backend, machine, preemptions } = this;
    const stops = preemptions === 0 ? "" : `, each stopped up to ${preemptions} times`;
    return [
      ...scenario.describe(),
      `  linux ${linux.release}${linux.preemptRt ? " PREEMPT_RT" : ""}`,
      ...[linux.tableSync, linux.lazyTlb, linux.unmapFlush].map(
        (one) => `    ${one.describe()[0]}`,
      ),
      `  ${describeArch(machine.arch)}, ${backend.label()}, ${cpus} CPUs${stops}`,
      `  memory model ${memoryModel}${this.hardwareWalkers ? ", hardware walkers" : ""}`,
      ...(this.completion === "issuer" ? [] : ["  a wait completes everybody's invalidations"]),
    ];
  }
}

/**
 * A question; also revives a plain clone of one. Throws SD001–SD003 for wrong options, SD004 for
 * what cannot be together, SD005 for more CPUs than can be explored.
 */
export function question(options: QuestionOptions): Question {
  if (options instanceof Question) return options;
  checkKeys("question", options, KEYS);
  checkOneOf("kind", (options as { kind?: unknown }).kind ?? "question", ["question"]);
  for (const key of ["scenario", "linux"] as const) {
    if (options[key] === undefined) throw missing(key, `a value made by sd.${key}`);
  }
  const backend = reviveBackend(options.backend ?? native());
  const isGuest = backend.name !== "native";
  const { cpus = 3, memoryModel = "x86-tso", preemptions = isGuest ? 1 : 0 } = options;
  const { hardwareWalkers = false, storeBuffer = 4, window = 12 } = options;
  const { completion = "issuer", reductions = {}, budget = {} } = options;
  if (!isGuest && preemptions !== 0) {
    throw impossible("preemptions", preemptions, "there is no hypervisor on bare metal");
  }
  return new Question({
    scenario: reviveScenario(options.scenario),
    linux: linuxOf(options.linux),
    cpus: checkInteger("cpus", cpus, 2, MAX_LANES),
    memoryModel: checkOneOf("memoryModel", memoryModel, MEMORY_MODELS),
    machine: options.machine === undefined ? machines.qemu : machineOf(options.machine),
    backend,
    preemptions: checkInteger("preemptions", preemptions, 0, 3),
    hardwareWalkers: checkBoolean("hardwareWalkers", hardwareWalkers),
    completion: checkOneOf("completion", completion, ["issuer", "everybody"]),
    storeBuffer: checkInteger("storeBuffer", storeBuffer, 1, 8),
    window: checkInteger("window", window, 1, MAX_WINDOW),
    reductions: checkReductions(reductions),
    budget: checkBudget(budget),
  });
}

const KEYS = [
  ...["kind", "scenario", "linux", "cpus", "memoryModel", "machine", "backend"],
  ...[
    "preemptions",
    "hardwareWalkers",
    "completion",
    "storeBuffer",
    "window",
    "reductions",
    "budget",
  ],
];

function checkReductions(reductions: Reductions): Required<Reductions> {
  checkKeys("reductions", reductions, ["merging", "symmetry"]);
  const { merging = true, symmetry = true } = reductions;
  return {
    merging: checkBoolean("merging", merging),
    symmetry: checkBoolean("symmetry", symmetry),
  };
}

function checkBudget(budget: Budget): Required<Budget> {
  checkKeys("budget", budget, ["maxStates", "maxBytes", "maxMs"]);
  const { maxStates = 10_000_000, maxBytes = GiB(1), maxMs = 3_600_000 } = budget;
  return {
    maxStates: checkInteger("maxStates", maxStates, 1, 1e9),
    maxBytes: checkInteger("maxBytes", maxBytes, MiB(4), GiB(1024)),
    maxMs: checkInteger("maxMs", maxMs, 1, 1e12),
  };
}
