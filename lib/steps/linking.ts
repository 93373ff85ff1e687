/** Linking: the kernel paths that a program calls by name become sections of it. */
import { finishProgram } from "./builder.ts";
import { InlinedNames, inlined } from "./inline.ts";
import type { Program, Step } from "./instructions.ts";
import { writtenNames } from "./registers.ts";
import { checkArguments } from "./rules.ts";
import { eachStep, mapSteps } from "./walk.ts";

/** A program without `callPath` steps, its handlers included; the same one when it had none. */
export function linkPaths(program: Program, resolve: (path: string) => Program): Program {
  if (!callsPaths(program)) return program;
  const { registers, masks } = writtenNames(program.steps);
  const names = new InlinedNames([...registers, ...masks]);
  const link = (step: Step): readonly Step[] => {
    if (step.kind === "crossCall") return [{ ...step, handler: linkPaths(step.handler, resolve) }];
    if (step.kind !== "callPath") return [step];
    const inner = resolve(step.path);
    checkArguments(program.name, inner, step.args);
    const body = inlined(inner, names, { args: step.args, results: {}, label: step.path });
    return [{ kind: "section", name: step.name ?? step.path, label: step.path, body }];
  };
  return finishProgram({ ...program, steps: mapSteps(program.steps, link) });
}

function callsPaths(program: Program): boolean {
  let found = false;
  eachStep(program.steps, (step) => {
    if (step.kind === "callPath") found = true;
    if (step.kind === "crossCall" && callsPaths(step.handler)) found = true;
  });
  return found;
}
