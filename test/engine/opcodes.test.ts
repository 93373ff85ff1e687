import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as opcodes from "../../lib/engine/opcodes.ts";

const engine = new URL("../../lib/engine/", import.meta.url);

/** Every literal case label with the name that its comment gives: `case 3: // STORE_OWN`. */
function literalLabels(): [name: string, opcode: number][] {
  return readdirSync(engine).flatMap((file) => {
    const source = readFileSync(new URL(file, engine), "utf8");
    const labels = source.matchAll(/\bcase (\d+): \/\/ (\w+)/g);
    return [...labels].map(([, opcode, name]): [string, number] => [name!, Number(opcode)]);
  });
}

const labels = literalLabels();
/** The opcodes by name, without the names of the first one of a kind. */
const codes = new Map(Object.entries(opcodes).filter(([name]) => !name.startsWith("FIRST_")));

test("the loops have literal labels, and each tells which opcode it is", () => {
  expect(labels.length).toBeGreaterThan(30);
});

test.each(labels)("%s is opcode %i", (name, opcode) => {
  expect(codes.get(name)).toBe(opcode);
});

test("no two opcodes are the same", () => {
  expect(new Set(codes.values()).size).toBe(codes.size);
});
