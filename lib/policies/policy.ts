/** What all policies have in common: named hooks, each a program that can be listed and mutated. */
import { unknownName } from "../base/messages.ts";
import { Value } from "../base/value.ts";
import type { HookName, PolicyHooks } from "../mm/environment.ts";
import { HOOK_NAMES } from "../mm/environment.ts";
import type { Program } from "../steps/instructions.ts";
import type { ListingOptions } from "../steps/listing.ts";
import { listing } from "../steps/listing.ts";
import { mutants, without } from "../steps/mutation.ts";

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
}

/** One change to a policy, as {@link Policy.mutants} returns it. */
export interface PolicyMutant {
  /** `hook:step`, as `without` takes it. */
  readonly step: string;
  readonly change: string;
  readonly policy: Policy;
}

/** A policy: a set of hooks, each a program; what it does not define is a no-op. */
export class Policy extends Value implements PolicyData {
  readonly kind: string;
  readonly name: string;
  readonly options: Readonly<Record<string, string | number | boolean>>;
  readonly hooks: PolicyHooks;
  readonly summary: string;
  readonly source: string;

  constructor(kind: string, data: PolicyData) {
    super();
    this.kind = kind;
    this.name = data.name;
    this.options = Object.freeze({ ...data.options });
    this.hooks = Object.freeze({ ...data.hooks });
    this.summary = data.summary;
    this.source = data.source;
    Object.freeze(this);
  }

  describe(): string[] {
    const options = Object.entries(this.options).map(([key, value]) => `${key}: ${value}`);
    const given = options.length === 0 ? "" : `({ ${options.join(", ")} })`;
    return [`${this.kind} ${this.name}${given}`, this.summary, `source: ${this.source}`];
  }

  /** The steps of every hook, one a line, in kernel words. */
  listing(options: ListingOptions = {}): string {
    const parts = this.hookList().map(
      ([hook, program]) => `/* ${hook} */\n${listing(program, options)}`,
    );
    return parts.length === 0 ? "/* no hooks: nothing is done */\n" : parts.join("\n");
  }

  /** The policy without one step, named `hook:step`. Throws SD002 with the nearest name. */
  without(step: string): Policy {
    const [hook, program, name] = this.find(step);
    return this.withHook(hook, without(program, name), `without ${step}`);
  }

  /** One policy per step that can be dropped or weakened. */
  mutants(): readonly PolicyMutant[] {
    return this.hookList().flatMap(([hook, program]) =>
      mutants(program).map((mutant) => ({
        step: `${hook}:${mutant.step}`,
        change: `${hook}: ${mutant.change}`,
        policy: this.withHook(hook, mutant.program, mutant.change),
      })),
    );
  }

  private withHook(hook: HookName, program: Program, change: string): Policy {
    const name = `${this.name}, ${change}`;
    return new Policy(this.kind, { ...this, name, hooks: { ...this.hooks, [hook]: program } });
  }

  private find(step: string): [HookName, Program, string] {
    const colon = step.indexOf(":");
    const hook = step.slice(0, colon) as HookName;
    const program = colon < 0 ? undefined : this.hooks[hook];
    if (program === undefined) {
      const known = this.hookList().map(([name]) => `${name}:`);
      throw unknownName(`hook of ${this.name} in step`, step, known);
    }
    return [hook, program, step.slice(colon + 1)];
  }

  private hookList(): [HookName, Program][] {
    return HOOK_NAMES.flatMap((hook): [HookName, Program][] => {
      const program = this.hooks[hook];
      return program === undefined ? [] : [[hook, program]];
    });
  }
}
