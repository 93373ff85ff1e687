/** Every step has a name, unique in its program: `sync:smp_mb`, `sync:smp_mb#2`. */
import type { Step } from "./instructions.ts";
import { withBodies } from "./walk.ts";
import { wordsOf } from "./words.ts";

/**
 * Gives every step without a name the one derived from its kernel words, and tells steps of one
 * name apart. Names that are unique already are kept, so that a step is called the same after
 * another was dropped.
 */
export function nameSteps(steps: readonly Step[]): readonly Step[] {
  const unique = uniqueNames();
  const nameOne = (step: Step): Step => {
    const name = unique(step.name ?? defaultName(step));
    return withBodies({ ...step, name }, (body) => body.map(nameOne));
  };
  return steps.map(nameOne);
}

/** Returns the wanted name the first time it is asked for, `wanted#2`, `wanted#3` … later. */
function uniqueNames(): (wanted: string) => string {
  const taken = new Set<string>();
  const counts = new Map<string, number>();
  return (wanted) => {
    let name = wanted;
    const stem = taken.has(name) ? wanted.replace(/#\d+$/, "") : wanted;
    while (taken.has(name)) {
      const count = (counts.get(stem) ?? 1) + 1;
      counts.set(stem, count);
      name = `${stem}#${count}`;
    }
    taken.add(name);
    return name;
  };
}

/** `smp_mb`, `WRITE_ONCE(pmd)`, `for_each_cpu(cpu)` … : the kernel word of a step. */
function defaultName(step: Step): string {
  switch (step.kind) {
    case "set":
    case "compute":
    case "pick":
      return `${step.kind} ${step.into}`;
    case "load":
      return `${word(step)}(${step.from.variable})`;
    case "store":
      return `${word(step)}(${step.to.variable})`;
    case "atomic":
      return `${step.op}(${step.at.variable})`;
    case "maskBit":
      return `${word(step)}(${step.at.variable})`;
    case "section":
      return step.label;
    case "leave":
      return `return ${step.section}`;
    case "callPath":
      return step.path;
    case "crossCall":
      return `call ${step.handler.name}`;
    case "work":
      return `work ${step.cost}`;
    case "ghost":
      return GHOSTS[step.what] ?? `${step.what} table`;
    case "tally":
    case "begin":
    case "end":
      return `${step.kind} ${step.what}`;
    case "flushBroadcast":
    case "flushComplete":
      return step.instruction;
    default:
      return word(step);
  }
}

/** Ghost steps that are not about page tables. */
const GHOSTS: Readonly<Record<string, string>> = {
  freeRoot: "free root",
  revoke: "rights revoked",
  freePage: "free page",
  writePage: "write page",
};

/** The first word of a step's kernel text: what stands before `(`, without `x = `. */
function word(step: Step): string {
  const text = wordsOf(step).replace(/^[^=(]*= /, "");
  return /^\w+/.exec(text)?.[0] ?? step.kind;
}
