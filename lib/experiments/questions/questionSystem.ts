/** From a question to the CPUs, programs and memory that are explored. */
import { impossible } from "../../base/messages.ts";
import type { InitialValue, LaneRoot, LaneSpec, SystemSpec } from "../../explorer/system.ts";
import { smeActiveCpus } from "../../mm/archVariables.ts";
import { VCPU_FLUSH_AT_ENTRY, VCPU_PREEMPTED, vcpuPreempted } from "../../mm/guestVariables.ts";
import { INIT_MM, loadedGlobalAsid, loadedMm, VARIABLES } from "../../mm/variables.ts";
import type { Program, Variable } from "../../steps/instructions.ts";
import { placeOf } from "../../steps/registers.ts";
import { eachStep, handlersOf } from "../../steps/walk.ts";
import { bootValues } from "../bootValues.ts";
import { checkKernel } from "../combination.ts";
import { environmentOf } from "../environments.ts";
import { planScenario } from "../scenarios/registry.ts";
import type { ScenarioPlan } from "../scenarios/scenario.ts";
import type { Question } from "./question.ts";

/** A question as the explorer takes it, and what its verdict must say. */
export interface QuestionSystem {
  readonly spec: SystemSpec;
  readonly plan: ScenarioPlan;
}

/** Throws SD004 for what Linux cannot have, SD005 for CPUs that do not fit, SD007 as `explore`. */
export function systemOf(question: Question): QuestionSystem {
  const { scenario, linux, machine, backend, cpus, memoryModel } = question;
  checkQuestion(question);
  const env = environmentOf({ machine, linux, backend });
  const plan = planScenario(scenario, { env, cpus });
  const boot = Object.entries(bootValues(env.cpu, backend)).map(
    ([variable, value]): InitialValue => ({ variable, value }),
  );
  const lanes = plan.lanes.map((one) => ({ ...one, preemptions: question.preemptions }));
  const translations = walkedBy(question, plan);
  const { addressSpaces } = plan;
  const { arch } = machine;
  const hasLateCpus = arch.kind === "arm64" && arch.smeErratum && translations !== undefined;
  const earlyDone = hasLateCpus ? smeActiveCpus.name : undefined;
  const watched = [
    translations?.variable,
    earlyDone,
    addressSpaces?.borrowed,
    addressSpaces?.users,
  ];
  const keepsRoots = translations !== undefined || addressSpaces !== undefined;
  const variables = usedVariables(
    lanes,
    watched.filter((name) => name !== undefined),
  );
  const names = new Set(variables.map(({ name }) => name));
  const isFlagged = question.preemptions > 0 && names.has(vcpuPreempted.name);
  const spec: SystemSpec = {
    lanes: lanes.map(({ initial: own = {}, root, ...one }) => ({
      ...one,
      ...(keepsRoots ? { root: root ?? rootAtStart(own) } : {}),
      initial: Object.fromEntries(Object.entries(own).filter(([name]) => names.has(name))),
    })),
    variables,
    mms: plan.mms,
    tables: plan.tables,
    initial: [...plan.initial, ...boot].filter(({ variable }) => names.has(variable)),
    memoryModel,
    bufferDepth: question.storeBuffer,
    window: question.window,
    ...(translations === undefined ? {} : { hardwareWalkers: true, tableEntry: translations }),
    ...(earlyDone === undefined ? {} : { earlyDone }),
    ...(question.completion === "everybody" ? { completion: question.completion } : {}),
    ...(addressSpaces === undefined ? {} : { addressSpaces }),
    ...(plan.later === undefined ? {} : { later: plan.later }),
    ...(isFlagged ? { stopFlag: STOP_FLAG } : {}),
  };
  return { spec, plan };
}

/** The hardware has loaded at the start what the kernel has noted. */
function rootAtStart(own: Readonly<Record<string, number>>): LaneRoot {
  const { [loadedMm.name]: mm = INIT_MM, [loadedGlobalAsid.name]: asid = 0 } = own;
  return { mm, global: asid === 1 };
}

/** What hardware walkers follow; undefined without any. */
function walkedBy(asked: Question, plan: ScenarioPlan): SystemSpec["tableEntry"] {
  if (!asked.hardwareWalkers && plan.judgesTranslations !== true) return undefined;
  if (plan.walked !== undefined) return plan.walked;
  throw impossible("hardwareWalkers", true, "the scenario has no entry that they could follow");
}

const STOP_FLAG = {
  variable: vcpuPreempted.name,
  stopped: VCPU_PREEMPTED,
  flush: VCPU_FLUSH_AT_ENTRY,
};

/** Memory models that describe an architecture; `sc` describes none and suits all. */
const MODEL_OF: Readonly<Record<string, string>> = { "x86-tso": "x86" };

function checkQuestion({ machine, linux, backend, memoryModel }: Question): void {
  const { kind } = machine.arch;
  const wanted = MODEL_OF[memoryModel] ?? kind;
  if (wanted !== kind) throw impossible("memoryModel", memoryModel, `not that of ${kind}`);
  checkKernel({ machine, linux, backend });
}

/** Variables that some program names; what nobody names cannot change a verdict. */
function usedVariables(lanes: readonly LaneSpec[], more: readonly string[]): readonly Variable[] {
  const names = new Set(more);
  for (const program of lanes.flatMap(({ thread, nmi, timer }) => [thread, nmi, timer])) {
    if (program === undefined) continue;
    for (const one of [program, ...handlersOf(program)]) addNames(one, names);
  }
  return VARIABLES.filter(({ name }) => names.has(name));
}

function addNames(program: Program, names: Set<string>): void {
  eachStep(program.steps, (step) => {
    const place = placeOf(step);
    if (place !== undefined) names.add(place.variable);
  });
}
