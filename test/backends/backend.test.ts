import { describe, expect, test } from "vitest";
import { Backend, behaviourOf, native, reviveBackend } from "../../lib/backends/backend.ts";
import { ShootdownError } from "../../lib/base/messages.ts";
import { x86 } from "../../lib/machine/arch.ts";

function errorOf(build: () => unknown): ShootdownError {
  try {
    build();
  } catch (error) {
    if (error instanceof ShootdownError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("the native backend", () => {
  test("prints whom its flush reaches, who is interrupted, and what it orders", () => {
    expect(String(native())).toBe(
      "backend native, on x86:\n" +
        "  translations go on: mm_cpumask, lazy CPUs if freed\n" +
        "  handlers run on: the same CPUs\n" +
        "  orders the initiator: full",
    );
  });

  test("has three attributes, of which INVLPGB changes two", () => {
    expect(behaviourOf(native()).attributes(x86({ invlpgb: true }))).toEqual({
      tlbTargets: "all CPUs, once the ASID is global",
      handlerTargets: "none, once the ASID is global",
      ordersInitiator: "full",
    });
  });

  test("interrupts all that may walk, unless INVLPGB flushes", () => {
    const { flushInterruptsWalkers } = behaviourOf(native());
    expect([false, true].map((invlpgb) => flushInterruptsWalkers(x86({ invlpgb })))).toEqual([
      true,
      false,
    ]);
  });
});

describe("a backend is a value", () => {
  test("frozen, and a clone makes an equal one", () => {
    const one = native();
    expect(() => Object.assign(one, { name: "kvm" })).toThrow(TypeError);
    expect(reviveBackend(one)).toBe(one);
    for (const clone of [structuredClone({ ...one }), JSON.parse(JSON.stringify(one))]) {
      expect(reviveBackend(clone)).toBeInstanceOf(Backend);
      expect(reviveBackend(clone)).toEqual(one);
    }
  });

  test.for<[string, unknown, Partial<ShootdownError>, string]>([
    [
      "a name",
      "native",
      { code: "SD001", field: "backend", value: "native" },
      'SD001: invalid backend: "native" (expected a backend made by sd.backend.…())',
    ],
    ["null", null, { code: "SD001", value: null }, "SD001: invalid backend: null"],
    ["data of no kind", { name: "native" }, { code: "SD001" }, "SD001: invalid backend: {"],
    [
      "another kind of value",
      { kind: "linux", name: "native" },
      { code: "SD002", field: "kind", value: "linux", expected: "backend" },
      'SD002: unknown kind: "linux" (expected backend)',
    ],
    [
      "an unknown name",
      { kind: "backend", name: "natvie" },
      { code: "SD002", field: "backend", value: "natvie", nearest: "native" },
      'SD002: unknown backend: "natvie" (expected native, kvm, hyperv, xenPv; did you mean "native"?)',
    ],
    [
      "a name of Object",
      { kind: "backend", name: "constructor" },
      { code: "SD002", field: "backend", value: "constructor" },
      'SD002: unknown backend: "constructor" (expected native, kvm, hyperv, xenPv)',
    ],
    [
      "an unknown option",
      { kind: "backend", name: "native", preempted: 0.1 },
      { code: "SD002", field: "backend option", value: "preempted" },
      'SD002: unknown backend option: "preempted" (expected kind, name, options)',
    ],
  ])("%s is refused", ([, value, fields, message]) => {
    const error = errorOf(() => reviveBackend(value));
    expect({ ...error }).toMatchObject(fields);
    expect(error.message).toContain(message);
  });
});
