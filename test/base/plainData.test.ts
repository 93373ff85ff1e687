import { describe, expect, test } from "vitest";
import { readPlainData } from "../../lib/base/plainData.ts";

const read = (value: unknown): unknown =>
  readPlainData("backend", value, "name", ["native", "kvm"]);

describe("values from plain data", () => {
  test("say which one they are, and with which options", () => {
    const options = { preempted: 0.5 };
    expect(read({ kind: "backend", name: "kvm", options })).toEqual({ name: "kvm", options });
    expect(read({ kind: "backend", name: "native" })).toEqual({
      name: "native",
      options: undefined,
    });
  });

  test.each([undefined, null, 5, "kvm", {}, []])("%j is none", (value) => {
    expect(() => read(value)).toThrow(/invalid backend: .*made by sd\.backend/);
  });

  test("another kind, an unknown name and a stray key are refused by name", () => {
    expect(() => read({ kind: "workload", name: "kvm" })).toThrow(/kind.*"workload"/);
    expect(() => read({ kind: "backend", name: "kvmm" })).toThrow(/did you mean "?kvm/);
    expect(() => read({ kind: "backend", name: "kvm", option: 1 })).toThrow(/option/);
    expect(() => read({ kind: "backend", name: "constructor" })).toThrow(/constructor/);
  });
});
