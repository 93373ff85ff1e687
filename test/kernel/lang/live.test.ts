/** The transform against its oracle: the same text, as an ordinary function. */
import fs from "node:fs";
import path from "node:path";
import { inspect } from "node:util";
import ts from "typescript";
import { expect, it } from "vitest";
import { shown } from "../exec/notebookSession.ts";

const file = path.join(import.meta.dirname, "programs.txt");
const programs = fs.readFileSync(file, "utf8").trimEnd().split("\n---\n");

it.each(programs)("%s", async (program) => {
  expect(await shown(program)).toBe(plainly(program));
});

/** What the last expression of a program gives without any notebook around it. */
function plainly(program: string): string {
  const last = ts.createSourceFile("a.ts", program, ts.ScriptTarget.Latest).statements.at(-1)!;
  const body = `${program.slice(0, last.pos)}\nreturn (${program.slice(last.pos)}\n)`;
  const options = { target: ts.ScriptTarget.ES2022, experimentalDecorators: true };
  const script = ts.transpile(`function program() {${body}}`, options);
  const value: unknown = new Function(`"use strict";${script}\nreturn program()`)();
  return typeof value === "string" ? value : inspect(value, { depth: 4, breakLength: 100 });
}
