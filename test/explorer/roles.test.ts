/** What the weak model does not know it refuses: a step taken for a barrier would hide races. */
import { expect, test } from "vitest";
import { explore } from "../../lib/explorer/explore.ts";
import type { Instruction } from "../../lib/explorer/instruction.ts";
import * as opcodes from "../../lib/explorer/opcodes.ts";
import { checkWeak, roleOf } from "../../lib/explorer/weak/roles.ts";
import { program } from "../../lib/steps/builder.ts";
import { tracked, walker } from "./trackers.ts";

const source = "test";

test("every kind of instruction has a role in windows", () => {
  const { LAST_LOCAL, ...all } = opcodes;
  const numbers = Object.values(all);
  expect(new Set(numbers)).toEqual(new Set(Array.from(numbers, (_, i) => i)));
  for (const [name, opcode] of Object.entries(all)) {
    expect([name, roleOf(opcode)]).not.toEqual([name, undefined]);
    expect([name, roleOf(opcode) === "register"]).toEqual([name, opcode <= LAST_LOCAL]);
  }
});

test("an instruction without a role is refused, and so is an event that is not judged", () => {
  const instruction = { opcode: 1_000, name: "new", word: "" } as Instruction;
  expect(() => checkWeak([instruction])).toThrow("SD007");
  const event = { ...instruction, opcode: opcodes.GHOST, word: "new" };
  expect(() => checkWeak([event])).toThrow("SD007");
  expect(() => checkWeak([{ ...event, word: "use" }])).not.toThrow();
});

test.each(["sc", "x86-tso", "weak"] as const)("%s: a mere hypercall is refused", (model) => {
  const calls = program("calls", { source }, (k) => k.hypercall("HvFlush"));
  const spec = tracked(model, 1, { walker: walker("full"), sync: calls });
  expect(() => explore(spec)).toThrow("SD007");
});
