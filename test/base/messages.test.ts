import { describe, expect, test } from "vitest";
import * as messages from "../../lib/base/messages.ts";

describe("messages", () => {
  test("say what is wrong and what was expected", () => {
    expect(messages.invalid("cpus", 0, "1…4096").message).toBe(
      "SD001: invalid cpus: 0 (expected 1…4096)",
    );
    expect(messages.missing("machine", "a machine built by sd.machine").message).toBe(
      "SD003: missing machine (expected a machine built by sd.machine)",
    );
    expect(messages.impossible("invlpgb", true, "arm64 has no INVLPGB").message).toBe(
      "SD004: impossible invlpgb: true: arm64 has no INVLPGB",
    );
    expect(messages.tooLarge("threads", 65, "at most 64 CPUs").message).toBe(
      "SD005: threads does not fit: 65 (expected at most 64 CPUs)",
    );
    expect(messages.malformed("line 3", "CPU0x", "a header of CPUs").message).toBe(
      'SD006: malformed line 3: "CPU0x" (expected a header of CPUs)',
    );
    expect(messages.badProgram("sync", "a wait without a send").message).toBe(
      "SD007: program sync: a wait without a send",
    );
    expect(messages.stuck("the run", "CPU 3 waits for ever").message).toBe(
      "SD008: the run cannot make progress: CPU 3 waits for ever",
    );
    expect(messages.refused("image", "http://x", "only local files").message).toBe(
      'SD011: image refused: "http://x" (only local files)',
    );
    expect(messages.notRecorded("trace", "simulate({ …, trace: 10 })").message).toBe(
      "SD012: trace was not recorded (expected simulate({ …, trace: 10 }))",
    );
    expect(messages.notebookFailed("cell 4", "it threw").message).toBe("SD013: cell 4: it threw");
  });

  test("suggest the nearest name", () => {
    expect(messages.unknownName("release", "7.9", ["6.1", "7.2"]).message).toBe(
      'SD002: unknown release: "7.9" (expected 6.1, 7.2; did you mean "7.2"?)',
    );
    expect(messages.unknownName("release", "mainline", ["6.1", "7.2"]).message).toBe(
      'SD002: unknown release: "mainline" (expected 6.1, 7.2)',
    );
    expect(messages.unknownColumn("ipi_saved", ["cpu", "ipis_saved"]).message).toBe(
      "SD009: unknown column: ipi_saved (did you mean ipis_saved?)",
    );
    expect(messages.unknownColumn("zzzzzzzzz", ["cpu", "irq"]).message).toBe(
      "SD009: unknown column: zzzzzzzzz (expected cpu, irq)",
    );
  });

  test("tell how to shrink a chart", () => {
    expect(messages.tooManyMarks(9000, 5000).message).toBe(
      "SD010: the chart would draw 9000 marks (expected at most 5000): " +
        "group or bin the table first",
    );
  });

  test("carry their parts for programs", () => {
    const error = messages.unknownName("idle", "poling", ["halt", "polling"]);
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe("ShootdownError");
    expect(error.code).toBe("SD002");
    expect(error.field).toBe("idle");
    expect(error.value).toBe("poling");
    expect(error.expected).toBe("halt, polling");
    expect(error.nearest).toBe("polling");
  });
});

describe("show", () => {
  test("renders any value on one short line", () => {
    expect(messages.show("a\nb")).toBe('"a\\nb"');
    expect(messages.show(undefined)).toBe("undefined");
    expect(messages.show(NaN)).toBe("NaN");
    expect(messages.show(5n)).toBe("5n");
    expect(messages.show({ a: [1] })).toBe('{"a":[1]}');
    expect(messages.show(() => 1)).toBe("function (anonymous)");
    expect(messages.show(Symbol("x"))).toBe("Symbol(x)");
  });

  test("cuts long values and survives cycles", () => {
    expect(messages.show("x".repeat(100))).toBe(`"${"x".repeat(77)}..."`);
    const loop: { self?: unknown } = {};
    loop.self = loop;
    expect(messages.show(loop)).toBe("[object Object]");
  });
});
