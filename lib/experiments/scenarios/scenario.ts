/** Scenarios as values: which kernel paths meet, and what they can break. */
import { deepFreeze, Value } from "../../base/value.ts";
import type { AddressSpaces } from "../../explorer/addressSpaces.ts";
import type { InitialValue, LaneSpec, SystemSpec } from "../../explorer/system.ts";
import type { Property, Witnesses } from "../../explorer/verdictData.ts";
import type { Environment } from "../../mm/environment.ts";

/** Values that the options of a scenario may hold. */
export type ScenarioOption = string | number | boolean;

/** Plain data of a scenario. */
export interface ScenarioData {
  readonly kind: "scenario";
  readonly type: string;
  readonly options: Readonly<Record<string, ScenarioOption>>;
}

/** A scenario. Build it with the functions of `sd.scenario`. */
export class Scenario extends Value implements ScenarioData {
  readonly kind = "scenario";
  readonly type: string;
  readonly options: Readonly<Record<string, ScenarioOption>>;

  constructor(type: string, options: Readonly<Record<string, ScenarioOption>>) {
    super();
    this.type = type;
    this.options = deepFreeze({ ...options });
    Object.freeze(this);
  }

  describe(): string[] {
    const options = Object.entries(this.options).map(([key, value]) => `${key}: ${value}`);
    return [`scenario ${this.type}({ ${options.join(", ")} })`];
  }
}

/** What a scenario is planned for. */
export interface ScenarioScene {
  /** The paths of the kernel in question, its policies and its backend. */
  readonly env: Environment;
  readonly cpus: number;
}

/** The CPUs and the memory of a scenario, and what is judged. */
export interface ScenarioPlan {
  readonly lanes: readonly LaneSpec[];
  readonly mms: number;
  readonly tables: number;
  readonly initial: readonly InitialValue[];
  /** What is judged beside P-LIVE. */
  readonly properties: readonly Property[];
  /** Clocks read 0 or this; without it they stand still. */
  readonly later?: number;
  /** Who has which address space; needed where some are freed. */
  readonly addressSpaces?: AddressSpaces;
  /** What must happen at least once; otherwise the verdict is vacuous. */
  readonly sometimes: readonly (keyof Witnesses)[];
  /** How far the scenario goes: each a phrase, as in `1 collapse`. */
  readonly bounds: readonly string[];
  /** What hardware walkers follow; absent where the scenario has nothing that they could. */
  readonly walked?: NonNullable<SystemSpec["tableEntry"]>;
  /** The properties are about translations: hardware walks, whether the question asks or not. */
  readonly judgesTranslations?: true;
}

/** What a type of scenario is; one a file of this folder. */
export interface ScenarioKind {
  /** Throws SD001 and SD002 for wrong options. */
  make(options: Readonly<Record<string, unknown>>): Scenario;
  /** Fewest CPUs that it needs. */
  readonly minCpus: number;
  /** Throws SD004 for a kernel in which it cannot happen. */
  plan(scenario: Scenario, scene: ScenarioScene): ScenarioPlan;
}
