/** Small random litmus tests. */
import fc from "fast-check";
import type { LitmusStatement, LitmusTest } from "../../lib/explorer/litmusTest.ts";

const LOCATIONS = ["x", "y"];
const REGISTERS = ["r0", "r1"];

const register = fc.constantFrom(...REGISTERS);
const name = fc.constantFrom(...LOCATIONS);
const at = fc.oneof(
  { weight: 3, arbitrary: name.map((one) => ({ name: one })) },
  { weight: 1, arbitrary: fc.record({ name, by: register }) },
);
const number = fc.integer({ min: 1, max: 2 });
const value = fc.oneof(
  { weight: 3, arbitrary: number.map((one) => ({ number: one })) },
  { weight: 1, arbitrary: fc.record({ number, register }) },
  { weight: 1, arbitrary: register.map((one) => ({ register: one })) },
);

const load = fc.record({
  kind: fc.constant("load" as const),
  into: register,
  at,
  order: fc.constantFrom("once" as const, "once" as const, "once" as const, "acquire" as const),
});
const store = fc.record({
  kind: fc.constant("store" as const),
  at,
  value,
  order: fc.constantFrom("once" as const, "once" as const, "once" as const, "release" as const),
});
const order = fc.constantFrom("relaxed", "acquire", "release", "full") as fc.Arbitrary<
  "relaxed" | "acquire" | "release" | "full"
>;
const exchange = fc.record({
  kind: fc.constant("exchange" as const),
  into: register,
  at,
  value,
  order,
});
const swap = fc.record({ kind: fc.constant("exchange" as const), at, value, order });
const compareExchange = fc.record({
  kind: fc.constant("compareExchange" as const),
  into: register,
  at,
  expected: fc.integer({ min: 0, max: 1 }),
  value,
  order,
});
const fence = fc.record({
  kind: fc.constant("fence" as const),
  order: fc.constantFrom("full" as const, "read" as const, "write" as const),
});
const control = fc.record({ kind: fc.constant("control" as const), on: register });

/** Loads, stores, fences and dependencies. */
const SIMPLE = fc.oneof(
  { weight: 4, arbitrary: load },
  { weight: 4, arbitrary: store },
  { weight: 1, arbitrary: fence },
  { weight: 1, arbitrary: control },
);

/** The same with atomics. */
const ALL = fc.oneof(
  { weight: 8, arbitrary: SIMPLE },
  { weight: 1, arbitrary: exchange },
  { weight: 1, arbitrary: swap },
  { weight: 1, arbitrary: compareExchange },
);

function tests(statement: fc.Arbitrary<LitmusStatement>, most: number): fc.Arbitrary<LitmusTest> {
  const thread = fc.array(statement, { minLength: 2, maxLength: most }).map(settled);
  return fc.array(thread, { minLength: 2, maxLength: 3 }).map((threads) => ({
    name: "random",
    threads,
    exists: [
      { name: "x", value: 0 },
      { name: "y", value: 0 },
    ],
  }));
}

/** Registers are read only after something was read into them; branches on others are left out. */
function settled(thread: readonly LitmusStatement[]): LitmusStatement[] {
  const known = new Set<string>();
  const found: LitmusStatement[] = [];
  for (const statement of thread) {
    if (statement.kind === "control" && !known.has(statement.on)) continue;
    found.push(withKnown(statement, known));
    if ("into" in statement && statement.into !== undefined) known.add(statement.into);
  }
  return found;
}

function withKnown(statement: LitmusStatement, known: ReadonlySet<string>): LitmusStatement {
  if (!("at" in statement)) return statement;
  const { by } = statement.at;
  const place = by !== undefined && !known.has(by) ? { name: statement.at.name } : statement.at;
  if (!("value" in statement)) return { ...statement, at: place };
  const { register: from, number: constant = 1 } = statement.value;
  const isKnown = from === undefined || known.has(from);
  return { ...statement, at: place, value: isKnown ? statement.value : { number: constant } };
}

/** Without atomics: two or three threads of up to three statements. */
export const simpleTests: fc.Arbitrary<LitmusTest> = tests(SIMPLE, 4);

/** With atomics. */
export const allTests: fc.Arbitrary<LitmusTest> = tests(ALL, 4);
