import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ShootdownError } from "../../lib/base/messages.ts";
import { type Arch, arm64, powerpc, x86 } from "../../lib/machine/arch.ts";
import { costKeys } from "../../lib/machine/costs.ts";
import { Machine, machine } from "../../lib/machine/machine.ts";
import type { MachineOptions } from "../../lib/machine/machineOptions.ts";

describe("a machine", () => {
  it("is one socket of 64 halting x86 cores by default, and prints so", () => {
    expect(inspect(machine()).split("\n")).toEqual([
      "x86: 64 CPUs, x86, PCID",
      "1 socket × 64 cores × 1 thread, idle CPUs halt",
      "costs: 1 measured, 28 cited, 19 assumed",
      "shared lines: cited, [perfbook] count_atomic:u, eight Xeon Platinum 8176, 448 CPUs",
    ]);
  });

  it("prints its isolated CPUs and its idle loop", () => {
    const lines = machine({ name: "rt", cpus: 8, isolated: [5, 3, 4], idle: "polling" }).describe();
    expect(lines.slice(0, 3)).toEqual([
      "rt: 8 CPUs, x86, PCID",
      "1 socket × 8 cores × 1 thread, idle CPUs poll",
      "isolated: 3-5",
    ]);
  });

  it("is frozen to the last cost", () => {
    const { costs, isolated, distances } = machine();
    for (const part of [machine(), costs, costs.load, isolated, distances, distances[0]]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it("takes the architecture of its profile and the costs of its architecture", () => {
    expect(machine({ profile: "arm64Server" }).arch).toEqual(arm64());
    expect(machine({ arch: powerpc() }).costs.hypercall.ns).toBe(3060);
    expect(machine({ arch: arm64() }).name).toBe("arm64");
  });

  it("takes single costs, as plain figures or with their evidence", () => {
    const dsb = { ns: 900, evidence: "measured", source: "own run" } as const;
    const { costs } = machine({ arch: arm64(), costs: { ipiDeliver: 700, dsb } });
    expect(costs.ipiDeliver).toEqual({
      ns: 700,
      evidence: "assumed",
      source: "given by the user",
    });
    expect(costs.dsb).toEqual(dsb);
    expect(costs.loadRemote.ns).toBe(47);
  });

  it("lists the costs of the steps its architecture has", () => {
    const rows = machine().costRows();
    expect(rows.length).toBe(48);
    expect(rows.find(({ step }) => step === "irqOff")).toEqual({
      step: "irqOff",
      ns: 5,
      evidence: "cited",
      source: "[InstLatx64] PUSHFQ + POPFQ, Intel, 24-30 cycles at 2.5 GHz, one half",
      range_lo: 4,
      range_hi: 6,
    });
    expect(rows.some(({ step }) => step === "tlbi")).toBe(false);
    const own = machine({ arch: arm64(), costs: { tlbi: 9 } }).costRows();
    expect(own.find(({ step }) => step === "tlbi")).toMatchObject({ range_lo: null });
  });
});

describe("change", () => {
  const base = machine({ name: "lab", costs: { load: 3 }, isolated: "8-63", idle: "polling" });

  it("keeps what it does not name", () => {
    const changed = base.with({ arch: x86({ invlpgb: true }) });
    expect(changed).toBeInstanceOf(Machine);
    expect({ ...changed }).toEqual({ ...base, arch: x86({ invlpgb: true }) });
  });

  it("recounts the CPUs", () => {
    expect(base.with({ sockets: 2 }).cpus).toBe(128);
    expect(base.with({ sockets: 2, cpus: 64 }).coresPerSocket).toBe(32);
  });

  it("adds costs to the changed ones, and forgets them with another profile", () => {
    const { costs } = base.with({ costs: { store: 4 } });
    expect([costs.load.ns, costs.store.ns]).toEqual([3, 4]);
    expect(base.with({ profile: "x86Amd" }).costs.load.ns).toBe(1);
    expect(base.with({ arch: powerpc() }).costs.fenceFull.ns).toBe(50);
  });

  it("keeps a given name and follows the architecture with a default one", () => {
    expect(base.with({ arch: powerpc() }).name).toBe("lab");
    expect(machine().with({ arch: powerpc() }).name).toBe("powerpc");
  });
});

describe("impossible machines", () => {
  const error = (build: () => unknown): ShootdownError => {
    try {
      build();
    } catch (thrown) {
      if (thrown instanceof ShootdownError) return thrown;
    }
    throw new Error("not rejected with a ShootdownError");
  };
  const cases: [object, string][] = [
    [{ cpus: 0 }, "SD001: invalid cpus: 0 (expected 1…4096)"],
    [{ cpus: 4097 }, "SD001: invalid cpus: 4097 (expected 1…4096)"],
    [{ cpus: -4 }, "SD001: invalid cpus: -4 (expected 1…4096)"],
    [{ cpus: Number.NaN }, "SD001: invalid cpus: NaN (expected an integer 1…4096)"],
    [{ cpus: 1.5 }, "SD001: invalid cpus: 1.5 (expected an integer 1…4096)"],
    [{ cpus: "64" }, 'SD001: invalid cpus: "64" (expected an integer 1…4096)'],
    [{ sockets: 65 }, "SD001: invalid sockets: 65 (expected 1…64)"],
    [{ coresPerSocket: 0 }, "SD001: invalid coresPerSocket: 0 (expected 1…4096)"],
    [{ threadsPerCore: 3 }, "SD001: invalid threadsPerCore: 3 (expected 1, 2, 4 on x86)"],
    [
      { sockets: 64, coresPerSocket: 65 },
      "SD001: invalid cpus: 4160 (expected 1…4096, the product of sockets, cores and threads)",
    ],
    [
      { cpus: 64, sockets: 2, coresPerSocket: 16, threadsPerCore: 1 },
      "SD004: impossible cpus: 64: sockets × cores × threads would be 2 × 16 × 1",
    ],
    [
      { cpus: 63, sockets: 2 },
      "SD004: impossible cpus: 63: sockets × cores × threads would be 2 × 31.5 × 1",
    ],
    [
      { cpus: 130, coresPerSocket: 1 },
      "SD004: impossible cpus: 130: sockets × cores × threads would be 130 × 1 × 1",
    ],
    [
      { cpus: 63, threadsPerCore: 2 },
      "SD004: impossible cpus: 63: no multiple of threadsPerCore 2",
    ],
    [
      { cpus: 6, sockets: 1, coresPerSocket: 2 },
      "SD001: invalid threadsPerCore: 3 (expected 1, 2, 4 on x86)",
    ],
    [{ isolated: [64] }, "SD001: invalid isolated: 64 (expected 0…63)"],
    [{ isolated: [-1] }, "SD001: invalid isolated: -1 (expected 0…63)"],
    [{ isolated: "0-63" }, 'SD004: impossible isolated: "0-63": one CPU at least must do house'],
    [{ isolated: "2-" }, 'SD006: malformed CPU list: "2-" (expected a CPU list such as'],
    [{ isolated: 3 }, "SD001: invalid isolated: 3 (expected CPU numbers or a CPU list such as"],
    [{ idle: "poling" }, 'did you mean "polling"?'],
    [{ arch: arm64(), idle: "polling" }, 'SD004: impossible idle: "polling": arm64 Linux has no'],
    [{ arch: { kind: "arm64", invlpgb: true } }, 'SD002: unknown arm64 option: "invlpgb"'],
    [{ costs: { ipiDelivr: 1 } }, 'did you mean "ipiDeliver"?'],
    [{ costs: { load: -1 } }, "SD001: invalid costs.load: -1 (expected 0…10000000000)"],
    [{ costs: { load: 0.5 } }, "SD001: invalid costs.load: 0.5 (expected an integer 0…1000"],
    [{ costs: { load: null } }, "SD001: invalid costs.load: null (expected an integer 0…1"],
    [
      { costs: { load: { ns: 1, evidence: "guessed", source: "me" } } },
      'SD002: unknown costs.load.evidence: "guessed" (expected measured, cited, assumed)',
    ],
    [
      { costs: { load: { ns: 1, evidence: "assumed", source: " " } } },
      'SD001: invalid costs.load.source: " " (expected where the figure comes from)',
    ],
    [
      { costs: { load: { ns: 9, evidence: "assumed", source: "me", range: [1, 2] } } },
      "SD001: invalid costs.load.range: [1,2] (expected two integers [low, high] around 9)",
    ],
    [
      { costs: { load: { ns: 9, evidence: "assumed", source: "me", range: 3 } } },
      "SD001: invalid costs.load.range: 3 (expected two integers [low, high] around 9)",
    ],
    [{ profile: "x86TwoSockets" }, 'did you mean "x86TwoSocket"?'],
    [
      { arch: x86(), profile: "power" },
      'SD004: impossible profile: "power": costs of powerpc, on a x86 machine',
    ],
    [{ distances: [[10, 21]] }, "SD001: invalid distances[0]: [10,21] (expected 1 rows of 1"],
    [{ distances: 10 }, "SD001: invalid distances: 10 (expected 1 rows of 1 distances)"],
    [{ distances: [[11]] }, "SD001: invalid distances[0][0]: 11 (expected 10…10)"],
    [
      {
        sockets: 2,
        distances: [
          [10, 21],
          [22, 10],
        ],
      },
      "SD001: invalid distances[0][1]: 21 (expected 22, as [1][0])",
    ],
    [{ name: "" }, 'SD001: invalid name: "" (expected one line of text)'],
    [{ kind: "run" }, 'SD002: unknown kind: "run" (expected machine)'],
    [{ costs: null }, "SD001: invalid costs options: null (expected an object with load,"],
    [{ cpu: 64 }, 'SD002: unknown machine option: "cpu" (expected'],
  ];

  it.each(cases)("are rejected: %j", (options, message) => {
    expect(error(() => machine(options as MachineOptions)).message).toContain(message);
  });

  it("carry field, value, what was expected and the nearest name", () => {
    const { code, field, value, expected } = error(() => machine({ cpus: 0 }));
    expect({ code, field, value, expected }).toEqual({
      code: "SD001",
      field: "cpus",
      value: 0,
      expected: "1…4096",
    });
    expect(error(() => machine({ costs: { dsbs: 1 } } as never)).nearest).toBe("dsb");
  });

  it("are rejected when a change makes them so", () => {
    const smt8 = machine({ arch: powerpc(), coresPerSocket: 8, threadsPerCore: 8 });
    expect(error(() => smt8.with({ arch: x86() })).field).toBe("threadsPerCore");
    expect(error(() => machine({ isolated: "0-3" }).withCpus(4)).field).toBe("isolated");
    expect(error(() => machine().withCpus(2.5)).field).toBe("cpus");
  });
});

describe("any options at all", () => {
  const names = ["arch", "cpus", "sockets", "isolated", "costs", "contention", "distances", "name"];
  const nested = fc.oneof(fc.anything(), fc.constantFrom(x86(), machine().costs, [[10]], [0]));

  it("give a machine or a ShootdownError, never another failure", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), nested), (options) => {
        try {
          expect(machine(options as MachineOptions)).toBeInstanceOf(Machine);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(ShootdownError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("any valid machine", () => {
  const arch: fc.Arbitrary<Arch> = fc.oneof(
    fc.record({ invlpgb: fc.boolean(), pcid: fc.boolean() }).map(x86),
    fc.record({ tlbiRange: fc.boolean(), kpti: fc.boolean(), smeErratum: fc.boolean() }).map(arm64),
    fc.constantFrom(powerpc(), powerpc({ mmu: "hash" })),
  );
  const options: fc.Arbitrary<MachineOptions> = fc.record(
    {
      name: fc.stringMatching(/^[a-z]{1,12}$/),
      arch,
      sockets: fc.integer({ min: 1, max: 16 }),
      coresPerSocket: fc.integer({ min: 2, max: 64 }),
      threadsPerCore: fc.constantFrom(1, 2, 4),
      idle: fc.constant("halt" as const),
      isolated: fc.array(fc.constantFrom(0, 1), { maxLength: 1 }),
      costs: fc.dictionary(fc.constantFrom(...costKeys), fc.nat()),
    },
    { requiredKeys: [] },
  );

  it("survives structured clone and JSON", () => {
    fc.assert(
      fc.property(options, (given) => {
        const built = machine(given);
        const text = JSON.stringify(built);
        expect(JSON.stringify(machine(structuredClone({ ...built })))).toBe(text);
        expect(JSON.stringify(machine(JSON.parse(text)))).toBe(text);
        expect(machine(JSON.parse(text))).toEqual(built);
      }),
    );
  });
});
