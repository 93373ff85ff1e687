/**
 * The state of a run: one entry a CPU in flat arrays, so that a step touches a few cache lines.
 *
 * A CPU has three frames: what it does (level 0), the interrupt handler above it (level 1), and
 * what comes above both (level 2, see suspension.ts). `at` is when its next step takes effect,
 * Infinity while nothing is to be done. CPUs differ in who drives them:
 * - a *quiet* CPU has no program: it idles or spins in user space;
 * - a *passive* CPU runs a program that touches nobody; it needs no events and is brought up to
 *   date (`advance`) when somebody looks at it;
 * - every other CPU, and any CPU in a handler, is driven by events.
 */
import { CpuMask } from "../base/cpuMask.ts";
import { LogHistogram } from "../base/histogram.ts";
import { deriveStream } from "../base/random.ts";
import { TimingWheel } from "../base/wheel.ts";
import type { MaskSend } from "../machine/arch.ts";
import type { Machine } from "../machine/machine.ts";
import type { Assembly } from "./assembler.ts";
import { CallQueue } from "./callQueue.ts";
import { Distances } from "./distances.ts";
import type { Memory } from "./memory.ts";
import type { NmiSource } from "./nmiSource.ts";
import type { NoiseRecorder } from "./noise.ts";
import { QuietGroup } from "./quietGroup.ts";
import { Suspended } from "./suspended.ts";
import { TickQueue } from "./tickQueue.ts";
import type { TraceRecorder } from "./traceRecorder.ts";
import type { Preemption } from "./vcpus.ts";
import { NOTHING, type Word } from "./word.ts";

/** Frames of a CPU, one a level. */
export const FRAMES = 3;
/** The level of the frame above a CPU's own program (0) and its interrupt handler (1). */
export const ABOVE = 2;

/** Why a CPU's own frame does not go on. */
export const RUNNING = 0;
/** It has no program: it idles or runs user code. */
export const NO_TASK = 1;
/** It waits for functions that it queued on others. */
export const AWAITS_CALLS = 2;
/** Its thread sleeps until woken. */
export const ASLEEP = 3;
/** It waits for another CPU's thread to sleep. */
export const AWAITS_SLEEP = 4;
/** It spins on a lock. */
export const AWAITS_LOCK = 5;
/** Its thread runs user code until somebody kicks it. */
export const RUNS_USER = 6;

/** Kinds of events; at equal times the smaller kind goes first, then the smaller CPU. */
export const STEP_EVENT = 0;
/** A call-function interrupt arrives. */
export const ARRIVE_EVENT = 1;
/** A polling idle loop sees need-resched. */
export const POLL_EVENT = 2;
/** A reschedule interrupt arrives. */
export const RESCHEDULE_EVENT = 3;
/** What a CPU waited for has come. */
export const RESUME_EVENT = 4;
/** A vCPU loses its CPU. */
export const STOP_EVENT = 5;
/** A vCPU gets a CPU again. */
export const RUN_EVENT = 6;
/** A performance counter overflows. */
export const OVERFLOW_EVENT = 7;
/** An interrupt of one, held back, is taken. */
export const NMI_EVENT = 8;
/** An event is its kind above 13 bits of CPU number. */
export const KIND_SHIFT = 13;
/** The CPU number of an event. */
export const CPU_MASK: number = (1 << KIND_SHIFT) - 1;

/**
 * Everything a run changes. Built by the engine, changed by the modules of this folder. Arrays are
 * declared only: a field that were undefined at first would be checked at every use.
 */
export class EngineState {
  declare readonly cpus: number;
  declare readonly machine: Machine;
  declare readonly assembly: Assembly;
  declare readonly memory: Memory;
  /** How one interrupt is sent to many CPUs. */
  declare readonly maskSend: MaskSend;
  declare readonly distances: Distances;
  declare readonly wheel: TimingWheel;
  declare readonly eager: boolean;
  declare readonly trace: TraceRecorder | undefined;
  /** Remote wake-ups of this kernel are reschedule interrupts (PREEMPT_RT). */
  declare readonly wakesReschedule: boolean;

  /** Parts of the assembly and the memory that every step needs. */
  declare readonly numbers: Float64Array;
  declare readonly frameSize: number;
  declare readonly maskFrameSize: number;

  declare readonly at: Float64Array;
  /** The next step of the current frame. */
  declare readonly word: Word[];
  declare readonly level: Uint8Array;
  declare readonly irqOff: Uint8Array;
  declare readonly pendingIpi: Uint8Array;
  declare readonly condition: Uint8Array;
  declare readonly isPassive: Uint8Array;
  declare readonly isQuiet: Uint8Array;
  /** A quiet CPU that runs user code, rather than idling. */
  declare readonly isBusy: Uint8Array;
  declare readonly busyUntil: Float64Array;
  /** Saved while a handler runs: next own step, and ns left until then. */
  declare readonly savedWord: Word[];
  declare readonly savedLeft: Float64Array;
  declare readonly resumeAt: Float64Array;
  declare readonly slots: Float64Array;
  declare readonly maskRegisters: (CpuMask | undefined)[];
  declare readonly stopwatches: Float64Array;
  declare readonly random: Uint32Array;

  /** Functions that others have queued on a CPU. */
  declare readonly calls: readonly CallQueue[];
  /** Functions this CPU queued on others that have not run; when the last one was seen done. */
  declare readonly outstanding: Int32Array;
  declare readonly lastAck: Float64Array;
  declare readonly wakeSent: Uint8Array;
  readonly sleepWaiters: Map<number, number[]> = new Map();
  readonly lockWaiters: Map<number, number[]> = new Map();

  /** When the interconnect has served all broadcast invalidations issued so far, ns. */
  interconnectFreeAt = 0;

  /** Last CPU that wrote a number (−1: read by others since), and when its line is free again. */
  declare readonly lineOwner: Int32Array;
  declare readonly lineFreeAt: Float64Array;
  declare readonly lineSharers: (CpuMask | undefined)[];

  declare readonly rowCounts: Float64Array[];
  declare readonly tallies: Float64Array;
  declare readonly histograms: LogHistogram[];
  callLatency: LogHistogram = new LogHistogram();
  irqOffDelay: LogHistogram = new LogHistogram();
  declare readonly stolenNs: Float64Array;

  /** Passive CPUs that read a shared variable, by its base address. */
  readonly observers: Map<number, number[]> = new Map();
  declare readonly online: CpuMask;
  readonly quiet: QuietGroup = new QuietGroup();
  /** When the interrupt being handled was taken, and when a held-back one had arrived. */
  declare readonly interruptedAt: Float64Array;
  declare readonly irqOffDelayFrom: Float64Array;
  declare readonly wokenInHandler: Uint8Array;
  /** A CPU that is taken away from what it does, and what that was. */
  declare readonly isSuspended: Uint8Array;
  declare readonly suspended: Suspended;
  declare readonly preemption: Preemption | undefined;
  declare readonly nmi: NmiSource | undefined;
  declare readonly noise: NoiseRecorder | undefined;
  /** The CPU whose interrupt is accounted for in place, without a handler frame; −1: none. */
  inlineTarget = -1;
  inlineTakenAt = 0;
  /** Up to when the frequent steps may run, ns. */
  until: number = Number.POSITIVE_INFINITY;
  /** Events of the present tick that wait for their turn. */
  readonly tick: TickQueue = new TickQueue();
  /** How many events no program has caused. */
  outsideEvents = 0;
  /** How many of them wait at any time, one a timer. */
  outsideTimers = 0;
  /** No other event of the present tick is left. */
  isAlone = true;
  /** Tasks whose end the phase waits for. */
  tasksLeft = 0;
  /** Brings a CPU up to date; set by the engine, because both directions need each other. */
  advance: (s: EngineState, cpu: number, until: number) => void = noAdvance;
  onTaskDone: (s: EngineState, cpu: number, now: number) => void = noAdvance;
  /** A task that rests will go on: the phase waits for it again. */
  onTaskWoken: (s: EngineState, cpu: number) => void = noAdvance;

  constructor(options: StateOptions) {
    const { machine, assembly, memory, seed } = options;
    const n = machine.cpus;
    this.cpus = n;
    this.machine = machine;
    this.assembly = assembly;
    this.memory = memory;
    this.numbers = memory.numbers;
    this.frameSize = assembly.slots;
    this.maskFrameSize = assembly.maskRegisters;
    this.eager = options.eager;
    this.trace = options.trace;
    this.wakesReschedule = options.wakesReschedule;
    this.maskSend = options.maskSend;
    this.distances = new Distances(machine, options.maskSend.groupCpus);
    this.wheel = new TimingWheel(4 * n + 64);
    this.at = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
    this.word = new Array<Word>(n).fill(NOTHING);
    this.level = new Uint8Array(n);
    this.irqOff = new Uint8Array(n);
    this.pendingIpi = new Uint8Array(n);
    this.condition = new Uint8Array(n).fill(NO_TASK);
    this.isPassive = new Uint8Array(n);
    this.isQuiet = new Uint8Array(n).fill(1);
    this.isBusy = new Uint8Array(n);
    this.busyUntil = new Float64Array(n);
    this.savedWord = new Array<Word>(n).fill(NOTHING);
    this.savedLeft = new Float64Array(n);
    this.resumeAt = new Float64Array(n).fill(-1);
    this.slots = new Float64Array(n * FRAMES * assembly.slots);
    this.maskRegisters = new Array<CpuMask | undefined>(n * FRAMES * assembly.maskRegisters);
    this.stopwatches = new Float64Array(n * Math.max(1, assembly.stopwatches.length));
    this.random = new Uint32Array(4 * n);
    for (let cpu = 0; cpu < n; cpu++) this.random.set(deriveStream(seed, "cpu", cpu), 4 * cpu);
    this.calls = Array.from({ length: n }, () => new CallQueue());
    this.outstanding = new Int32Array(n);
    this.lastAck = new Float64Array(n);
    this.wakeSent = new Uint8Array(n);
    const lines = memory.numbers.length + memory.masks.length;
    this.lineOwner = new Int32Array(lines).fill(-1);
    this.lineFreeAt = new Float64Array(lines);
    this.lineSharers = new Array<CpuMask | undefined>(lines);
    this.rowCounts = assembly.rows.map(() => new Float64Array(n));
    this.tallies = new Float64Array(assembly.tallies.length);
    this.histograms = assembly.stopwatches.map(() => new LogHistogram());
    this.stolenNs = new Float64Array(n);
    this.online = CpuMask.full(n);
    this.interruptedAt = new Float64Array(n);
    this.irqOffDelayFrom = new Float64Array(n);
    this.wokenInHandler = new Uint8Array(n);
    this.isSuspended = new Uint8Array(n);
    this.suspended = new Suspended(n);
    this.preemption = options.preemption;
    this.nmi = options.nmi;
    this.noise = options.noise;
  }
}

function noAdvance(): void {}

/** What a run is built from. */
export interface StateOptions {
  readonly machine: Machine;
  readonly assembly: Assembly;
  readonly memory: Memory;
  readonly seed: number;
  readonly eager: boolean;
  readonly trace: TraceRecorder | undefined;
  readonly wakesReschedule: boolean;
  readonly maskSend: MaskSend;
  readonly preemption: Preemption | undefined;
  readonly nmi: NmiSource | undefined;
  readonly noise: NoiseRecorder | undefined;
}
