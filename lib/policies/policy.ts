/** What all policies have in common: named hooks, each a program that can be listed and mutated. */
import { checkKeys, checkString } from "../base/check.ts";
import { invalid, unknownName } from "../base/messages.ts";
import { Value } from "../base/value.ts";
import type { Constraint } from "../mm/constraint.ts";
import { checkConstraints } from "../mm/constraint.ts";
import type { HookName, PolicyGroup, PolicyHooks } from "../mm/hookPoints.ts";
import { HOOK_NAMES, HOOKS } from "../mm/hookPoints.ts";
import { finishProgram } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { ListingOptions } from "../steps/listing.ts";
import { listing } from "../steps/listing.ts";
import { mutants, stepNames, without } from "../steps/mutation.ts";

/** Plain data of a policy: what survives structured clone and canonical JSON. */
export interface PolicyData {
  readonly name: string;
  /** The arguments it was made with. */
  readonly options: Readonly<Record<string, string | number | boolean>>;
  readonly hooks: PolicyHooks;
  /** One sentence: what it does instead of mainline. */
  readonly summary: string;
  /** The message, commit or kernel file it follows. */
  readonly source: string;
  /** Where Linux can have it; everywhere without. */
  readonly constraints?: readonly Constraint[];
  /** Why it breaks: only variants that a review or a proof has found wrong say so. */
  readonly unsafe?: string;
  /** tableSync only: the flush after an unshare also reaches CPUs that borrow the mm. */
  readonly unshareReachesLazy?: boolean;
}

/** One change to a policy, as {@link Policy.mutants} returns it. */
export interface PolicyMutant {
  /** `hook:step`, as {@link Policy.without} takes it. */
  readonly step: string;
  readonly change: string;
  readonly policy: Policy;
}

/** A policy: a set of hooks, each a program; what it does not define is a no-op. */
export class Policy extends Value implements PolicyData {
  readonly kind: PolicyGroup;
  readonly name: string;
  readonly options: Readonly<Record<string, string | number | boolean>>;
  readonly hooks: PolicyHooks;
  readonly summary: string;
  readonly source: string;
  readonly constraints: readonly Constraint[];
  declare readonly unsafe?: string;
  declare readonly unshareReachesLazy?: boolean;

  /**
   * Checks and copies the data, so that a plain clone is as good. Throws SD001–SD003 for wrong
   * data, SD002 for an unknown hook, SD007 for a hook whose program cannot be run.
   */
  constructor(kind: PolicyGroup, data: PolicyData) {
    super();
    checkKeys(kind, data, KEYS);
    this.kind = kind;
    this.name = checkString("name", data.name);
    this.options = Object.freeze({ ...data.options });
    this.hooks = checkHooks(kind, data.hooks);
    this.summary = checkString("summary", data.summary);
    this.source = checkString("source", data.source);
    this.constraints = checkConstraints(data.constraints ?? []);
    if (data.unsafe !== undefined) this.unsafe = checkString("unsafe", data.unsafe);
    if (data.unshareReachesLazy === true) this.unshareReachesLazy = true;
    Object.freeze(this);
  }

  describe(): string[] {
    const options = Object.entries(this.options).map(([key, value]) => `${key}: ${value}`);
    const given = options.length === 0 ? "" : `({ ${options.join(", ")} })`;
    return [
      `${this.kind} ${this.name}${given}`,
      this.summary,
      ...(this.unsafe === undefined ? [] : [`UNSAFE: ${this.unsafe}`]),
      ...this.constraints.map(({ on, oneOf }) => `only on ${on} ${oneOf.join(", ")}`),
      `source: ${this.source}`,
    ];
  }

  /** The steps of every hook, one a line, in kernel words. */
  listing(options: ListingOptions = {}): string {
    const parts = this.hookList().map(
      ([hook, program]) => `/* ${hook} */\n${listing(program, options)}`,
    );
    return parts.length === 0 ? "/* no hooks: nothing is done */\n" : parts.join("\n");
  }

  /** Names of all steps of all hooks, `hook:step`, in order. */
  stepNames(): readonly string[] {
    return this.hookList().flatMap(([hook, program]) =>
      stepNames(program).map((name) => `${hook}:${name}`),
    );
  }

  /** The policy without one step, named `hook:step`. Throws SD002 with the nearest name. */
  without(step: string): Policy {
    const known = this.stepNames();
    if (!known.includes(step)) throw unknownName(`step of ${this.name}`, step, known);
    const colon = step.indexOf(":");
    const hook = step.slice(0, colon) as HookName;
    const program = without(this.hooks[hook]!, step.slice(colon + 1));
    return this.withHook(hook, program, `without ${step}`);
  }

  /** One policy per step that can be dropped or weakened. */
  mutants(): readonly PolicyMutant[] {
    return this.hookList().flatMap(([hook, original]) =>
      mutants(original, `${hook}:`).map(({ step, change, program }) => ({
        step,
        change,
        policy: this.withHook(hook, program, change),
      })),
    );
  }

  private withHook(hook: HookName, program: Program, change: string): Policy {
    const name = `${this.name}, ${change}`;
    return new Policy(this.kind, { ...this, name, hooks: { ...this.hooks, [hook]: program } });
  }

  private hookList(): [HookName, Program][] {
    return HOOK_NAMES.flatMap((hook): [HookName, Program][] => {
      const program = this.hooks[hook];
      return program === undefined ? [] : [[hook, program]];
    });
  }
}

const KEYS = [
  ...["kind", "name", "options", "hooks", "summary", "source"],
  ...["constraints", "unsafe", "unshareReachesLazy"],
];

function checkHooks(kind: PolicyGroup, hooks: PolicyHooks): PolicyHooks {
  checkKeys(
    `hooks of ${kind}`,
    hooks,
    HOOK_NAMES.filter((hook) => HOOKS[hook].group === kind),
  );
  const checked: Partial<Record<HookName, Program>> = {};
  for (const hook of HOOK_NAMES) {
    const program = hooks[hook];
    if (program !== undefined) checked[hook] = checkHook(hook, program);
  }
  return Object.freeze(checked);
}

/** A hook is called with the parameters of {@link HOOKS} and with nothing else. */
function checkHook(hook: HookName, program: Program): Program {
  const isProgram = typeof program === "object" && program?.kind === "program";
  if (!isProgram) throw invalid(hook, program, "a program made by sd.steps.program()");
  const expected: readonly string[] = HOOKS[hook].params;
  if (program.params.join() !== expected.join()) {
    throw invalid(`parameters of ${hook}`, program.params, expected.join(", "));
  }
  return finishProgram(program);
}
