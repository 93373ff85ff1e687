/**
 * Inlining: the steps of one program become a section of another. Registers and masks of the two
 * never meet, whatever they are called: inlined ones end in a number, `gen.1`, and no others may.
 */
import { unknownName } from "../base/messages.ts";
import type { Operand, Program, Step } from "./instructions.ts";
import { writtenNames } from "./registers.ts";
import { renameSteps } from "./walk.ts";

const NUMBERED = /\.\d+$/;

/** How a program is inlined. */
export interface InlineOptions {
  /** The values that its parameters stand for. */
  readonly args: Readonly<Record<string, Operand>>;
  /** Its registers that the including program reads afterwards, and under which names. */
  readonly results: Readonly<Record<string, string>>;
  /** What the section is called. */
  readonly label: string;
}

/** Numbers the registers and masks that are inlined into one program. */
export class InlinedNames {
  private readonly counts = new Map<string, number>();

  /** Numbers go on after those in names that are taken already. */
  constructor(taken: Iterable<string> = []) {
    for (const name of taken) {
      const number = NUMBERED.exec(name);
      if (number === null) continue;
      const stem = name.slice(0, number.index);
      const count = Number(number[0].slice(1));
      this.counts.set(stem, Math.max(count, this.counts.get(stem) ?? 0));
    }
  }

  /** A mapping for one inlining: the same new name for the same name. */
  mapping(): (name: string) => string {
    const mapped = new Map<string, string>();
    return (name) => {
      const known = mapped.get(name);
      if (known !== undefined) return known;
      const stem = name.replace(NUMBERED, "");
      const count = (this.counts.get(stem) ?? 0) + 1;
      this.counts.set(stem, count);
      mapped.set(name, `${stem}.${count}`);
      return `${stem}.${count}`;
    };
  }
}

/** Whether a name looks like one of an inlined program. */
export function isInlinedName(name: string): boolean {
  return NUMBERED.test(name);
}

/**
 * The steps of the section that stands for `inner`. A parameter that `inner` changes, or whose
 * value a result overwrites, is copied: parameters are passed by value. Throws SD002 for a result
 * that `inner` does not compute.
 */
export function inlined(
  inner: Program,
  names: InlinedNames,
  { args, results, label }: InlineOptions,
): readonly Step[] {
  const written = writtenNames(inner.steps).registers;
  const computed = [...written].filter((name) => !inner.params.includes(name));
  for (const name of Object.keys(results)) {
    if (!computed.includes(name)) throw unknownName(`result of ${inner.name}`, name, computed);
  }
  const overwritten = new Set<Operand>(Object.values(results));
  const copied = inner.params.filter((param) => {
    return written.has(param) || overwritten.has(args[param]!);
  });
  const localRegister = names.mapping();
  const localMask = names.mapping();
  const copies = copied.map((param): Step => {
    return { kind: "set", into: localRegister(param), to: args[param]! };
  });
  const steps = renameSteps(inner.steps, {
    register: (name) => {
      if (name === "self") return name;
      if (inner.params.includes(name))
        return copied.includes(name) ? localRegister(name) : args[name]!;
      return results[name] ?? localRegister(name);
    },
    mask: (name) => (name === "online" ? name : localMask(name)),
    section: (name) => {
      if (name === inner.name) return label;
      // One inside that happens to be called like the new one must stay another one.
      return name === label ? `${inner.name}.${name}` : name;
    },
  });
  return [...copies, ...steps];
}
