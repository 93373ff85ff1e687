import { describe, expect, test } from "vitest";
import * as sd from "../../lib/index.ts";

const { unmapFlush } = sd;
const all: Readonly<Record<string, () => sd.Policy>> = {
  batched: unmapFlush.batched,
  immediate: unmapFlush.immediate,
  flushMmIfPending: unmapFlush.flushMmIfPending,
  waitIfPending: unmapFlush.waitIfPending,
  flushOwnIfPending: unmapFlush.flushOwnIfPending,
  pendingFlag: unmapFlush.pendingFlag,
  invlpgbPerPage: unmapFlush.invlpgbPerPage,
};

describe.for(Object.keys(all))("%s", (name) => {
  const policy = all[name]!();

  test("is of its group, says what it does and where that comes from", () => {
    expect([policy.kind, policy.name]).toEqual(["unmapFlush", name]);
    expect(policy.summary).toMatch(/\w+ \w+/);
    expect(policy.source.length).toBeGreaterThan(10);
  });

  test("survives a clone", () => {
    const clone = JSON.parse(JSON.stringify(policy)) as sd.Policy;
    expect(sd.linux({ unmapFlush: clone }).unmapFlush).toEqual(policy);
  });

  test("steps can be dropped, one at a time", () => {
    for (const { step, policy: mutant } of policy.mutants()) {
      expect(mutant.stepNames().length).toBeLessThanOrEqual(policy.stepNames().length);
      expect(policy.stepNames()).toContain(step);
    }
  });
});

test("those found wrong say why, with where it comes from", () => {
  const unsafe = Object.entries(all).flatMap(([name, make]) => {
    const reason = make().unsafe;
    return reason === undefined ? [] : [[name, reason.slice(0, 2)]];
  });
  expect(unsafe).toEqual([
    ["waitIfPending", "E6"],
    ["flushOwnIfPending", "E5"],
    ["pendingFlag", "E2"],
  ]);
  expect(unmapFlush.invlpgbPerPage({ flush: "tlbsync" }).unsafe).toMatch(/^E13: TLBSYNC waits/);
  expect(String(unmapFlush.waitIfPending())).toContain("UNSAFE: E6: a DSB completes only");
});

test("before its ASID is global, pages of a process cost interrupts by invlpgbPerPage", () => {
  const workload = sd.workload.pageout({
    pages: 62,
    memory: "clean",
    threads: 4,
    siblings: "spin",
  });
  const shot = (policy: sd.Policy, invlpgb: boolean): number => {
    const machine = sd.machine({ arch: sd.x86({ invlpgb }), coresPerSocket: 16 });
    const linux = sd.linux({ unmapFlush: policy });
    const backend = sd.backend.native();
    return sd.simulate({ machine, linux, backend, workload, seed: 1 }).total("TLB");
  };
  const { batched, invlpgbPerPage } = unmapFlush;
  // 62 clean pages are freed in two batches of 31.
  expect([shot(batched(), true), shot(invlpgbPerPage(), true)]).toEqual([0, 6]);
  expect([shot(batched(), false), shot(invlpgbPerPage(), false)]).toEqual([6, 6]);
});

test("batched is the default, and what the fixed arm64 does", () => {
  expect(sd.linux().unmapFlush).toEqual(unmapFlush.batched());
  expect(unmapFlush.flushMmIfPending().hooks).toEqual(unmapFlush.batched().hooks);
});

test("the counters stand in the listing, and can be mutated", () => {
  const listing = unmapFlush.batched().listing();
  expect(listing).toContain("tlb_flush_batched[mm]");
  expect(unmapFlush.batched().stepNames()).toContain(
    "checkPending:compareExchange(tlb_flush_batched)",
  );
  const dropped = sd.linux().without("deferUnmap:barrier");
  expect(dropped.unmapFlush.name).toBe("batched, without deferUnmap:barrier");
});

test("limits are those of the releases", () => {
  const { limits } = unmapFlush;
  expect(
    Object.fromEntries(Object.entries(limits).map(([name, { value }]) => [name, value])),
  ).toEqual({
    gatherPages: 9_678,
    gatherPagesBefore69: 9_698,
    gatherTables: 509,
    reclaimFolios: 31,
    reclaimTable: 512,
    migrationPages: 512,
  });
  for (const { unit, releases, source } of Object.values(limits)) {
    expect(`${unit} ${releases}`).toMatch(/\w+ \w+/);
    expect(source).toMatch(/\.[ch]\b/);
  }
});

describe("where Linux cannot have a policy", () => {
  const refuse = (machine: sd.Machine, release: string, policy: sd.Policy): (() => unknown) => {
    return () =>
      sd.simulate({
        machine: machine.withCpus(4),
        linux: sd.linux({ release, unmapFlush: policy }),
        backend: sd.backend.native(),
        workload: sd.workload.pageout({ pages: 4 }),
      });
  };
  const { qemu, qemuArm64, qemuPpc64le } = sd.machines;

  test.for<[string, sd.Machine, string, sd.Policy, string]>([
    [
      "a barrier for others' flushes on x86",
      qemu,
      "7.2",
      unmapFlush.waitIfPending(),
      'SD004: impossible unmapFlush: "waitIfPending": not on arch x86: only on arm64 can a barrier',
    ],
    [
      "arm64 before it defers",
      qemuArm64,
      "6.1",
      unmapFlush.flushMmIfPending(),
      'SD004: impossible unmapFlush: "flushMmIfPending": not on release 6.1: arm64 defers',
    ],
    [
      "powerpc",
      qemuPpc64le,
      "7.2",
      unmapFlush.pendingFlag(),
      'SD004: impossible unmapFlush: "pendingFlag": not on arch powerpc: it has no batched unmap',
    ],
  ])("%s", ([, machine, release, policy, message]) => {
    expect(refuse(machine, release, policy)).toThrow(message);
  });

  test("the default and immediate flushes are everywhere", () => {
    for (const machine of [qemu, qemuArm64, qemuPpc64le]) {
      for (const policy of [unmapFlush.batched(), unmapFlush.immediate()]) {
        expect(refuse(machine, "6.1", policy)).not.toThrow();
      }
    }
  });
});
