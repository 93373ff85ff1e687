import { describe, expect, it } from "vitest";
import { costKeys } from "../../lib/machine/costs.ts";
import { machine } from "../../lib/machine/machine.ts";
import { profileNames, profiles } from "../../lib/machine/profile.ts";
import { sources } from "../../lib/machine/sources.ts";

const rows = profileNames.flatMap((name) =>
  costKeys.map((step) => ({ name, step, ...profiles[name].costs[step] })),
);

describe("the cost tables", () => {
  it("have 52 steps on five platforms", () => {
    expect(costKeys.length).toBe(52);
    expect(profileNames).toEqual([
      "x86TwoSocket",
      "x86EightSocket",
      "x86Amd",
      "arm64Server",
      "power",
    ]);
  });

  it("give every cost whole nanoseconds inside a plausible range, evidence and a source", () => {
    for (const { name, step, ns, evidence, source, range } of rows) {
      expect(Number.isInteger(ns) && ns >= 0, `${name}.${step}`).toBe(true);
      expect(["measured", "cited", "assumed"], `${name}.${step}`).toContain(evidence);
      expect(source.length, `${name}.${step}`).toBeGreaterThan(10);
      expect(range![0] <= ns && ns <= range![1], `${name}.${step}`).toBe(true);
    }
  });

  it("name a known publication for every cost that is not assumed", () => {
    const unnamed = rows.filter(({ evidence, source }) => {
      return evidence !== "assumed" && !/\[[^\]]+\]/.test(source);
    });
    expect(unnamed).toEqual([]);
  });

  it("cite nothing that the bibliography lacks", () => {
    const keys = rows.flatMap(({ source }) => source.match(/(?<=\[)[A-Z][^\]]+(?=\])/gi) ?? []);
    expect(keys.filter((key) => sources[key] === undefined)).toEqual([]);
  });

  it("hold zero only where x86 needs no instruction, and where no hypervisor takes part", () => {
    const isHost = (step: string) => step === "ipiTarget" || step === "ipiResume";
    for (const { step, ns } of rows) if (isHost(step)) expect(ns, step).toBe(0);
    const free = rows
      .filter(({ ns, step }) => ns === 0 && !isHost(step))
      .map(({ name, step }) => `${name}.${step}`);
    expect(free).toEqual([
      "x86TwoSocket.fenceRead",
      "x86TwoSocket.fenceWrite",
      "x86EightSocket.fenceRead",
      "x86EightSocket.fenceWrite",
      "x86Amd.fenceRead",
      "x86Amd.fenceWrite",
    ]);
  });

  it("call every figure of a borrowed table assumed", () => {
    const borrowed = rows.filter(({ source }) => /^no (AMD|arm64|POWER) figure; /.test(source));
    expect(borrowed.length).toBe(31);
    expect(borrowed.every(({ evidence }) => evidence === "assumed")).toBe(true);
  });
});

describe("the x86 table against published end-to-end figures", () => {
  const { costs } = machine();
  const ns = (...steps: (keyof typeof costs)[]) => {
    return steps.reduce((sum, step) => sum + costs[step].ns, 0);
  };
  const flush = ns("flushFixed", "flushPage");
  const remote = ns("csdQueue", "ipiSend", "ipiDeliver", "irqEntry", "ack") + flush;

  it("adds a first remote target in 775 ns, 562 ns with concurrent flushes, within 20 %", () => {
    expect(remote).toBe(889);
    expect(remote / 775).toBeLessThan(1.2);
    expect((remote - flush) / 562).toBeLessThan(1.2);
    expect(remote - flush).toBe(573);
  });

  it("makes up one-page MADV_DONTNEED, 661 ns [Amit-RFC]", () => {
    expect(ns("syscall", "vmaOp", "zapPage") + flush).toBe(661);
  });

  it("makes up GUP-fast of one page, 680 ns, and of eight, 2,978 ns, within 1 %", () => {
    expect(ns("gupFixed", "gupPage")).toBe(680);
    expect(costs.gupFixed.ns + 8 * costs.gupPage.ns).toBe(2976);
  });

  it("makes up a collapse that copies 384 pages, 523 us [Lance-2024], within 5 %", () => {
    expect(costs.collapseFixed.ns + 384 * costs.copyPage.ns).toBe(526_480);
  });
});

describe("the arm64 table", () => {
  it("makes a broadcast to 111 CPUs 19.1 single IPIs within 5 % [Norov]", () => {
    const { csdQueue, ipiSend, ipiDeliver, irqEntry, callEmpty, ack } = machine({
      profile: "arm64Server",
    }).costs;
    const receive = ipiDeliver.ns + irqEntry.ns + callEmpty.ns + ack.ns;
    const single = csdQueue.ns + ipiSend.ns + receive;
    const broadcast = 111 * csdQueue.ns + 7 * ipiSend.ns + receive;
    expect(single).toBe(1376);
    expect(broadcast / single).toBeGreaterThan(19.1 * 0.95);
    expect(broadcast / single).toBeLessThan(19.1 * 1.05);
  });
});
