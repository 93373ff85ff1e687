/**
 * Shootdown: a laboratory for page-table synchronisation on many-core Linux machines.
 *
 *     import * as sd from "shootdown";
 *
 * Four values make a run: machine × linux × backend × workload (and a seed). This file is the only
 * public entry; its groups are those of the documentation.
 */
import "./tables/costTable.ts";
import type { Backend } from "./backends/backend.ts";
import { native } from "./backends/backend.ts";
import { VARIABLES } from "./mm/variables.ts";
import { refcount } from "./policies/lazyTlb/refcount.ts";
import type { Policy, PolicyData } from "./policies/policy.ts";
import { broadcast } from "./policies/tableSync/broadcast.ts";
import { rcu } from "./policies/tableSync/rcu.ts";
import { skipIfFlushSentIpis } from "./policies/tableSync/skipIfFlushSentIpis.ts";
import { tableSyncPolicy } from "./policies/tableSync/tableSync.ts";
import type { TargetedOptions } from "./policies/tableSync/targeted.ts";
import { targeted } from "./policies/tableSync/targeted.ts";
import type { Builder, ProgramHead } from "./steps/builder.ts";
import { of, own, program } from "./steps/builder.ts";
import type { Operand, Place, Program, Variable } from "./steps/instructions.ts";
import type { ListingOptions } from "./steps/listing.ts";
import { listing } from "./steps/listing.ts";
import type { Mutant } from "./steps/mutation.ts";
import { mutants, stepNames, without } from "./steps/mutation.ts";
import type { CollapseOptions } from "./workloads/collapse.ts";
import { collapse } from "./workloads/collapse.ts";
import type { GupFastHammerOptions } from "./workloads/gupFastHammer.ts";
import { gupFastHammer } from "./workloads/gupFastHammer.ts";
import type { MprotectWorkloadOptions } from "./workloads/mprotect.ts";
import { mprotect } from "./workloads/mprotect.ts";
import type { MunmapWorkloadOptions } from "./workloads/munmap.ts";
import { munmap } from "./workloads/munmap.ts";
import { together } from "./workloads/together.ts";
import type { Workload } from "./workloads/workload.ts";

// Errors.
export { type ErrorCode, type ErrorDetails, ShootdownError } from "./base/messages.ts";
// Units: plain numbers, ns and bytes.
export { GiB, KiB, MiB, ms, ns, seconds, us } from "./base/units.ts";
export { arm64, powerpc, x86 } from "./machine/arch.ts";
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
  readonly skipIfFlushSentIpis: () => Policy;
  readonly targeted: (options?: TargetedOptions) => Policy;
  /** A policy of your own, from hooks written with `sd.steps`. */
  readonly custom: (data: PolicyData) => Policy;
} = { broadcast, rcu, skipIfFlushSentIpis, targeted, custom: tableSyncPolicy };

/** How borrowed address spaces are kept alive. */
export const lazyTlb: { readonly refcount: () => Policy } = { refcount };

// Backend.
export { Backend } from "./backends/backend.ts";

/** Who flushes. */
export const backend: { readonly native: () => Backend } = { native };

// Workload.
export { Workload } from "./workloads/workload.ts";

/** What the CPUs do. */
export const workload: {
  readonly collapse: (options: CollapseOptions) => Workload;
  readonly munmap: (options: MunmapWorkloadOptions) => Workload;
  readonly mprotect: (options: MprotectWorkloadOptions) => Workload;
  readonly gupFastHammer: (options: GupFastHammerOptions) => Workload;
  readonly together: (...parts: readonly Workload[]) => Workload;
} = { collapse, munmap, mprotect, gupFastHammer, together };

export type { Chart, ChartBundle } from "./charts/chart.ts";
export { chart } from "./charts/charts.ts";
// Experiments.
export { type CompareOptions, compare } from "./experiments/compare.ts";
// Observed data.
export { procInterrupts } from "./experiments/interruptTables.ts";
export { Run } from "./experiments/run.ts";
export type { Scene } from "./experiments/scene.ts";
export { type SimulateOptions, simulate } from "./experiments/simulate.ts";
export {
  type Agreement,
  type AgreementRow,
  agreementOf,
  type Validation,
  validate,
} from "./experiments/validate.ts";
export { type BootName, parseBootName } from "./observed/bootName.ts";
export { labCsv } from "./observed/labCsv.ts";
export type { LabRun } from "./observed/labRun.ts";
// Programs.
export type { Builder, ProgramHead } from "./steps/builder.ts";
export type { Operand, Place, Program, Step, Variable } from "./steps/instructions.ts";
export type { ListingOptions } from "./steps/listing.ts";
export type { Mutant } from "./steps/mutation.ts";
export { withBaseline } from "./tables/compare.ts";
export { csv } from "./tables/csv.ts";
export { describeColumns } from "./tables/describe.ts";
// Tables and charts.
export { type ColumnTable, tableFrom as table } from "./tables/frame.ts";
export { htmlTable } from "./tables/html.ts";
export { text } from "./tables/text.ts";

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
  mutants,
  variables: Object.fromEntries(VARIABLES.map((variable) => [variable.name, variable])),
};
