/**
 * Inlining: the steps of one program become a section of another. Registers and masks of the two
 * never meet, whatever they are called; sections are left as they were.
 */
import { unknownName } from "../base/messages.ts";
import type { Operand, Program, Step } from "./instructions.ts";
import { usedNames, writtenNames } from "./registers.ts";
import { renameSteps } from "./walk.ts";

/** How a program is inlined. */
export interface InlineOptions {
  /** The values that its parameters stand for. */
  readonly args: Readonly<Record<string, Operand>>;
  /** Its registers that the including program reads afterwards, and under which names. */
  readonly results: Readonly<Record<string, string>>;
  /** What the section is called. */
  readonly label: string;
  /** A number that no other inlining into the same program has. */
  readonly serial: number;
}

/**
 * The steps of the section that stands for `inner`, with provisional names `name~serial`; see
 * {@link settleNames}. A parameter that `inner` changes, or whose value a result overwrites, is
 * copied: parameters are passed by value. Throws SD002 for a result that `inner` does not compute.
 */
export function inlined(inner: Program, options: InlineOptions): readonly Step[] {
  const { args, results, label, serial } = options;
  const written = writtenNames(inner.steps).registers;
  const computed = [...written].filter((name) => !inner.params.includes(name));
  for (const name of Object.keys(results)) {
    if (!computed.includes(name)) throw unknownName(`result of ${inner.name}`, name, computed);
  }
  const overwritten = new Set<Operand>(Object.values(results));
  const copied = inner.params.filter((param) => {
    return written.has(param) || overwritten.has(args[param]!);
  });
  const local = (name: string): string => `${name}~${serial}`;
  const register = (name: string): Operand => {
    if (name === "self") return name;
    if (inner.params.includes(name)) return copied.includes(name) ? local(name) : args[name]!;
    return results[name] ?? local(name);
  };
  const mask = (name: string): string => (name === "online" ? name : local(name));
  // A section inside that happens to be called like the new one must stay another one.
  const section = (name: string): string => {
    if (name === inner.name) return label;
    return name === label ? `${inner.name}.${name}` : name;
  };
  const copies = copied.map((param): Step => {
    return { kind: "set", into: local(param), to: args[param]! };
  });
  return [...copies, ...renameSteps(inner.steps, register, mask, section)];
}

/**
 * Gives registers and masks with provisional names the shortest names that are free in the whole
 * program, `gen`, `gen.2`, `gen.3`, in order of appearance. Other names are kept.
 */
export function settleNames(steps: readonly Step[], params: readonly string[]): readonly Step[] {
  const { registers, masks } = usedNames(steps);
  const ofRegister = shortNames(["self", ...params, ...registers]);
  const ofMask = shortNames(["online", ...masks]);
  if (ofRegister.size + ofMask.size === 0) return steps;
  return renameSteps(
    steps,
    (name) => ofRegister.get(name) ?? name,
    (name) => ofMask.get(name) ?? name,
    (name) => name,
  );
}

/** The short name of each provisional one. */
function shortNames(names: readonly string[]): Map<string, string> {
  const short = new Map<string, string>();
  const isProvisional = (name: string): boolean => name.includes("~");
  const taken = new Set(names.filter((name) => !isProvisional(name)));
  for (const name of names.filter(isProvisional)) {
    const stem = name.replace(/(\.\d+)?~\d+$/, "");
    let free = stem;
    for (let n = 2; taken.has(free); n++) free = `${stem}.${n}`;
    taken.add(free);
    short.set(name, free);
  }
  return short;
}
