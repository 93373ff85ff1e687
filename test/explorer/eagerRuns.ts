/**
 * The bridge between the two interpreters: the same programs, run event by event in the engine with
 * whatever costs, and followed step by step in the explorer's graph without reductions.
 *
 * Every step that others can notice gets a name, and a trace event before and behind it. What comes
 * before costs nothing, so that its order is that of the steps; what comes behind tells what a load
 * has read. The explorer knows the step by its name, and compiles no trace events.
 */
import type { EnginePlan } from "../../lib/engine/engine.ts";
import { runPlan } from "../../lib/engine/engine.ts";
import type { SystemSpec } from "../../lib/explorer/system.ts";
import { costKeys } from "../../lib/machine/costs.ts";
import { machine } from "../../lib/machine/machine.ts";
import { program } from "../../lib/steps/builder.ts";
import type { Program, Step } from "../../lib/steps/instructions.ts";
import { mapSteps } from "../../lib/steps/walk.ts";

/** One event of a run, in the order in which they came. */
export interface RunEvent {
  readonly cpu: number;
  /** A step begins or is over; a CPU enters or leaves its interrupt. */
  readonly what: "does" | "did" | "enters" | "leaves";
  /** The name of the step. */
  readonly name: string;
  /** What it has read, where it says so. */
  readonly value: number | undefined;
}

/** Steps that others can notice, or that wait for others. */
const NOTICED: ReadonlySet<string> = new Set([
  ...["load", "store", "atomic", "loadMask", "maskBit", "testBit", "fence", "irqOff", "irqOn"],
  ...["crossCall", "awaitCalls", "lock", "unlock", "ghost", "flushLocal"],
]);

/** Names the steps of programs, and puts trace events around them; equal programs stay equal. */
export class Marker {
  private readonly known = new Map<string, Program>();
  private count = 0;

  mark(plain: Program): Program {
    const key = JSON.stringify(plain);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const marked = { ...plain, steps: mapSteps(plain.steps, (step) => this.around(step)) };
    this.known.set(key, marked);
    return marked;
  }

  private around(plain: Step): readonly Step[] {
    if (["trace", "tally", "countRow", "begin", "end"].includes(plain.kind)) return [];
    if (!NOTICED.has(plain.kind)) return [plain];
    const name = `#${this.count++}`;
    const step =
      plain.kind === "crossCall" ? { ...plain, handler: this.mark(plain.handler) } : plain;
    const read = step.kind === "load" || step.kind === "atomic" ? step.into : undefined;
    const tells = read === undefined ? {} : { pages: read };
    return [
      { kind: "trace", event: "does", detail: name },
      { ...step, name },
      { kind: "trace", event: "did", detail: `${name}${read === undefined ? "" : " ="}`, ...tells },
    ] as Step[];
  }
}

/** The same system with marked programs. */
export function marked(spec: SystemSpec): SystemSpec {
  const marker = new Marker();
  return {
    ...spec,
    lanes: spec.lanes.map((lane) =>
      lane.thread === undefined ? lane : { ...lane, thread: marker.mark(lane.thread) },
    ),
  };
}

/** Costs of a run: any ns for every kind of step, from a list that is gone through again. */
export interface RunOptions {
  readonly costs: readonly number[];
  readonly seed: number;
  /** Lanes whose threads never end; the run is over when the others have ended. */
  readonly endless?: readonly number[];
}

/** Runs a system in the engine and tells what happened, in order. */
export function eagerRun(spec: SystemSpec, { costs, seed, endless = [] }: RunOptions): RunEvent[] {
  const table = Object.fromEntries(costKeys.map((key, i) => [key, costs[i % costs.length]!]));
  const tasks = spec.lanes.flatMap(({ thread, args = {} }, cpu) =>
    thread === undefined ? [] : [{ cpu, program: thread, args }],
  );
  const plan: EnginePlan = {
    machine: machine({ coresPerSocket: spec.lanes.length, costs: table }),
    variables: spec.variables,
    mms: spec.mms,
    tables: spec.tables,
    boot: {},
    setup: [initialTasks(spec)],
    startNs: 1_000_000,
    operation: tasks.filter(({ cpu }) => !endless.includes(cpu)),
    background: tasks.filter(({ cpu }) => endless.includes(cpu)),
    busyCpus: [],
    wakesReschedule: false,
  };
  const { trace } = runPlan(plan, { seed, eager: true, traceLimit: 100_000 });
  const { cpu, event, detail, pages } = trace!;
  return event.flatMap((what, i): RunEvent[] => {
    const [name = "", tells] = detail[i]!.split(" ");
    const value = tells === undefined ? undefined : pages[i]!;
    const found = EVENTS[what];
    return found === undefined ? [] : [{ cpu: cpu[i]!, what: found, name, value }];
  });
}

const EVENTS: Readonly<Record<string, RunEvent["what"]>> = {
  does: "does",
  did: "did",
  call_function_entry: "enters",
  call_function_exit: "leaves",
};

/** What differs from the declarations is stored before the run. */
function initialTasks(spec: SystemSpec): EnginePlan["setup"][number] {
  return spec.lanes.map((lane, cpu) => {
    const setUp = program("set-up", { source: "test" }, (k) => {
      for (const [variable, value] of Object.entries(lane.initial ?? {})) {
        k.store({ variable }, value);
      }
      for (const { variable, owner = 0, value } of spec.initial) {
        const place = { variable, of: owner };
        if (typeof value === "number") {
          if (cpu === 0) k.store(place, value);
        } else if (value.includes(cpu)) k.setBit(place, "self");
      }
    });
    return { cpu, program: setUp, args: {} };
  });
}
