import { expect, test } from "vitest";
import { ShootdownError } from "../../lib/base/messages.ts";
import { MiB } from "../../lib/base/units.ts";
import { simulate } from "../../lib/experiments/simulate.ts";
import { tableSyncPolicy } from "../../lib/policies/tableSync/tableSync.ts";
import type { Builder } from "../../lib/steps/builder.ts";
import { own, program } from "../../lib/steps/builder.ts";
import { collapse } from "../../lib/workloads/collapse.ts";
import { gupFastHammer } from "../../lib/workloads/gupFastHammer.ts";
import { munmap } from "../../lib/workloads/munmap.ts";
import { together } from "../../lib/workloads/together.ts";
import { scene } from "./scenes.ts";

/** The error of a scene with a change that no type would allow. */
function errorOf(change: object): ShootdownError {
  try {
    simulate({ ...scene, ...change });
  } catch (error) {
    if (error instanceof ShootdownError) return error;
    throw error;
  }
  throw new Error("no error was thrown");
}

function messageOf(change: object): string {
  return errorOf(change).message;
}

/** A Linux whose sync is written by the test. */
function withSync(write: (k: Builder) => void): object {
  const source = "test";
  const sync = program("custom_sync", { params: ["mm"], source }, write);
  const data = { name: "custom", options: {}, hooks: { sync }, summary: "", source };
  return { linux: scene.linux.with({ tableSync: tableSyncPolicy(data) }) };
}

test("SD001: seeds that are no seeds", () => {
  const expected = "SD001: invalid seed: -1 (expected 0…9007199254740991)";
  expect(messageOf({ seed: -1 })).toBe(expected);
  for (const seed of [1.5, Number.NaN, 2 ** 53, "1", null, Infinity]) {
    expect(messageOf({ seed })).toMatch(/^SD001: invalid seed: .+ \(expected .+\)$/);
  }
});

test("SD001: switches and limits out of range", () => {
  expect(messageOf({ eager: "yes" })).toBe('SD001: invalid eager: "yes" (expected true or false)');
  expect(messageOf({ trace: -1 })).toBe("SD001: invalid trace: -1 (expected 0…10000000)");
  expect(messageOf({ trace: 0.5 })).toMatch(/^SD001: invalid trace: 0.5/);
});

test("SD001: values of another kind", () => {
  expect(messageOf({ workload: "collapse" })).toMatch(/^SD001: invalid workload: "collapse"/);
  expect(messageOf({ backend: "native" })).toMatch(/^SD001: invalid backend: "native"/);
  expect(messageOf({ machine: 64 })).toMatch(/^SD001: invalid machine options: 64/);
  expect(messageOf({ linux: "7.2" })).toMatch(/^SD001: invalid linux options: "7.2"/);
});

test("SD001: nothing but an options object", () => {
  for (const options of [undefined, null, 7, "scene", []]) {
    expect(() => simulate(options as never)).toThrow(/^SD00[13]: /);
  }
});

test("SD002: unknown names come with the nearest one", () => {
  const option = errorOf({ sede: 1 });
  expect(option.code).toBe("SD002");
  expect(option.nearest).toBe("seed");
  expect(messageOf({ linux: { ...structuredClone(scene.linux), release: "7.9" } })).toMatch(
    /^SD002: unknown release: "7.9" \(expected 6\.1, 6\.12, .*did you mean "7\.[23]"\?\)$/,
  );
  const type = errorOf({ workload: { kind: "workload", type: "colapse", options: {} } });
  expect([type.code, type.nearest]).toEqual(["SD002", "collapse"]);
  const name = errorOf({ backend: { kind: "backend", name: "nativ" } });
  expect([name.code, name.nearest]).toEqual(["SD002", "native"]);
});

test("SD003: each of the four values is needed", () => {
  for (const key of ["machine", "linux", "backend", "workload"]) {
    expect(messageOf({ [key]: undefined })).toBe(
      `SD003: missing ${key} (expected a value made by sd.${key})`,
    );
  }
});

test("SD012: a trace is there only when it was asked for", () => {
  expect(() => simulate(scene).trace()).toThrow(
    "SD012: trace was not recorded (expected simulate({ …, trace: 10_000 }))",
  );
});

test("SD003: a duration that the run did not take", () => {
  expect(() => simulate(scene).distribution("munmap")).toThrow(
    /^SD003: missing duration munmap \(expected collapse, tlb_flush, sync, /,
  );
});

test("SD004: a collapse of less than whole tables, also when revived", () => {
  const workload = structuredClone(scene.workload);
  const half = { ...workload, options: { ...workload.options, bytes: MiB(3) } };
  expect(messageOf({ workload: half })).toMatch(/^SD004: impossible bytes: 3145728: /);
});

test("SD005: workloads larger than the machine", () => {
  const nine = munmap({ bytes: 4096, threads: 9 });
  expect(messageOf({ workload: nine })).toBe(
    'SD005: munmap does not fit: "9 CPUs" (expected at most 8 CPUs)',
  );
  const daemon = collapse({ bytes: MiB(2), threads: 8, by: "khugepaged" });
  expect(messageOf({ workload: daemon })).toMatch(/^SD005: collapse does not fit: "9 CPUs"/);
  const both = together(munmap({ bytes: 4096, threads: 6 }), gupFastHammer({ threads: 3 }));
  expect(messageOf({ workload: both })).toBe(
    'SD005: gupFastHammer does not fit: "3 CPUs" (expected at most 2 CPUs)',
  );
});

test("SD007: a policy that names a cost or a variable that the model does not have", () => {
  expect(messageOf(withSync((k) => k.work("teleport")))).toBe(
    "SD007: program cost table: has no cost named teleport",
  );
  const unknown = { name: "no_such", scope: "cpu", holds: "number", initial: 0, meaning: "" };
  expect(messageOf(withSync((k) => k.load("x", own(unknown as never))))).toMatch(
    /^SD007: program memory: has no variable no_such$/,
  );
});

test("SD008: a policy that loops without any time passing", () => {
  const endless = withSync((k) => k.forever(() => k.set("x", 0)));
  expect(messageOf(endless)).toMatch(
    /^SD008: \w+ cannot make progress: CPU 0 loops at \d+ ns without any time passing$/,
  );
});

test("SD008: a policy that waits for a wake-up that nobody sends", () => {
  expect(messageOf(withSync((k) => k.awaitSleep(7)))).toBe(
    "SD008: the run cannot make progress: tasks are left, but no event is",
  );
});
