import { describe, expect, it } from "vitest";
import {
  arm64,
  checkArch,
  describeArch,
  interruptRows,
  maskSend,
  powerpc,
  x86,
} from "../../lib/machine/arch.ts";

describe("architectures", () => {
  it("are frozen records with their defaults", () => {
    expect(x86()).toEqual({
      kind: "x86",
      invlpgb: false,
      invlpgbCountMax: 8,
      rar: false,
      pcid: true,
    });
    expect(arm64()).toEqual({ kind: "arm64", tlbiRange: true, kpti: false, smeErratum: false });
    expect(powerpc()).toEqual({ kind: "powerpc", mmu: "radix", pageBytes: 4096 });
    expect(Object.isFrozen(x86())).toBe(true);
  });

  it("print their features", () => {
    expect(describeArch(x86({ invlpgb: true }))).toBe("x86, PCID, INVLPGB");
    expect(describeArch(x86({ pcid: false }))).toBe("x86");
    expect(describeArch(arm64({ tlbiRange: false }))).toBe("arm64");
    expect(describeArch(arm64({ kpti: true, smeErratum: true }))).toBe(
      "arm64, range TLBI, KPTI, SME erratum",
    );
    expect(describeArch(powerpc({ mmu: "hash" }))).toBe("powerpc, hash");
    expect(describeArch(powerpc({ pageBytes: 65_536 }))).toBe("powerpc, radix, 64 KiB pages");
  });

  it("name their rows of /proc/interrupts", () => {
    expect(interruptRows(x86())).toEqual({ call: "CAL", flush: "TLB", reschedule: "RES" });
    expect(interruptRows(arm64())).toEqual({ call: "IPI1", flush: null, reschedule: "IPI0" });
    expect(interruptRows(powerpc())).toEqual({ call: "16", flush: null, reschedule: "16" });
  });

  it("differ in how one IPI reaches many CPUs", () => {
    expect(maskSend(x86())).toEqual({ groupCpus: 16, allButSelf: true });
    expect(maskSend(arm64())).toEqual({ groupCpus: 16, allButSelf: false });
    expect(maskSend(powerpc())).toEqual({ groupCpus: 1, allButSelf: false });
  });

  it("are revived from plain data", () => {
    expect(checkArch(structuredClone(powerpc({ mmu: "hash" })))).toEqual(powerpc({ mmu: "hash" }));
  });
});

describe("architectures that cannot be", () => {
  it.each([
    [
      () => x86({ invlpg: true } as never),
      'SD002: unknown x86 option: "invlpg" (expected invlpgb,',
    ],
    [() => x86({ pcid: 1 } as never), "SD001: invalid pcid: 1 (expected true or false)"],
    [() => x86({ invlpgb: true, rar: true }), "SD004: impossible rar: true: INVLPGB is an AMD"],
    [() => arm64({ invlpgb: true } as never), 'SD002: unknown arm64 option: "invlpgb"'],
    [() => arm64({ tlbiRange: "yes" } as never), 'SD001: invalid tlbiRange: "yes"'],
    [() => arm64({ kpti: 1 } as never), "SD001: invalid kpti: 1"],
    [() => arm64({ smeErratum: 0 } as never), "SD001: invalid smeErratum: 0"],
    [() => powerpc({ mmu: "radx" } as never), 'did you mean "radix"?'],
    [
      () => powerpc({ pageBytes: 16_384 } as never),
      "SD001: invalid pageBytes: 16384 (expected 4096",
    ],
    [() => checkArch("x86" as never), 'SD001: invalid arch: "x86" (expected x86(), arm64() or'],
    [() => checkArch({ kind: "x68" } as never), 'SD002: unknown arch: "x68" (expected x86,'],
    [() => checkArch({} as never), "SD003: missing arch (expected x86, arm64, powerpc)"],
  ])("are rejected: %s", (build, message) => {
    expect(build).toThrow(message);
  });
});
