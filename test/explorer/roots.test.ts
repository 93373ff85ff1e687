/** P-MM and P-HW of freed address spaces, on programs of a few steps. */
import { describe, expect, test } from "vitest";
import { explore } from "../../lib/explorer/explore.ts";
import { toPromela } from "../../lib/explorer/promela/promela.ts";
import type { LaneSpec, SystemSpec } from "../../lib/explorer/system.ts";
import { mmUsers } from "../../lib/mm/archVariables.ts";
import { activeMm, FIRST_USER_MM, INIT_MM, mmCount, NO_MM } from "../../lib/mm/variables.ts";
import type { Builder } from "../../lib/steps/builder.ts";
import { of, own, program } from "../../lib/steps/builder.ts";
import type { Variable } from "../../lib/steps/instructions.ts";

const MM = FIRST_USER_MM;
const flag: Variable = {
  name: "flag",
  scope: "global",
  holds: "number",
  initial: 0,
  meaning: "1 once the borrower has left",
};

interface Cpu {
  readonly borrowed?: number;
  readonly root?: number;
}

function lane(name: string, write: (k: Builder) => void, cpu: Cpu = {}): LaneSpec {
  return {
    name,
    thread: program(name, { source: "test" }, write),
    initial: { [activeMm.name]: cpu.borrowed ?? NO_MM },
    root: { mm: cpu.root ?? INIT_MM },
  };
}

function system(memoryModel: SystemSpec["memoryModel"], ...lanes: LaneSpec[]): SystemSpec {
  const users = mmUsers.name;
  return {
    lanes,
    variables: [activeMm, mmUsers, mmCount, flag],
    mms: MM + 1,
    tables: 0,
    initial: [],
    memoryModel,
    window: 6,
    addressSpaces: { first: MM, borrowed: activeMm.name, users },
  };
}

/** Frees it once the flag is set; only if it is, where it does not wait. */
const frees = lane("frees", (k) => {
  k.load("left", own(flag), "acquire");
  k.if("left", "==", 1, () => k.ghostFreeRoot(MM));
});

const leave = (k: Builder): void => k.store(own(activeMm), NO_MM);
const unload = (k: Builder): void => k.ghostLoadRoot(INIT_MM, "kept");
const say = (k: Builder): void => k.store(own(flag), 1, "release");

/** A borrower that does these, in their order. */
function borrower(...steps: ((k: Builder) => void)[]): LaneSpec {
  const write = (k: Builder): void => {
    for (const step of steps) step(k);
  };
  return lane("borrows", write, { borrowed: MM, root: MM });
}

describe.each(["sc", "x86-tso", "weak"] as const)("%s", (model) => {
  const inShort = (...lanes: LaneSpec[]): string => {
    for (const merging of [true, false]) {
      const { outcome, violation, witnesses } = explore(system(model, ...lanes), { merging });
      expect(witnesses.rootFreed).toBe(true);
      if (!merging) return violation === undefined ? outcome : `${outcome} ${violation.property}`;
      expect(explore(system(model, ...lanes), { merging: false }).outcome).toBe(outcome);
    }
    return "";
  };

  test("a CPU may borrow it, load its root table or look into it until it is freed", () => {
    const looks = (k: Builder): void => k.load("count", of(mmCount, MM));
    expect(inShort(frees, borrower(looks, unload, leave, say))).toBe("holds");
    expect(inShort(frees, borrower(looks, leave, unload, say))).toBe("holds");
  });

  test.each([
    ["it is borrowed still", [unload, say, leave], "P-MM"],
    ["its root table is loaded still", [leave, say, unload], "P-HW"],
    ["it is read", [leave, unload, say, (k) => k.load("n", of(mmCount, MM))], "P-MM"],
    ["it is written", [leave, unload, say, (k) => k.store(of(mmCount, MM), 1)], "P-MM"],
    ["it is counted", [leave, unload, say, (k) => k.add(of(mmCount, MM), -1)], "P-MM"],
    ["it is borrowed again", [leave, unload, say, (k) => k.store(own(activeMm), MM)], "P-MM"],
    ["its root is loaded again", [leave, unload, say, (k) => k.ghostLoadRoot(MM, "kept")], "P-HW"],
    ["it is freed twice", [leave, unload, say, (k) => k.ghostFreeRoot(MM)], "P-MM"],
  ] as [string, ((k: Builder) => void)[], string][])("%s", (_, steps, property) => {
    expect(inShort(frees, borrower(...steps))).toBe(`violated ${property}`);
  });
});

test("x86-TSO: a store that waits must not land in what was freed meanwhile", () => {
  // The flag is raised by an access that does not wait for the buffer: `relaxed` on no real x86.
  const raise = (k: Builder): void => k.exchange(own(flag), 1, "old", "relaxed");
  const writes = (k: Builder): void => k.store(of(mmCount, MM), 2);
  const late = borrower(leave, unload, writes, raise);
  expect(explore(system("sc", frees, late)).outcome).toBe("holds");
  expect(explore(system("x86-tso", frees, late)).violation?.property).toBe("P-MM");
});

test("freeing is refused where nobody says who has what", () => {
  const { addressSpaces: _, ...spec } = system("sc", frees);
  expect(() => explore(spec)).toThrow("SD007");
});

test("neither it nor timers are put into Promela", () => {
  expect(() => toPromela(system("sc", frees))).toThrow("SD007");
  const { addressSpaces: _, lanes, ...rest } = system("sc", borrower(leave));
  const timed = lanes.map((one) => ({ ...one, timer: program("tick", { source: "" }, leave) }));
  expect(() => toPromela({ ...rest, lanes: timed })).toThrow("SD007");
});
