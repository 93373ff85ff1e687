import { describe, expect, test } from "vitest";
import { canonicalJson } from "../../lib/base/canonical.ts";
import { ShootdownError } from "../../lib/base/messages.ts";
import { mainline } from "../../lib/policies/lazyTlb/mainline.ts";
import { refcount } from "../../lib/policies/lazyTlb/refcount.ts";
import type { LinuxOptions } from "../../lib/policies/linux.ts";
import { Linux, linux } from "../../lib/policies/linux.ts";
import { broadcast } from "../../lib/policies/tableSync/broadcast.ts";
import { skipIfFlushSentIpis } from "../../lib/policies/tableSync/skipIfFlushSentIpis.ts";
import { targeted } from "../../lib/policies/tableSync/targeted.ts";
import { batched } from "../../lib/policies/unmapFlush/batched.ts";

function errorOf(build: () => unknown): ShootdownError {
  try {
    build();
  } catch (error) {
    if (error instanceof ShootdownError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("a linux", () => {
  test("is by default mainline 7.2", () => {
    expect({ ...linux() }).toEqual({
      kind: "linux",
      release: "7.2",
      preemptRt: false,
      tableSync: broadcast(),
      lazyTlb: mainline(),
      unmapFlush: batched(),
    });
    expect(linux({})).toEqual(linux());
  });

  test("prints its release and its policies", () => {
    expect(String(linux({ release: "6.1", tableSync: targeted(), preemptRt: true }))).toBe(
      "linux 6.1 PREEMPT_RT\n  tableSync: targeted\n  lazyTlb: mainline\n  unmapFlush: batched",
    );
    expect(String(linux())).toBe(
      "linux 7.2\n  tableSync: broadcast\n  lazyTlb: mainline\n  unmapFlush: batched",
    );
  });

  test("has the hooks of all its policies", () => {
    const others = [
      ...["checkPending", "deferUnmap", "dropMm", "exitMm", "flushBatch", "goLazy", "leaveLazy"],
    ];
    const hooksOf = (one: Linux): string[] => Object.keys(one.hooks()).sort();
    expect(hooksOf(linux())).toEqual([...others, "sync"]);
    expect(hooksOf(linux({ tableSync: targeted() }))).toEqual([
      ...others,
      ...["sync", "syncShared", "walkerEnter", "walkerExit"],
    ]);
  });

  test("changes by with, and keeps what is not named", () => {
    const old = linux({ release: "6.1", preemptRt: true });
    const changed = old.with({ tableSync: skipIfFlushSentIpis() });
    expect([changed.release, changed.preemptRt, changed.tableSync.name]).toEqual([
      "6.1",
      true,
      "skipIfFlushSentIpis",
    ]);
    expect(old.tableSync.name).toBe("broadcast");
    expect(old.with({ release: "7.3" }).with({ release: "6.1" })).toEqual(old);
  });

  test("is frozen, and a clone makes an equal one", () => {
    const one = linux({ release: "6.18", tableSync: targeted() });
    expect(() => Object.assign(one, { release: "7.2" })).toThrow(TypeError);
    expect(linux(one)).toBe(one);
    for (const clone of [structuredClone({ ...one }), JSON.parse(JSON.stringify(one))]) {
      const revived = linux(clone as LinuxOptions);
      expect(revived).toBeInstanceOf(Linux);
      expect(revived).toEqual(one);
      expect(canonicalJson(revived)).toBe(canonicalJson(one));
      expect(revived.without("sync:smp_mb")).toEqual(one.without("sync:smp_mb"));
    }
  });
});

describe("without a step", () => {
  test("sync:smp_mb is the fence of the tracker's sync side", () => {
    const changed = linux({ release: "7.3", tableSync: targeted() }).without("sync:smp_mb");
    expect(changed.release).toBe("7.3");
    expect(changed.tableSync).toEqual(targeted().without("sync:smp_mb"));
    expect(String(changed)).toBe(
      "linux 7.3\n  tableSync: targeted, without sync:smp_mb\n  lazyTlb: mainline\n" +
        "  unmapFlush: batched",
    );
  });

  test("a step of the lazy-TLB policy is one of that policy", () => {
    const changed = linux({ lazyTlb: refcount() }).without("goLazy:add(mm_count)");
    expect(changed.lazyTlb.name).toBe("refcount, without goLazy:add(mm_count)");
    expect(changed.lazyTlb.hooks.goLazy?.steps).toEqual([]);
    expect(changed.tableSync).toEqual(broadcast());
  });

  test.for([
    ["sync:smp_mb", undefined],
    ["sync:csd_lock_wiat", "sync:csd_lock_wait"],
    ["golazy:add(mm_count)", "goLazy:add(mm_count)"],
    ["constructor:x", undefined],
  ] as const)("the broadcast has no %s: the nearest is %s", ([step, nearest]) => {
    const error = errorOf(() => linux({ lazyTlb: refcount() }).without(step));
    expect(error.message).toMatch(/^SD002: unknown step: /);
    expect({ ...error }).toMatchObject({ code: "SD002", field: "step", value: step, nearest });
    const known = linux({ lazyTlb: refcount() })
      .policies()
      .flatMap((one) => one.stepNames());
    expect(error.expected).toBe(known.join(", "));
  });
});

test("mutants are those of its policies, each in a system of its own", () => {
  const mutants = linux({ tableSync: targeted() }).mutants();
  expect(mutants.map(({ change }) => change)).toEqual([
    ...targeted()
      .mutants()
      .map(({ change }) => change),
    ...[...mainline().mutants(), ...batched().mutants()].map(({ change }) => change),
  ]);
  for (const { linux: mutant, change } of mutants) {
    expect(mutant.release).toBe("7.2");
    const names = mutant.policies().map(({ name }) => name);
    expect(names.filter((name) => name.endsWith(`, ${change}`))).toHaveLength(1);
  }
});

test.for<[string, object, Partial<ShootdownError>, string]>([
  [
    "an unknown release",
    { release: "7.9" },
    { code: "SD002", field: "release", value: "7.9", nearest: "7.2" },
    'SD002: unknown release: "7.9" (expected 6.1, 6.12, 6.16, 6.18, 7.2, 7.3; did you mean "7.2"?)',
  ],
  [
    "a release that is a number",
    { release: 7.2 },
    { code: "SD001", field: "release", value: 7.2, expected: "6.1, 6.12, 6.16, 6.18, 7.2, 7.3" },
    "SD001: invalid release: 7.2 (expected 6.1, 6.12, 6.16, 6.18, 7.2, 7.3)",
  ],
  [
    "an unknown option",
    { tablesync: broadcast() },
    { code: "SD002", field: "linux option", value: "tablesync", nearest: "tableSync" },
    'SD002: unknown linux option: "tablesync" (expected kind, release, tableSync, lazyTlb, ' +
      'unmapFlush, preemptRt; did you mean "tableSync"?)',
  ],
  [
    "a policy of the wrong group",
    { tableSync: refcount() },
    { code: "SD001", field: "tableSync", expected: "a policy made by sd.tableSync.…()" },
    "SD001: invalid tableSync: ",
  ],
  [
    "a policy by its name",
    { lazyTlb: "refcount" },
    { code: "SD001", field: "lazyTlb", value: "refcount" },
    'SD001: invalid lazyTlb: "refcount" (expected a policy made by sd.lazyTlb.…())',
  ],
  [
    "no policy",
    { tableSync: null },
    { code: "SD001", field: "tableSync", value: null },
    "SD001: invalid tableSync: null",
  ],
  [
    "a switch that is no boolean",
    { preemptRt: 1 },
    { code: "SD001", field: "preemptRt", value: 1, expected: "true or false" },
    "SD001: invalid preemptRt: 1 (expected true or false)",
  ],
  [
    "another value",
    { kind: "backend" },
    { code: "SD002", field: "kind", value: "backend", expected: "linux" },
    'SD002: unknown kind: "backend" (expected linux)',
  ],
])("%s is refused", ([, options, fields, message]) => {
  const error = errorOf(() => linux(options as LinuxOptions));
  expect({ ...error }).toMatchObject(fields);
  expect(error.message).toContain(message);
});
