/** Invalidations and what they are for are ordered as stores under weak, and locks exclude. */
import { describe, expect, test } from "vitest";
import { explore } from "../../lib/explorer/explore.ts";
import type { MemoryModel, SystemSpec } from "../../lib/explorer/system.ts";
import type { Builder } from "../../lib/steps/builder.ts";
import { of, program } from "../../lib/steps/builder.ts";
import type { Variable } from "../../lib/steps/instructions.ts";

const source = "test";

function variable(name: string, scope: "table" | "global", initial: number): Variable {
  return { name, scope, holds: "number", initial, meaning: name };
}

const entry = variable("entry", "table", 1);
const held = variable("held", "global", 0);

type Write = (k: Builder) => void;

/** What the first CPU does, beside one that does the rest. */
function verdict(memoryModel: MemoryModel, writes: readonly Write[], walks = true): string {
  const spec: SystemSpec = {
    lanes: writes.map((write, i) => ({
      name: `lane ${i}`,
      thread: program(`lane ${i}`, { source }, write),
    })),
    variables: [entry, held],
    mms: 1,
    tables: 1,
    initial: [],
    memoryModel,
    ...(walks ? { hardwareWalkers: true } : {}),
    tableEntry: { variable: "entry", value: 1 },
  };
  const reduced = explore(spec);
  const full = explore(spec, { merging: false, symmetry: false });
  expect([full.outcome, full.violation?.property]).toEqual([
    reduced.outcome,
    reduced.violation?.property,
  ]);
  return reduced.violation?.property ?? reduced.outcome;
}

const idle: Write = (k) => {
  k.work("callEmpty");
};

/** Clears the entry, invalidates, and gives the page away. */
function unmaps(first: Write, then: Write): Write {
  return (k) => {
    k.store(of(entry, 0), 0);
    first(k);
    k.flushBroadcast("TLBI", 1);
    then(k);
    k.ghost("freePage", 0);
  };
}

const nothing: Write = () => undefined;
const waits: Write = (k) => k.flushComplete("DSB");

describe("a page is given away", () => {
  const rows: readonly [string, Write, Write, sc: string, weak: string][] = [
    ["behind a DSB on both sides", (k) => k.fence("write"), waits, "holds", "holds"],
    ["behind a full one", (k) => k.smpMb(), waits, "holds", "holds"],
    ["with nothing before the TLBI", nothing, waits, "holds", "P-REUSE"],
    ["with a read barrier before it", (k) => k.fence("read"), waits, "holds", "P-REUSE"],
    ["with no DSB behind it", (k) => k.fence("write"), nothing, "P-REUSE", "P-REUSE"],
    [
      "with a mere barrier behind it",
      (k) => k.fence("write"),
      (k) => k.smpMb(),
      "P-REUSE",
      "P-REUSE",
    ],
  ];
  test.each(rows)("%s", (_, first, then, sc, weak) => {
    expect(verdict("sc", [unmaps(first, then), idle])).toBe(sc);
    expect(verdict("weak", [unmaps(first, then), idle])).toBe(weak);
  });
});

describe("a CPU that uses a translation", () => {
  /** It uses the page while it says so. */
  const uses =
    (order: "once" | "release"): Write =>
    (k) => {
      k.ghost("access", 0);
      k.store(of(held, 0), 1, order);
    };
  /** Once it is said, the rights go; the other CPU alone is flushed. */
  const revokes: Write = (k) => {
    k.set("seen", 0);
    k.while("seen", "==", 0, () => k.load("seen", of(held, 0)));
    k.store(of(entry, 0), 0);
    k.smpMb();
    k.flushLocal(1);
    k.ghost("revoke", 0);
  };

  test.each(["once", "release"] as const)("has it before it stores (%s)", (order) => {
    expect(verdict("weak", [uses(order), revokes])).toBe("holds");
  });
});

test("a lock that was free twice has been another's in between", () => {
  const walks: Write = (k) => {
    k.lock(of(held, 0));
    k.load("seen", of(entry, 0));
    k.if("seen", "==", 1, () => k.ghost("use", 0));
    k.unlock(of(held, 0));
  };
  const frees: Write = (k) => {
    k.lock(of(held, 0));
    k.store(of(entry, 0), 0);
    k.unlock(of(held, 0));
    k.ghost("free", 0);
  };
  for (const model of ["sc", "x86-tso", "weak"] as const) {
    expect(verdict(model, [walks, frees], false)).toBe("holds");
  }
});
