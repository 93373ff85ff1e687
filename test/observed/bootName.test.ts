import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ShootdownError } from "../../lib/base/messages.ts";
import { parseBootName } from "../../lib/observed/bootName.ts";
import { labCsv } from "../../lib/observed/labCsv.ts";
import { measuredPath } from "./measuredData.ts";

const plain = {
  arch: "x86",
  release: "6.1",
  preemptRt: false,
  policy: undefined,
  cpus: 8,
  plan: "main",
  tags: [],
  idle: "halt",
  native: false,
  priority: undefined,
};

describe("a boot name", () => {
  test.for([
    ["x86-6.1-8-main", {}],
    ["x86-7.3p0-8-policy", { release: "7.3", policy: "broadcast", plan: "policy" }],
    ["x86-7.3p1-8-policy", { release: "7.3", policy: "skip", plan: "policy" }],
    ["x86-7.3p2-8-policy", { release: "7.3", policy: "targeted", plan: "policy" }],
    ["x86-7.3p3-8-policy", { release: "7.3", policy: "rcu", plan: "policy" }],
    ["x86-6.12rt-8-main", { release: "6.12", preemptRt: true }],
    ["x86-7.2-8-main-idlepoll", { release: "7.2", tags: ["idlepoll"], idle: "polling" }],
    ["x86-6.12-2-poll-idlehlt", { release: "6.12", cpus: 2, plan: "poll", tags: ["idlehlt"] }],
    ["x86-6.1-16-scale-mt", { cpus: 16, plan: "scale", tags: ["mt"] }],
    ["x86-6.12-16-isol-isolated", { release: "6.12", cpus: 16, plan: "isol", tags: ["isolated"] }],
    ["x86-6.1-240-big", { cpus: 240, plan: "big" }],
    ["arm64-7.2-8-trace", { arch: "arm64", release: "7.2", plan: "trace" }],
    ["ppc-7.2-4-main", { arch: "powerpc", release: "7.2", cpus: 4 }],
    [
      "host-6.18-2-fifo",
      { release: "6.18", cpus: 2, plan: "host", native: true, priority: "fifo" },
    ],
    [
      "host-6.18-2-nice",
      { release: "6.18", cpus: 2, plan: "host", native: true, priority: "nice" },
    ],
  ] as const)("%s says %o", ([name, difference]) => {
    expect(parseBootName(name)).toEqual({ ...plain, ...difference });
  });

  test.for([
    ["smoke-mt", "x86, arm64, ppc, host", "smoke", "nothing"],
    ["x86-7.3p4-8-policy", "a release such as 6.12, 6.12rt or 7.3p2", "7.3p4", "arch x86"],
    ["x86-6.1-0-main", "a number of CPUs", "0", "arch x86, release 6.1"],
    ["x86-6.1-8", "a plan or tag", "", "arch x86, release 6.1, 8 CPUs"],
    ["x86-6.1-8-main-", "a plan or tag", "", "arch x86, release 6.1, 8 CPUs"],
    ["host-6.18-2-main", "fifo or nice", "main", "arch host, release 6.18, 2 CPUs"],
  ] as const)("%s is refused with what was understood", ([name, expected, part, understood]) => {
    expect(() => parseBootName(name)).toThrow(
      `SD006: malformed boot name: "${name}" ` +
        `(expected ${expected} where it says "${part}"; understood: ${understood})`,
    );
  });

  test("is read or refused with a code, whatever it is", () => {
    const word = fc.oneof(
      fc.constantFrom("x86", "host", "6.1", "7.3p1", "8", "main", "__proto__", ""),
      fc.string({ maxLength: 6 }),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (words) => {
        try {
          expect(parseBootName(words.join("-")).cpus).toBeGreaterThan(0);
        } catch (error) {
          if (!(error instanceof ShootdownError)) throw error;
        }
      }),
    );
  });

  test.for(["lab", "lab-policies"])("agrees with every run of %s", (name, context) => {
    for (const run of labCsv.read(measuredPath(context, `${name}/data.csv`))) {
      const boot = parseBootName(run.boot);
      expect(boot.cpus).toBe(run.cpus);
      expect(run.kernel.startsWith(`${boot.release}.`)).toBe(true);
      expect(boot.native).toBe(run.mode.startsWith("native"));
    }
  });
});
