/** Hardware walks from the root table that is loaded, and keeps what it has under ASIDs. */
import { describe, expect, test } from "vitest";
import { explore } from "../../lib/explorer/explore.ts";
import type { LaneRoot, LaneSpec, SystemSpec } from "../../lib/explorer/system.ts";
import type { Builder } from "../../lib/steps/builder.ts";
import { of, program } from "../../lib/steps/builder.ts";
import type { Variable } from "../../lib/steps/instructions.ts";

const source = "test";
const MM = 3;
const OTHER = 4;

const entry: Variable = {
  name: "entry",
  scope: "table",
  holds: "number",
  initial: 1,
  meaning: "1 while it leads to the table",
};
const moved: Variable = {
  name: "moved",
  scope: "global",
  holds: "number",
  initial: 0,
  meaning: "1 once the other CPU has switched",
};

function lane(name: string, mm: number, write: (k: Builder) => void, root?: LaneRoot): LaneSpec {
  return { name, thread: program(name, { source }, write), root: root ?? { mm } };
}

/** CPU 0 clears the entry when the other CPU is where it should be, and frees the table. */
function frees(then: (k: Builder) => void = () => {}): LaneSpec {
  return lane("frees", OTHER, (k) => {
    k.set("seen", 0);
    k.while("seen", "==", 0, () => k.load("seen", of(moved, 0)));
    k.store(of(entry, 0), 0);
    then(k);
    k.smpMb();
    k.ghost("free", 0);
  });
}

const says = (k: Builder): void => {
  k.exchange(of(moved, 0), 1);
};

function verdict(lanes: readonly LaneSpec[], more: Partial<SystemSpec> = {}): string {
  const spec: SystemSpec = {
    lanes,
    variables: [entry, moved],
    mms: OTHER + 1,
    tables: 1,
    initial: [],
    memoryModel: "x86-tso",
    hardwareWalkers: true,
    tableEntry: { variable: "entry", value: 1, mm: MM },
    ...more,
  };
  const reduced = explore(spec);
  const full = explore(spec, { merging: false, symmetry: false });
  expect(full.outcome).toBe(reduced.outcome);
  return reduced.schedule()?.violation?.property ?? reduced.outcome;
}

describe("a table may go when no CPU has its root table loaded", () => {
  test("a CPU that has", () => {
    expect(verdict([frees(), lane("stays", MM, says)])).toBe("P-HW");
  });

  test("one that has loaded another", () => {
    const leaves = lane("leaves", MM, (k) => {
      k.ghostLoadRoot(OTHER, "kept");
      says(k);
    });
    expect(verdict([frees(), leaves])).toBe("holds");
  });

  test("one that has noted another, and loads it later", () => {
    const leaves = lane("leaves", MM, (k) => {
      says(k);
      k.ghostLoadRoot(OTHER, "kept");
    });
    expect(verdict([frees(), leaves])).toBe("P-HW");
  });
});

describe("what a CPU keeps of an address space that it has left", () => {
  const returns = (translations: "kept" | "flushed", root?: LaneRoot): LaneSpec =>
    lane(
      "returns",
      MM,
      (k) => {
        k.ghostLoadRoot(OTHER, "kept");
        says(k);
        k.ghostLoadRoot(MM, translations);
      },
      root,
    );
  // The entry is cleared before it comes back, so that nothing new is fetched.
  const comesBackLate = (translations: "kept" | "flushed"): LaneSpec[] => [
    lane("frees", OTHER, (k) => {
      k.exchange(of(entry, 0), 0);
      k.ghost("free", 0);
      says(k);
    }),
    lane(
      "returns",
      OTHER,
      (k) => {
        k.set("seen", 0);
        k.while("seen", "==", 0, () => k.load("seen", of(moved, 0)));
        k.ghostLoadRoot(MM, translations);
      },
      { mm: OTHER, hasRun: true },
    ),
  ];

  test("is found again when it comes back and does not flush", () => {
    expect(verdict(comesBackLate("kept"))).toBe("P-HW");
    expect(verdict(comesBackLate("flushed"))).toBe("holds");
  });

  test("can be fetched again where the entry stands", () => {
    expect(verdict([frees(), returns("flushed")])).toBe("P-HW");
  });
});

describe("invalidations reach what they are for", () => {
  const invalidates = (scope: "all" | "leafOnly" | "globalAsid"): LaneSpec =>
    frees((k) => {
      k.smpMb();
      k.flushBroadcast("INVLPGB", -1, scope);
      k.flushComplete("TLBSYNC");
    });
  const holder = (root: LaneRoot): LaneSpec => lane("holds", MM, says, root);
  const leaf = { tableEntry: { variable: "entry", value: 1, mm: MM, isLeaf: true } };

  test.for<[string, "all" | "leafOnly" | "globalAsid", boolean, Partial<SystemSpec>, string]>([
    ["everything", "all", false, {}, "holds"],
    ["last levels spare tables", "leafOnly", false, {}, "P-HW"],
    ["last levels reach pages", "leafOnly", false, leaf, "holds"],
    ["the global ASID reaches who has it", "globalAsid", true, {}, "holds"],
    ["and spares who has one of its own", "globalAsid", false, {}, "P-HW"],
  ])("%s", ([, scope, global, more, expected]) => {
    expect(verdict([invalidates(scope), holder({ mm: MM, global })], more)).toBe(expected);
  });
});

test("root tables are said of every CPU or of none", () => {
  const silent = { name: "silent" };
  expect(() => verdict([frees(), silent])).toThrow("SD003");
});

test("user code finds what it must not have any more only when it accesses it", () => {
  const revokes = lane("revokes", OTHER, (k) => {
    k.exchange(of(entry, 0), 0);
    k.ghost("revoke", 0);
  });
  const lazy = lane("lazy", MM, (k) => {
    k.if("self", "!=", "self", () => k.ghost("access", 0));
    says(k);
  });
  const uses = lane("uses", MM, (k) => k.ghost("access", 0));
  const idles = lane("idles", MM, says);
  expect(verdict([revokes, lazy])).toBe("holds");
  expect(verdict([revokes, uses])).toBe("P-STALE");
  expect(verdict([revokes, idles])).toBe("P-STALE");
});
