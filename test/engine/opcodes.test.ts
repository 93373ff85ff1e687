import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as opcodes from "../../lib/engine/opcodes.ts";

const folder = new URL("../../lib/engine/", import.meta.url);

interface Label {
  readonly place: string;
  readonly value: number;
  readonly name: string | undefined;
}

/** `case 3: // STORE_OWN`, or the comment on the first line of the case. */
function labelsIn(file: string, text: string): Label[] {
  const lines = text.split("\n");
  return lines.flatMap((line, index) => {
    const found = /^\s*case (\d+):(.*)$/.exec(line);
    if (found === null) return [];
    const remark = found[2]!.includes("//") ? found[2]! : (lines[index + 1] ?? "");
    const name = /\/\/ ([A-Z_]+)$/.exec(remark)?.[1];
    return [{ place: `${file}:${index + 1}`, value: Number(found[1]), name }];
  });
}

const labels = readdirSync(folder)
  .filter((file) => file.endsWith(".ts"))
  .flatMap((file) => labelsIn(file, readFileSync(new URL(file, folder), "utf8")));

const values: Readonly<Record<string, number>> = opcodes;
const isLimit = (name: string): boolean => name.startsWith("FIRST_");
const names = Object.keys(values).filter((name) => !isLimit(name));

test("every literal case label stands beside the name of its opcode", () => {
  expect(labels.length).toBeGreaterThan(30);
  for (const { place, value, name } of labels) {
    expect(name, place).toBeDefined();
    expect(values[name!], place).toBe(value);
  }
});

test("no two opcodes share a number", () => {
  expect(new Set(names.map((name) => values[name])).size).toBe(names.length);
});

test("the frequent steps are those that the loop of frequent steps knows", () => {
  const known = labels.filter(({ place }) => place.startsWith("frequentSteps.ts"));
  const frequent = names.filter((name) => values[name]! < opcodes.FIRST_RARE);
  expect(known.map(({ name }) => name).sort()).toEqual(frequent.sort());
});

test("a label without its name, or with another one, is seen", () => {
  const text = "switch (x) {\n  case 1: // WORK\n  case 2: {\n    // JUMP\n  case 3:\n    break;\n";
  expect(labelsIn("a.ts", text)).toEqual([
    { place: "a.ts:2", value: 1, name: "WORK" },
    { place: "a.ts:3", value: 2, name: "JUMP" },
    { place: "a.ts:5", value: 3, name: undefined },
  ]);
});
