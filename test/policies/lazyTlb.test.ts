import { describe, expect, test } from "vitest";
import { ShootdownError } from "../../lib/base/messages.ts";
import * as sd from "../../lib/index.ts";

const { lazyTlb } = sd;
const all: Readonly<Record<string, sd.Policy>> = {
  mainline: lazyTlb.mainline(),
  refcount: lazyTlb.refcount(),
  shootLazies: lazyTlb.shootLazies(),
  "shootLazies, filtered and trimmed": lazyTlb.shootLazies({
    piggyback: false,
    selfSwitchAtExit: true,
    filterActiveMm: true,
    trimMask: true,
  }),
  "shootLazies, together": lazyTlb.shootLazies({ batch: 8, delayNs: 1000, filterActiveMm: true }),
  "shootLazies, grace period": lazyTlb.shootLazies({ lazyGracePeriod: true }),
  "hazard, desnoyers": lazyTlb.hazard(),
  "hazard, lutomirski": lazyTlb.hazard({ design: "lutomirski" }),
};

function errorOf(build: () => unknown): ShootdownError {
  try {
    build();
  } catch (error) {
    if (error instanceof ShootdownError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe.for(Object.keys(all))("%s", (name) => {
  const policy = all[name]!;

  test("is of its group, says what it does and where that comes from", () => {
    expect(policy.kind).toBe("lazyTlb");
    expect(policy.name).toBe(name.replace(/,.*/, ""));
    expect(policy.summary).toMatch(/\w+ \w+/);
    expect(policy.source).toMatch(/\.[ch]|20\d\d/);
  });

  test("survives a clone", () => {
    const clone = JSON.parse(JSON.stringify(policy)) as sd.Policy;
    expect(sd.linux({ lazyTlb: clone }).lazyTlb).toEqual(policy);
  });

  test("steps have names of their own, and can be dropped one at a time", () => {
    const names = policy.stepNames();
    expect(new Set(names).size).toBe(names.length);
    expect(policy.mutants().length).toBeGreaterThan(1);
    for (const { step, policy: mutant } of policy.mutants()) {
      expect(names).toContain(step);
      expect(mutant.stepNames().length).toBeLessThanOrEqual(names.length);
    }
  });
});

test("mainline is the default, on every architecture and release", () => {
  expect(sd.linux().lazyTlb).toEqual(lazyTlb.mainline());
  for (const release of ["6.1", "7.3"]) {
    for (const arch of [sd.x86(), sd.arm64(), sd.powerpc()]) {
      const workload = sd.workload.contextSwitchIdle({ threads: 2, trips: 3 });
      const scene = { machine: sd.machine({ arch, cpus: 4 }), backend: sd.backend.native() };
      const run = sd.simulate({ ...scene, linux: sd.linux({ release }), workload });
      expect(run.result.tallies.operations).toBe(6);
    }
  }
});

describe("shootLazies", () => {
  test("defaults are what was merged", () => {
    expect(lazyTlb.shootLazies().options).toEqual({
      piggyback: true,
      selfSwitchAtExit: false,
      batch: 1,
      filterActiveMm: false,
      trimMask: false,
      delayNs: 0,
      lazyGracePeriod: false,
    });
    expect(lazyTlb.shootLazies({ lazyGracePeriod: true }).options.piggyback).toBe(false);
  });

  test("is not for x86 and arm64, whose mm_cpumask does not hold every borrower", () => {
    const scene = {
      linux: sd.linux({ lazyTlb: lazyTlb.shootLazies() }),
      backend: sd.backend.native(),
      workload: sd.workload.contextSwitchIdle({ threads: 2 }),
    };
    for (const arch of [sd.x86(), sd.arm64()]) {
      const error = errorOf(() => sd.simulate({ ...scene, machine: sd.machine({ arch }) }));
      expect(error.code).toBe("SD004");
      expect(error.message).toContain("mm_cpumask must hold every CPU that borrows");
    }
    expect(sd.simulate({ ...scene, machine: sd.machines.power9 }).kind).toBe("run");
  });

  test.for([
    ["piggyback", true],
    ["batch", 2],
    ["filterActiveMm", true],
    ["trimMask", true],
    ["delayNs", 1],
  ] as const)("%s and lazyGracePeriod exclude one another", ([name, value]) => {
    const error = errorOf(() => lazyTlb.shootLazies({ lazyGracePeriod: true, [name]: value }));
    expect({ ...error }).toMatchObject({ code: "SD004", field: name });
  });

  test.for<[object, Partial<ShootdownError>]>([
    [{ batch: 0 }, { code: "SD001", field: "batch" }],
    [{ delayNs: 1.5 }, { code: "SD001", field: "delayNs" }],
    [{ trimMask: 1 }, { code: "SD001", field: "trimMask" }],
    [{ lazyGracePeriod: 1 }, { code: "SD001", field: "lazyGracePeriod" }],
    [{ pigyback: true }, { code: "SD002", nearest: "piggyback" }],
  ])("%j is refused", ([options, fields]) => {
    expect({ ...errorOf(() => lazyTlb.shootLazies(options)) }).toMatchObject(fields);
  });
});

describe("hazard", () => {
  test("defaults to one slot a CPU and a scan with its fence", () => {
    expect(lazyTlb.hazard().options).toEqual({ design: "desnoyers", scanFence: "smp_mb" });
    expect(lazyTlb.hazard({ design: "lutomirski" }).options).toEqual({
      design: "lutomirski",
      rereads: true,
    });
    expect(Object.keys(lazyTlb.hazard().hooks)).toEqual(["goLazy", "leaveLazy", "dropMm"]);
    expect(Object.keys(lazyTlb.hazard({ design: "lutomirski" }).hooks)).toEqual([
      "goLazy",
      "leaveLazy",
      "exitMm",
    ]);
  });

  test("variants found wrong say why", () => {
    expect(lazyTlb.hazard().unsafe).toBeUndefined();
    expect(lazyTlb.hazard({ design: "lutomirski" }).unsafe).toBeUndefined();
    expect(lazyTlb.hazard({ scanFence: "none" }).unsafe).toContain("P-MM");
    const rushed = lazyTlb.hazard({ design: "lutomirski", rereads: false });
    expect(rushed.unsafe).toContain("P-LIVE");
    expect(String(rushed)).toContain("UNSAFE: ");
  });

  test("the scan's fence is one step, and the second look is one branch", () => {
    const dropped = lazyTlb.hazard().without("dropMm:smp_mb").hooks;
    const { unsafe: _, hooks } = lazyTlb.hazard({ scanFence: "none" });
    expect(dropped.dropMm).toEqual(hooks.dropMm);
    const steps = (rereads: boolean): readonly string[] =>
      lazyTlb.hazard({ design: "lutomirski", rereads }).stepNames();
    expect(steps(true)).toEqual(expect.arrayContaining(["exitMm:read lazy_mm again"]));
    expect(steps(false)).not.toEqual(expect.arrayContaining(["exitMm:read lazy_mm again"]));
  });

  test.for<[object, Partial<ShootdownError>]>([
    [{ design: "linus" }, { code: "SD002", field: "design" }],
    [{ scanFence: "smp_rmb" }, { code: "SD002", field: "scanFence" }],
    [
      { design: "lutomirski", scanFence: "none" },
      { code: "SD004", field: "scanFence" },
    ],
    [{ rereads: false }, { code: "SD004", field: "rereads" }],
    [{ rescan: true }, { code: "SD002", field: "lazyTlb.hazard option" }],
  ])("%j is refused", ([options, fields]) => {
    expect({ ...errorOf(() => lazyTlb.hazard(options)) }).toMatchObject(fields);
  });
});

test("a policy of one's own", () => {
  const own = lazyTlb.custom({
    name: "nothing",
    options: {},
    hooks: {},
    summary: "borrowers are forgotten",
    source: "test",
    unsafe: "P-MM",
  });
  expect([own.kind, own.name, own.unsafe]).toEqual(["lazyTlb", "nothing", "P-MM"]);
});
