/** Litmus tests as programs of steps, so that the explorer runs them as it runs kernel paths. */
import type { Builder } from "../steps/builder.ts";
import { of, own, program } from "../steps/builder.ts";
import type { Place, Program, Variable } from "../steps/instructions.ts";
import type { LitmusPlace, LitmusStatement, LitmusTest, LitmusValue } from "./litmusTest.ts";
import type { MemoryModel, SystemSpec } from "./system.ts";

/** All locations are places of one variable, so that addresses can be computed. */
const MEMORY: Variable = {
  name: "memory",
  scope: "mm",
  holds: "number",
  initial: 0,
  meaning: "the locations of a litmus test",
};

/** A value that no register ever holds: the branch of a control dependency asks for it. */
const NEVER_HELD = 99;

/** The system of a test. Throws SD007 where a statement names a register that nothing sets. */
export function litmusSystem(test: LitmusTest, memoryModel: MemoryModel): SystemSpec {
  const locations = locationsOf(test);
  const results = test.threads.map((thread, i) =>
    registersOf(thread).map(
      (name): Variable => ({ ...MEMORY, scope: "cpu", name: `${i}:${name}` }),
    ),
  );
  return {
    lanes: test.threads.map((thread, i) => ({
      name: `P${i}`,
      thread: threadProgram(test.name, thread, locations, results[i]!),
    })),
    variables: [MEMORY, ...results.flat()],
    mms: Math.max(1, locations.length),
    tables: 0,
    initial: [],
    memoryModel,
  };
}

/** The locations of a test, in order of appearance. */
export function locationsOf(test: LitmusTest): readonly string[] {
  const found = new Set<string>();
  for (const statement of test.threads.flat()) if ("at" in statement) found.add(statement.at.name);
  for (const { thread, name } of test.exists) if (thread === undefined) found.add(name);
  return [...found];
}

function registersOf(thread: readonly LitmusStatement[]): readonly string[] {
  const names = thread.flatMap((one) =>
    "into" in one && one.into !== undefined ? [one.into] : [],
  );
  return [...new Set(names)];
}

function threadProgram(
  test: string,
  thread: readonly LitmusStatement[],
  locations: readonly string[],
  results: readonly Variable[],
): Program {
  return program("thread", { source: `litmus test ${test}` }, (k) => {
    k.section("body", () => {
      for (const statement of thread) write(k, statement, locations);
    });
    registersOf(thread).forEach((name, i) => void k.store(own(results[i]!), name));
  });
}

function write(k: Builder, statement: LitmusStatement, locations: readonly string[]): void {
  switch (statement.kind) {
    case "load":
      k.load(statement.into, place(k, statement.at, locations), statement.order);
      return;
    case "store":
      k.store(place(k, statement.at, locations), value(k, statement.value), statement.order);
      return;
    case "exchange": {
      const { into, order } = statement;
      k.exchange(place(k, statement.at, locations), value(k, statement.value), into, order);
      return;
    }
    case "compareExchange": {
      const { expected, into, order } = statement;
      const to = value(k, statement.value);
      k.compareExchange(place(k, statement.at, locations), { from: expected, to }, into, order);
      return;
    }
    case "fence":
      k.fence(statement.order);
      return;
    case "control":
      k.if(statement.on, "==", NEVER_HELD, () => k.leave("body"));
  }
}

/** A location; one that depends on a register is computed from it, whatever it holds. */
function place(k: Builder, at: LitmusPlace, locations: readonly string[]): Place {
  const index = locations.indexOf(at.name);
  if (at.by === undefined) return of(MEMORY, index);
  k.compute("address", at.by, "*", 0);
  k.compute("address", "address", "+", index);
  return of(MEMORY, "address");
}

function value(k: Builder, { number, register }: LitmusValue): string | number {
  if (register === undefined) return number ?? 0;
  if (number === undefined) return register;
  k.compute("data", register, "*", 0);
  k.compute("data", "data", "+", number);
  return "data";
}
