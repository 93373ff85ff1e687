/** The timed interpreter: a plan of programs on a machine → counts, durations, trace. */
import type { LogHistogramData } from "../base/histogram.ts";
import { LogHistogram } from "../base/histogram.ts";
import { tooLarge } from "../base/messages.ts";
import type { MaskSend } from "../machine/arch.ts";
import { maskSend } from "../machine/arch.ts";
import type { Machine } from "../machine/machine.ts";
import type { Program, Variable } from "../steps/instructions.ts";
import type { Task } from "../steps/task.ts";
import { advance } from "./advance.ts";
import { Assembler } from "./assembler.ts";
import { settleQuietGroup } from "./broadcast.ts";
import { runEvents } from "./drive.ts";
import type { EntryPoint } from "./entryPoint.ts";
import { beginFrame } from "./frames.ts";
import { Memory } from "./memory.ts";
import { startCounters } from "./nmi.ts";
import type { NmiPlan } from "./nmiSource.ts";
import { NmiSource } from "./nmiSource.ts";
import type { CpuNoise } from "./noise.ts";
import { NoiseRecorder } from "./noise.ts";
import { settlePreemption, startPreemption, thatNeverWaits } from "./preemption.ts";
import { scheduleStep } from "./schedule.ts";
import { EngineState, NO_TASK, RUNNING } from "./state.ts";
import type { TraceColumns } from "./traceRecorder.ts";
import { TraceRecorder } from "./traceRecorder.ts";
import type { PreemptionPlan } from "./vcpus.ts";
import { Preemption } from "./vcpus.ts";

/** Everything a run does. Times in ns, CPUs by number. */
export interface EnginePlan {
  readonly machine: Machine;
  readonly variables: readonly Variable[];
  readonly mms: number;
  readonly tables: number;
  /** Values of variables at boot that differ from their declaration. */
  readonly boot: Readonly<Record<string, number>>;
  /** Phases before the window, one after the other; a phase ends when all its tasks rest. */
  readonly setup: readonly (readonly Task[])[];
  /** The window opens at this time, or when the set-up is over. */
  readonly startNs: number;
  /** The window closes when all of these are done. */
  readonly operation: readonly Task[];
  /** Run during the window, for as long as it lasts. */
  readonly background: readonly Task[];
  /** CPUs that run user code throughout the window. */
  readonly busyCpus: readonly number[];
  /** Remote wake-ups are reschedule interrupts (PREEMPT_RT). */
  readonly wakesReschedule: boolean;
  /** How one interrupt is sent to many CPUs; without: as the architecture does. */
  readonly maskSend?: MaskSend;
  /** vCPUs that a hypervisor stops now and then while the window is open. */
  readonly preemption?: PreemptionPlan;
  /** Performance counters that interrupt CPUs while the window is open; row NMI. */
  readonly nmi?: NmiPlan;
  /** CPUs whose noise is recorded, by number. */
  readonly observeNoise?: readonly number[];
  /** Rows of the result under other names; rows of one name are added up, rows without left out. */
  readonly rowNames?: Readonly<Record<string, string>>;
}

/** How a plan is run. */
export interface EngineOptions {
  readonly seed: number;
  /** Every step is an event; the result is the same to the bit, and the engine's oracle. */
  readonly eager?: boolean;
  /** Record up to this many trace events (makes the run eager); 0: none. */
  readonly traceLimit?: number;
}

/** What happened in the window. Plain data. */
export interface EngineResult {
  readonly startNs: number;
  readonly endNs: number;
  /** Interrupt row → count per CPU. */
  readonly rows: Readonly<Record<string, readonly number[]>>;
  readonly tallies: Readonly<Record<string, number>>;
  /** Stop-watch → distribution, ns; `call_function` is from send to acknowledgement. */
  readonly durations: Readonly<Record<string, LogHistogramData>>;
  /** ns that interrupt handlers took from each CPU. */
  readonly stolenNs: readonly number[];
  /** ns that each vCPU was stopped, where a hypervisor stops them. */
  readonly stoppedNs?: readonly number[];
  /** What interrupted the observed CPUs, where any are, ascending. */
  readonly noise?: readonly CpuNoise[];
  /** Costs of the machine's table that the programs and the cross calls take. */
  readonly costKeys: readonly string[];
  readonly trace: TraceColumns | undefined;
}

/** Runs a plan. Throws SD005 when a task is on a CPU the machine lacks, SD008 when it hangs. */
export function runPlan(plan: EnginePlan, options: EngineOptions): EngineResult {
  const engine = new Engine(plan, options);
  return engine.run();
}

/** Costs that the engine itself takes, beside those of the steps. */
const CROSS_CALL_COSTS = [
  "irqEntry",
  "irqExit",
  "csdQueue",
  "ipiSend",
  "ipiBroadcast",
  "ipiDeliver",
  "ipiDeliverSocket",
  "idleExit",
  "pollExit",
  "ack",
  "ackSocket",
] as const;

/** What the phase knows of the task of a CPU: not its own, under way, or resting until woken. */
const NOT_AWAITED = 0;
const AT_WORK = 1;
const AT_REST = 2;

/** Costs of a send that only a hypervisor has. */
function hostCosts({ machine }: EngineState): readonly string[] {
  return (["ipiTarget", "ipiResume"] as const).filter((key) => machine.costs[key].ns > 0);
}

class Engine {
  private readonly plan: EnginePlan;
  private readonly state: EngineState;
  private readonly assembler: Assembler;
  private readonly isForeground: Uint8Array;
  private now = 0;

  constructor(plan: EnginePlan, options: EngineOptions) {
    this.plan = plan;
    const { machine, variables, mms, tables } = plan;
    const memory = new Memory(variables, { cpus: machine.cpus, mms, tables });
    for (const [name, value] of Object.entries(plan.boot)) {
      memory.numbers[memory.addressOf(name)] = value;
    }
    this.assembler = new Assembler(machine.costs, memory);
    const tasks = [...plan.setup.flat(), ...plan.operation, ...plan.background];
    checkCpus(
      tasks.map(({ cpu }) => cpu),
      machine,
    );
    for (const task of tasks) this.assembler.load(task.program);
    const preemption = this.loadPreemption(memory, options.seed);
    const nmi = this.loadNmi(options.seed);
    const observed = plan.observeNoise ?? [];
    checkCpus(observed, machine);
    const assembly = this.assembler.finish();
    const limit = options.traceLimit ?? 0;
    const trace = limit > 0 ? new TraceRecorder(limit) : undefined;
    trace?.describe(
      assembly.traceEvents,
      assembly.entries.map((entry) => entry.program.name),
    );
    this.state = new EngineState({
      machine,
      assembly,
      memory,
      seed: options.seed,
      eager: options.eager === true || trace !== undefined,
      trace,
      wakesReschedule: plan.wakesReschedule,
      maskSend: plan.maskSend ?? maskSend(machine.arch),
      preemption,
      nmi,
      noise: observed.length === 0 ? undefined : new NoiseRecorder(observed),
    });
    this.state.advance = advance;
    this.state.onTaskDone = (_, cpu, now) => this.taskDone(cpu, now);
    this.state.onTaskWoken = (_, cpu) => this.taskWoken(cpu);
    this.isForeground = new Uint8Array(machine.cpus);
  }

  private loadPreemption(memory: Memory, seed: number): Preemption | undefined {
    const { machine, preemption } = this.plan;
    if (preemption === undefined) return undefined;
    checkCpus(preemption.cpus ?? [], machine);
    const { flag, onRun } = preemption;
    return new Preemption(preemption, {
      cpus: machine.cpus,
      seed,
      flagBase: memory.addressOf(flag),
      onRun: onRun === undefined ? undefined : thatNeverWaits(this.loaded(onRun)),
    });
  }

  private loadNmi(seed: number): NmiSource | undefined {
    const { machine, nmi } = this.plan;
    if (nmi === undefined) return undefined;
    checkCpus(nmi.cpus, machine);
    const entry = thatNeverWaits(this.loaded(nmi.program));
    const row = this.assembler.number(this.assembler.rows, "NMI");
    return new NmiSource(nmi, { cpus: machine.cpus, seed, entry, row });
  }

  private loaded(program: Program): EntryPoint {
    return this.assembler.entry(this.assembler.load(program));
  }

  run(): EngineResult {
    for (const phase of this.plan.setup) {
      this.begin(phase, []);
      runEvents(this.state);
    }
    for (const cpu of this.plan.busyCpus) this.state.isBusy[cpu] = 1;
    const startNs = Math.max(this.now, this.plan.startNs);
    this.now = startNs;
    this.openWindow();
    this.begin(this.plan.operation, this.plan.background);
    const { state } = this;
    startPreemption(state, startNs, (cpu) => this.isForeground[cpu] === AT_WORK);
    startCounters(state, startNs);
    runEvents(state);
    const endNs = this.now;
    for (let cpu = 0; cpu < state.cpus; cpu++) {
      if (state.isPassive[cpu] === 1 && state.level[cpu] === 0) state.advance(state, cpu, endNs);
    }
    settleQuietGroup(state);
    settlePreemption(state, endNs);
    return describeResult(state, startNs, endNs, this.plan.rowNames);
  }

  /** A phase begins. */
  private begin(tasks: readonly Task[], background: readonly Task[]): void {
    this.isForeground.fill(NOT_AWAITED);
    for (const task of background) this.start(task);
    for (const task of tasks) {
      this.start(task);
      this.isForeground[task.cpu] = AT_WORK;
      this.state.tasksLeft++;
    }
    this.regroup();
  }

  private start(task: Task): void {
    const { state, now } = this;
    const { cpu } = task;
    const entry = state.assembly.entries[this.assembler.load(task.program)]!;
    const args = task.program.params.map((name) => task.args[name] ?? 0);
    beginFrame(state, cpu, entry, args);
    state.at[cpu] = Math.max(now, state.busyUntil[cpu]!);
    state.condition[cpu] = RUNNING;
    state.isQuiet[cpu] = 0;
    state.isPassive[cpu] = entry.isPassive ? 1 : 0;
    for (const name of entry.observes) this.observe(name, cpu);
    scheduleStep(state, cpu);
  }

  private observe(variable: string, cpu: number): void {
    const { observers, memory } = this.state;
    const base = memory.addressOf(variable);
    const known = observers.get(base) ?? [];
    if (!known.includes(cpu)) observers.set(base, [...known, cpu]);
  }

  /** A task of this phase that has rested goes on. */
  private taskWoken(cpu: number): void {
    if (this.isForeground[cpu] !== AT_REST) return;
    this.isForeground[cpu] = AT_WORK;
    this.state.tasksLeft++;
  }

  private taskDone(cpu: number, now: number): void {
    const { state } = this;
    if (this.isForeground[cpu] !== AT_WORK) return;
    const rests = state.condition[cpu] !== NO_TASK;
    if (rests && state.wakeSent[cpu] === 1) return;
    this.isForeground[cpu] = rests ? AT_REST : NOT_AWAITED;
    state.tasksLeft--;
    this.now = Math.max(this.now, now);
  }

  /**
   * CPUs without a task that nobody observes form the quiet group; its rounds so far are written
   * out first.
   */
  private regroup(): void {
    const { state } = this;
    settleQuietGroup(state);
    const active: number[] = [];
    for (let cpu = 0; cpu < state.cpus; cpu++) {
      const isQuiet = state.condition[cpu] === NO_TASK && state.noise?.isObserved(cpu) !== true;
      state.isQuiet[cpu] = isQuiet ? 1 : 0;
      if (isQuiet) state.isPassive[cpu] = 0;
      else active.push(cpu);
      if (isQuiet && state.busyUntil[cpu]! > state.quiet.busyUntil) {
        state.quiet.busyUntil = state.busyUntil[cpu]!;
      }
    }
    state.quiet.reset(active);
  }

  /** Everything before the window is forgotten. */
  private openWindow(): void {
    const { state } = this;
    settleQuietGroup(state);
    for (const row of state.rowCounts) row.fill(0);
    state.tallies.fill(0);
    state.stolenNs.fill(0);
    state.histograms.forEach((_, i) => {
      state.histograms[i] = new LogHistogram();
    });
    state.callLatency = new LogHistogram();
    state.irqOffDelay = new LogHistogram();
    state.noise?.restart();
    state.trace?.restart();
  }
}

function checkCpus(cpus: readonly number[], machine: Machine): void {
  const missing = cpus.find((cpu) => cpu >= machine.cpus);
  if (missing === undefined) return;
  throw tooLarge("workload", `CPU ${missing}`, `at most ${machine.cpus} CPUs`);
}

function describeResult(
  s: EngineState,
  startNs: number,
  endNs: number,
  rowNames: Readonly<Record<string, string>> | undefined,
): EngineResult {
  const { assembly } = s;
  const durations: Record<string, LogHistogramData> = {};
  assembly.stopwatches.forEach((name, i) => {
    durations[name] = s.histograms[i]!.toData();
  });
  durations.call_function = s.callLatency.toData();
  durations.irq_off_delay = s.irqOffDelay.toData();
  return {
    startNs,
    endNs,
    rows: namedRows(assembly.rows, s.rowCounts, rowNames),
    tallies: Object.fromEntries(assembly.tallies.map((name, i) => [name, s.tallies[i]!])),
    durations,
    stolenNs: Array.from(s.stolenNs),
    ...(s.preemption === undefined ? {} : { stoppedNs: Array.from(s.preemption.stoppedNs) }),
    ...(s.noise === undefined ? {} : { noise: s.noise.toData() }),
    costKeys: [...new Set([...assembly.costKeys, ...CROSS_CALL_COSTS, ...hostCosts(s)])].sort(),
    trace: s.trace?.columns,
  };
}

function namedRows(
  rows: readonly string[],
  counts: readonly Float64Array[],
  names: Readonly<Record<string, string>> | undefined,
): Record<string, number[]> {
  const named: Record<string, number[]> = {};
  rows.forEach((row, i) => {
    const name = names === undefined ? row : names[row];
    if (name === undefined) return;
    const before = named[name];
    named[name] = Array.from(counts[i]!, (count, cpu) => count + (before?.[cpu] ?? 0));
  });
  return named;
}
