import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { litmus } from "../../lib/explorer/litmus.ts";

/**
 * Verdicts as published: x86 of "x86-TSO: A Rigorous and Usable Programmer's Model" (Sewell et al.),
 * Arm of "Simplifying ARM Concurrency" (Pulte et al.), where Linux's primitives stand for LDAPR,
 * STLR, DMB ISH and DMB ISHST, and smp_rmb() orders loads only, as tools/memory-model has it.
 */
const FOLDER = new URL("./", import.meta.url);

const SHAPES = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".litmus"))
  .flatMap((file) => readFileSync(new URL(file, FOLDER), "utf8").split("\n\n"));

const MODELS = ["sc", "x86-tso", "weak"] as const;

function nameOf(text: string): string {
  return text.split("\n").find((line) => !/^(Result:|#)/.test(line))!;
}

test("there are many shapes, each once", () => {
  expect(SHAPES.length).toBeGreaterThanOrEqual(100);
  expect(new Set(SHAPES.map(nameOf)).size).toBe(SHAPES.length);
});

describe.each(SHAPES.map((text) => [nameOf(text), text]))("%s", (_, text) => {
  test.for(MODELS)("%s", (memoryModel) => {
    const wanted = new RegExp(`${memoryModel} (Never|Sometimes)`).exec(text.split("\n")[0]!)![1];
    expect(litmus(text, { memoryModel }).outcome).toBe(wanted);
  });
});
