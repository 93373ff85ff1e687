/**
 * Shootdown: a laboratory for page-table synchronisation on many-core Linux machines.
 *
 *     import * as sd from "shootdown";
 *
 * Four values make a run: machine × linux × backend × workload. This is the only public entry.
 */
import "./tables/costTable.ts";
import type { Backend } from "./backends/backend.ts";
import { hyperv, kvm, native, xenPv } from "./backends/backend.ts";
import type { HypervOptions } from "./backends/hyperv.ts";
import type { KvmOptions } from "./backends/kvm.ts";
import type { NativeOptions } from "./backends/native.ts";
import type { OvercommitOptions } from "./backends/overcommit.ts";
import type { DisplayHandle } from "./display/show.ts";
import { clearOutput, displayHandle } from "./display/show.ts";
import type { BullmqOptions } from "./experiments/executors/bullmq.ts";
import { bullmq } from "./experiments/executors/bullmq.ts";
import type { Executor } from "./experiments/executors/executor.ts";
import { inProcess } from "./experiments/executors/inProcess.ts";
import type { SlurmOptions } from "./experiments/executors/slurm.ts";
import { slurm } from "./experiments/executors/slurm.ts";
import type { ThreadOptions } from "./experiments/executors/threads.ts";
import { threads } from "./experiments/executors/threads.ts";
import type { AllocationFailureOptions } from "./experiments/scenarios/allocationFailure.ts";
import { allocationFailure } from "./experiments/scenarios/allocationFailure.ts";
import type { BatchedUnmapVsMprotectOptions } from "./experiments/scenarios/batchedUnmap.ts";
import { batchedUnmapVsMprotect } from "./experiments/scenarios/batchedUnmap.ts";
import type { CollapseVsGupFastOptions } from "./experiments/scenarios/collapseVsGupFast.ts";
import { collapseVsGupFast } from "./experiments/scenarios/collapseVsGupFast.ts";
import type { InvlpgbMigrationOptions } from "./experiments/scenarios/invlpgbMigration.ts";
import { invlpgbMigration } from "./experiments/scenarios/invlpgbMigration.ts";
import { invlpgbReclaim } from "./experiments/scenarios/invlpgbReclaim.ts";
import type { IsolatedCpuDeferralOptions } from "./experiments/scenarios/isolatedCpuDeferral.ts";
import { isolatedCpuDeferral } from "./experiments/scenarios/isolatedCpuDeferral.ts";
import type { KhugepagedRecheckOptions } from "./experiments/scenarios/khugepagedRecheck.ts";
import { khugepagedRecheck } from "./experiments/scenarios/khugepagedRecheck.ts";
import type { LazyMmTeardownOptions } from "./experiments/scenarios/lazyMmTeardown.ts";
import { lazyMmTeardown } from "./experiments/scenarios/lazyMmTeardown.ts";
import type { PerfNmiInGupFastOptions } from "./experiments/scenarios/perfNmiInGupFast.ts";
import { perfNmiInGupFast } from "./experiments/scenarios/perfNmiInGupFast.ts";
import type { Scenario } from "./experiments/scenarios/scenario.ts";
import type { SplitPmdReadOptions } from "./experiments/scenarios/splitPmdRead.ts";
import { splitPmdRead } from "./experiments/scenarios/splitPmdRead.ts";
import type { TableFreeVsWalkerOptions } from "./experiments/scenarios/tableFreeVsWalker.ts";
import { tableFreeVsWalker } from "./experiments/scenarios/tableFreeVsWalker.ts";
import type { TlbGenerationsVsSwitchOptions } from "./experiments/scenarios/tlbGenerations.ts";
import { tlbGenerationsVsSwitch } from "./experiments/scenarios/tlbGenerations.ts";
import type { UnshareScenarioOptions } from "./experiments/scenarios/unshare.ts";
import { unshare as unshareScenario } from "./experiments/scenarios/unshare.ts";
import { unshareVsLazyCpu } from "./experiments/scenarios/unshareVsLazyCpu.ts";
import type { BatchLimit, BatchLimitName } from "./mm/batchLimits.ts";
import { batchLimits } from "./mm/batchLimits.ts";
import { VARIABLES } from "./mm/variables.ts";
import type { HazardOptions } from "./policies/lazyTlb/hazard.ts";
import { hazard } from "./policies/lazyTlb/hazard.ts";
import { lazyTlbPolicy } from "./policies/lazyTlb/lazyTlb.ts";
import { mainline as mainlineLazyTlb } from "./policies/lazyTlb/mainline.ts";
import { refcount } from "./policies/lazyTlb/refcount.ts";
import { shootLazies } from "./policies/lazyTlb/shootLazies.ts";
import type { ShootLaziesOptions } from "./policies/lazyTlb/shootOptions.ts";
import type { Policy, PolicyData } from "./policies/policy.ts";
import { broadcast } from "./policies/tableSync/broadcast.ts";
import type { ContextFilteredOptions } from "./policies/tableSync/contextFiltered.ts";
import { contextFiltered } from "./policies/tableSync/contextFiltered.ts";
import { deferToEntry } from "./policies/tableSync/deferToEntry.ts";
import type { DynamicFlagOptions } from "./policies/tableSync/dynamicFlag.ts";
import { dynamicFlag } from "./policies/tableSync/dynamicFlag.ts";
import type { MmCpumaskFilteredOptions } from "./policies/tableSync/mmCpumaskFiltered.ts";
import { mmCpumaskFiltered } from "./policies/tableSync/mmCpumaskFiltered.ts";
import type { PerCpuCounterOptions } from "./policies/tableSync/perCpuCounter.ts";
import { perCpuCounter } from "./policies/tableSync/perCpuCounter.ts";
import { perMmCounter } from "./policies/tableSync/perMmCounter.ts";
import { rcu } from "./policies/tableSync/rcu.ts";
import { registeredWalkers } from "./policies/tableSync/registeredWalkers.ts";
import type { SkipIfFlushImpliesIpiOptions } from "./policies/tableSync/skipIfFlushImpliesIpi.ts";
import { skipIfFlushImpliesIpi } from "./policies/tableSync/skipIfFlushImpliesIpi.ts";
import type { SkipIfFlushSentIpisOptions } from "./policies/tableSync/skipIfFlushSentIpis.ts";
import { skipIfFlushSentIpis } from "./policies/tableSync/skipIfFlushSentIpis.ts";
import { tableSyncPolicy } from "./policies/tableSync/tableSync.ts";
import type { TargetedOptions } from "./policies/tableSync/targeted.ts";
import { targeted } from "./policies/tableSync/targeted.ts";
import { serializedLookups, tolerantReaders } from "./policies/tableSync/tolerantReaders.ts";
import { batched } from "./policies/unmapFlush/batched.ts";
import { flushMmIfPending } from "./policies/unmapFlush/flushMmIfPending.ts";
import { flushOwnIfPending } from "./policies/unmapFlush/flushOwnIfPending.ts";
import { immediate } from "./policies/unmapFlush/immediate.ts";
import type { InvlpgbPerPageOptions } from "./policies/unmapFlush/invlpgbPerPage.ts";
import { invlpgbPerPage } from "./policies/unmapFlush/invlpgbPerPage.ts";
import { pendingFlag } from "./policies/unmapFlush/pendingFlag.ts";
import { unmapFlushPolicy } from "./policies/unmapFlush/unmapFlush.ts";
import { waitIfPending } from "./policies/unmapFlush/waitIfPending.ts";
import type { Builder, ProgramHead } from "./steps/builder.ts";
import { of, own, program } from "./steps/builder.ts";
import type { Operand, Place, Program, Variable } from "./steps/instructions.ts";
import type { ListingOptions } from "./steps/listing.ts";
import { listing } from "./steps/listing.ts";
import type { Mutant } from "./steps/mutation.ts";
import { mutants as programMutants, stepNames, without } from "./steps/mutation.ts";
import type { CollapseOptions } from "./workloads/collapse.ts";
import { collapse } from "./workloads/collapse.ts";
import type { ContextSwitchIdleOptions } from "./workloads/contextSwitchIdle.ts";
import { contextSwitchIdle } from "./workloads/contextSwitchIdle.ts";
import type { ContextSwitchPingPongOptions } from "./workloads/contextSwitchPingPong.ts";
import { contextSwitchPingPong } from "./workloads/contextSwitchPingPong.ts";
import type { DontneedOptions } from "./workloads/dontneed.ts";
import { dontneed } from "./workloads/dontneed.ts";
import type { ExitOptions } from "./workloads/exit.ts";
import { exit } from "./workloads/exit.ts";
import type { ForkOptions } from "./workloads/fork.ts";
import { fork } from "./workloads/fork.ts";
import type { GupFastHammerOptions } from "./workloads/gupFastHammer.ts";
import { gupFastHammer } from "./workloads/gupFastHammer.ts";
import type { IdleOptions } from "./workloads/idle.ts";
import { idle } from "./workloads/idle.ts";
import type { IpiBenchmarkOptions } from "./workloads/ipiBenchmark.ts";
import { ipiBenchmark } from "./workloads/ipiBenchmark.ts";
import type { IsolatedObserverOptions } from "./workloads/isolatedObserver.ts";
import { isolatedObserver } from "./workloads/isolatedObserver.ts";
import type { KernelCompileOptions } from "./workloads/kernelCompile.ts";
import { kernelCompile } from "./workloads/kernelCompile.ts";
import type { MadviseOptions } from "./workloads/madvise.ts";
import { madviseCold, madviseFree } from "./workloads/madvise.ts";
import type { MembarrierOptions } from "./workloads/membarrier.ts";
import { membarrier } from "./workloads/membarrier.ts";
import type { MigrateOptions } from "./workloads/migrate.ts";
import { migrate } from "./workloads/migrate.ts";
import type { MprotectWorkloadOptions } from "./workloads/mprotect.ts";
import { mprotect } from "./workloads/mprotect.ts";
import type { MremapOptions } from "./workloads/mremap.ts";
import { mremap } from "./workloads/mremap.ts";
import type { MunmapWorkloadOptions } from "./workloads/munmap.ts";
import { munmap } from "./workloads/munmap.ts";
import type { PageoutWorkloadOptions } from "./workloads/pageout.ts";
import { pageout } from "./workloads/pageout.ts";
import type { PerfSamplingOptions } from "./workloads/perfSampling.ts";
import { perfSampling } from "./workloads/perfSampling.ts";
import type { ReclaimOptions } from "./workloads/reclaim.ts";
import { reclaim } from "./workloads/reclaim.ts";
import type { TlbFlush2Options } from "./workloads/tlbFlush2.ts";
import { tlbFlush2 } from "./workloads/tlbFlush2.ts";
import { together } from "./workloads/together.ts";
import type { UnshareOptions } from "./workloads/unshare.ts";
import { unshare } from "./workloads/unshare.ts";
import type { Workload } from "./workloads/workload.ts";

// Errors.
export { type ErrorCode, type ErrorDetails, ShootdownError } from "./base/messages.ts";
// Units: plain numbers, ns and bytes.
export { GiB, KiB, MiB, ms, ns, seconds, us } from "./base/units.ts";
export { arm64, powerpc, x86 } from "./machine/arch.ts";
export type { CostChoice, CostEnd } from "./machine/costEnds.ts";
export {
  type Cost,
  type CostKey,
  type CostTable,
  costSteps,
  type Evidence,
} from "./machine/costs.ts";
// Machine.
export { Machine, machine } from "./machine/machine.ts";
export { machineByName, machineNames, machines } from "./machine/presets.ts";
export { sources } from "./machine/sources.ts";

// Linux and its policies.
export { Linux, type LinuxMutant, type LinuxOptions, linux } from "./policies/linux.ts";
export { Policy, type PolicyData, type PolicyMutant } from "./policies/policy.ts";

/** How table removal waits for lockless walkers: what replaces one sync broadcast. */
export const tableSync: {
  readonly broadcast: () => Policy;
  readonly rcu: () => Policy;
  readonly skipIfFlushImpliesIpi: (options?: SkipIfFlushImpliesIpiOptions) => Policy;
  readonly dynamicFlag: (options?: DynamicFlagOptions) => Policy;
  readonly skipIfFlushSentIpis: (options?: SkipIfFlushSentIpisOptions) => Policy;
  readonly targeted: (options?: TargetedOptions) => Policy;
  readonly perMmCounter: () => Policy;
  readonly perCpuCounter: (options?: PerCpuCounterOptions) => Policy;
  readonly registeredWalkers: () => Policy;
  readonly mmCpumaskFiltered: (options?: MmCpumaskFilteredOptions) => Policy;
  readonly contextFiltered: (options?: ContextFilteredOptions) => Policy;
  readonly deferToEntry: () => Policy;
  readonly tolerantReaders: () => Policy;
  readonly serializedLookups: () => Policy;
  /** A policy of your own, from hooks written with `sd.steps`. */
  readonly custom: (data: PolicyData) => Policy;
} = {
  broadcast,
  rcu,
  skipIfFlushImpliesIpi,
  dynamicFlag,
  skipIfFlushSentIpis,
  targeted,
  perMmCounter,
  perCpuCounter,
  registeredWalkers,
  mmCpumaskFiltered,
  contextFiltered,
  deferToEntry,
  tolerantReaders,
  serializedLookups,
  custom: tableSyncPolicy,
};

/** How borrowed address spaces are kept alive. */
export const lazyTlb: {
  readonly mainline: () => Policy;
  readonly refcount: () => Policy;
  readonly shootLazies: (options?: ShootLaziesOptions) => Policy;
  readonly hazard: (options?: HazardOptions) => Policy;
  /** A policy of your own, from hooks written with `sd.steps`. */
  readonly custom: (data: PolicyData) => Policy;
} = { mainline: mainlineLazyTlb, refcount, shootLazies, hazard, custom: lazyTlbPolicy };

/** When translations of pages that reclaim and migration unmap are flushed. */
export const unmapFlush: {
  readonly batched: () => Policy;
  readonly immediate: () => Policy;
  readonly flushMmIfPending: () => Policy;
  readonly waitIfPending: () => Policy;
  readonly flushOwnIfPending: () => Policy;
  readonly pendingFlag: () => Policy;
  readonly invlpgbPerPage: (options?: InvlpgbPerPageOptions) => Policy;
  /** A policy of your own, from hooks written with `sd.steps`. */
  readonly custom: (data: PolicyData) => Policy;
  /** How much one flush of Linux may serve, by release. */
  readonly limits: Readonly<Record<BatchLimitName, BatchLimit>>;
} = {
  batched,
  immediate,
  flushMmIfPending,
  waitIfPending,
  flushOwnIfPending,
  pendingFlag,
  invlpgbPerPage,
  custom: unmapFlushPolicy,
  limits: batchLimits,
};

// Backend.
export { Backend } from "./backends/backend.ts";

/** Who flushes. */
export const backend: {
  readonly native: (options?: NativeOptions) => Backend;
  readonly kvm: (options?: KvmOptions) => Backend;
  readonly hyperv: (options?: HypervOptions) => Backend;
  readonly xenPv: (options?: OvercommitOptions) => Backend;
} = { native, kvm, hyperv, xenPv };

// Workload.
export { Workload } from "./workloads/workload.ts";

/** What the CPUs do. */
export const workload: {
  readonly collapse: (options: CollapseOptions) => Workload;
  readonly munmap: (options: MunmapWorkloadOptions) => Workload;
  readonly mprotect: (options: MprotectWorkloadOptions) => Workload;
  readonly dontneed: (options: DontneedOptions) => Workload;
  readonly madviseFree: (options: MadviseOptions) => Workload;
  readonly madviseCold: (options: MadviseOptions) => Workload;
  readonly mremap: (options: MremapOptions) => Workload;
  readonly fork: (options?: ForkOptions) => Workload;
  readonly exit: (options?: ExitOptions) => Workload;
  readonly pageout: (options: PageoutWorkloadOptions) => Workload;
  readonly reclaim: (options: ReclaimOptions) => Workload;
  readonly migrate: (options: MigrateOptions) => Workload;
  readonly gupFastHammer: (options: GupFastHammerOptions) => Workload;
  readonly unshare: (options: UnshareOptions) => Workload;
  readonly membarrier: (options?: MembarrierOptions) => Workload;
  readonly idle: (options?: IdleOptions) => Workload;
  readonly contextSwitchIdle: (options: ContextSwitchIdleOptions) => Workload;
  readonly contextSwitchPingPong: (options: ContextSwitchPingPongOptions) => Workload;
  readonly kernelCompile: (options: KernelCompileOptions) => Workload;
  readonly perfSampling: (options?: PerfSamplingOptions) => Workload;
  readonly isolatedObserver: (options?: IsolatedObserverOptions) => Workload;
  readonly ipiBenchmark: (options?: IpiBenchmarkOptions) => Workload;
  readonly tlbFlush2: (options: TlbFlush2Options) => Workload;
  readonly together: (...parts: readonly Workload[]) => Workload;
} = {
  collapse,
  munmap,
  mprotect,
  dontneed,
  madviseFree,
  madviseCold,
  mremap,
  fork,
  exit,
  pageout,
  reclaim,
  migrate,
  gupFastHammer,
  unshare,
  membarrier,
  idle,
  contextSwitchIdle,
  contextSwitchPingPong,
  kernelCompile,
  perfSampling,
  isolatedObserver,
  ipiBenchmark,
  tlbFlush2,
  together,
};

export type { Chart, ChartBundle } from "./charts/chart.ts";
export { chart } from "./charts/charts.ts";
// The notebook.
export { cell, input, type RunningCell } from "./display/cell.ts";
export { type Progress, type ProgressOptions, progress } from "./display/progress.ts";
export { type DisplayHandle, show } from "./display/show.ts";

/** Places in the output of a cell. */
export const display: {
  /** A place that can be written again. */
  readonly handle: () => DisplayHandle;
  /** Removes what the cell has shown so far; with `wait`, when something new comes. */
  readonly clear: (options?: { readonly wait?: boolean }) => void;
} = { handle: displayHandle, clear: clearOutput };

// Experiments, observed data.
export { type CompareOptions, compare } from "./experiments/compare.ts";
export {
  type AgreementOptions,
  agreement,
  type Measured,
} from "./experiments/fromData/agreement.ts";
export { type FoundLinux, type LinuxTexts, linuxFrom } from "./experiments/fromData/linuxFrom.ts";
export {
  type LscpuMachine,
  lscpuMachine,
  machineFromLscpu,
} from "./experiments/fromData/machineFromLscpu.ts";
export { type FoundWorkload, workloadFrom } from "./experiments/fromData/workloadFrom.ts";
export { type ImportResult, importFile } from "./experiments/importFile.ts";
export { procInterrupts } from "./experiments/interruptTables.ts";
export { hints, lscpu, reports, rtla, sysfs } from "./experiments/machineTexts.ts";
export {
  type InterruptersOptions,
  ObservedTrace,
  type RatesOptions,
  trace,
} from "./experiments/observedTrace.ts";
// Probes of the own machine.
export type { ProbeName } from "./experiments/probes/case.ts";
export { Latencies, type LatencyRepetition } from "./experiments/probes/latencies.ts";
export type { LatencyName, LatencyOptions } from "./experiments/probes/latencyOptions.ts";
export { type LatencyModel, latencyTable } from "./experiments/probes/latencyTable.ts";
export type { ProbeOptions } from "./experiments/probes/options.ts";
export { Probe, type ProbeParts } from "./experiments/probes/probe.ts";
export { probe } from "./experiments/probes/probes.ts";
export type { LatencyOrigin, MachineOrigin, Provenance } from "./experiments/probes/provenance.ts";
export type { ProbeSizes } from "./experiments/probes/sizes.ts";
export type { Repetition } from "./experiments/probes/window.ts";
export type { CheckOptions } from "./experiments/questions/check.ts";
export { check } from "./experiments/questions/check.ts";
export { mutants } from "./experiments/questions/mutants.ts";
export {
  type Budget,
  Question,
  type QuestionOptions,
  question,
  type Reductions,
} from "./experiments/questions/question.ts";
export {
  Counterexample,
  type Outcome,
  replay,
  Verdict,
  type VerdictData,
} from "./experiments/questions/verdict.ts";
export { Run } from "./experiments/run.ts";
export { Scenario } from "./experiments/scenarios/scenario.ts";
export type { Scene } from "./experiments/scene.ts";
export { type SimulateOptions, simulate } from "./experiments/simulate.ts";
// Sweeps.
export type { Axes, AxisValues, Label, Point } from "./experiments/sweep/axes.ts";
export { type BreakEven, type BreakEvenOptions, breakEven } from "./experiments/sweep/breakEven.ts";
export { type FrontierOptions, frontier, type Pays } from "./experiments/sweep/frontier.ts";
export { progressLine, type SweepProgress } from "./experiments/sweep/progress.ts";
export { type SweepOptions, sweep } from "./experiments/sweep/sweep.ts";
export { openStore, type SweepStatus, type SweepStore } from "./experiments/sweep/sweepStore.ts";
export { type Verification, type VerifyOptions, verify } from "./experiments/sweep/verify.ts";
export type { Target, TargetResult, Tolerance } from "./experiments/targets/target.ts";
export { judgePublished, published, targetTable } from "./experiments/targets/targets.ts";
export {
  type Agreement,
  type AgreementRow,
  agreementOf,
  type UncoveredRun,
  type Validation,
  validate,
} from "./experiments/validate.ts";
// Explorer.
export {
  Exploration,
  type ExploreOptions,
  explore,
  type Replay,
  replaySchedule,
} from "./explorer/explore.ts";
export {
  type LitmusOptions,
  type LitmusResult,
  litmus,
} from "./explorer/litmus.ts";
export type {
  LitmusClause,
  LitmusPlace,
  LitmusStatement,
  LitmusTest,
  LitmusValue,
} from "./explorer/litmusTest.ts";
export { toPromela } from "./explorer/promela/promela.ts";
export type { Schedule, ScheduleStep } from "./explorer/schedule.ts";
export type { InitialValue, LaneSpec, MemoryModel, SystemSpec } from "./explorer/system.ts";
export type { Violation, Witnesses } from "./explorer/verdictData.ts";
export { type BootName, parseBootName } from "./observed/bootName.ts";
export { labCsv } from "./observed/labCsv.ts";
export type { LabRun } from "./observed/labRun.ts";
// Programs.
export type { Builder, ProgramHead } from "./steps/builder.ts";
export type { Operand, Place, Program, Step, Variable } from "./steps/instructions.ts";
export type { ListingOptions } from "./steps/listing.ts";
export type { Mutant } from "./steps/mutation.ts";
export { withBaseline } from "./tables/compare.ts";
export { overSeeds, type RepetitionOptions, withIntervals } from "./tables/confidence.ts";
export { csv } from "./tables/csv.ts";
export { describeColumns } from "./tables/describe.ts";
// Tables and charts.
export { type ColumnTable, tableFrom as table } from "./tables/frame.ts";
export { htmlTable } from "./tables/html.ts";
export { text } from "./tables/text.ts";

/** Who computes the cells of a sweep. */
export const executor: {
  readonly inProcess: () => Executor;
  readonly threads: (options?: ThreadOptions) => Executor;
  readonly bullmq: (options: BullmqOptions) => Executor;
  readonly slurm: (options?: SlurmOptions) => Executor;
} = { inProcess, threads, bullmq, slurm };

/** What kernel paths meet, and what they can break: the expected result is said at each. */
export const scenario: {
  readonly collapseVsGupFast: (options?: CollapseVsGupFastOptions) => Scenario;
  readonly tableFreeVsWalker: (options?: TableFreeVsWalkerOptions) => Scenario;
  readonly unshare: (options?: UnshareScenarioOptions) => Scenario;
  readonly perfNmiInGupFast: (options?: PerfNmiInGupFastOptions) => Scenario;
  readonly allocationFailure: (options?: AllocationFailureOptions) => Scenario;
  readonly khugepagedRecheck: (options?: KhugepagedRecheckOptions) => Scenario;
  readonly splitPmdRead: (options?: SplitPmdReadOptions) => Scenario;
  readonly batchedUnmapVsMprotect: (options?: BatchedUnmapVsMprotectOptions) => Scenario;
  readonly lazyMmTeardown: (options?: LazyMmTeardownOptions) => Scenario;
  readonly tlbGenerationsVsSwitch: (options?: TlbGenerationsVsSwitchOptions) => Scenario;
  readonly unshareVsLazyCpu: () => Scenario;
  readonly invlpgbMigration: (options?: InvlpgbMigrationOptions) => Scenario;
  readonly invlpgbReclaim: () => Scenario;
  readonly isolatedCpuDeferral: (options?: IsolatedCpuDeferralOptions) => Scenario;
} = {
  collapseVsGupFast,
  tableFreeVsWalker,
  unshare: unshareScenario,
  perfNmiInGupFast,
  allocationFailure,
  khugepagedRecheck,
  splitPmdRead,
  batchedUnmapVsMprotect,
  lazyMmTeardown,
  tlbGenerationsVsSwitch,
  unshareVsLazyCpu,
  invlpgbMigration,
  invlpgbReclaim,
  isolatedCpuDeferral,
};

/** The builder that writes programs, and what one can do with a program. */
export const steps: {
  readonly program: (name: string, head: ProgramHead, write: (builder: Builder) => void) => Program;
  readonly own: (variable: Variable) => Place;
  readonly of: (variable: Variable, owner: Operand) => Place;
  readonly listing: (program: Program, options?: ListingOptions) => string;
  readonly names: (program: Program) => readonly string[];
  readonly without: (program: Program, name: string) => Program;
  readonly mutants: (program: Program) => readonly Mutant[];
  /** Every variable of the model, by its kernel name. */
  readonly variables: Readonly<Record<string, Variable>>;
} = {
  program,
  own,
  of,
  listing,
  names: stepNames,
  without,
  mutants: programMutants,
  variables: Object.fromEntries(VARIABLES.map((variable) => [variable.name, variable])),
};
