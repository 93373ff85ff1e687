import { expect, test } from "vitest";
import { refusalOf } from "../../../lib/experiments/combination.ts";
import * as sd from "../../../lib/index.ts";
import { systemsOf, testMatrix } from "./matrix.ts";
import { backends, machines, policiesOf, releases, workloads } from "./values.ts";

testMatrix(3);

test("each policy, backend and workload runs somewhere, and each refusal has a reason", () => {
  const reasons = new Set<string>();
  const seen = new Set<string>();
  for (const machine of Object.values(machines)) {
    for (const [linux, chosen] of releases.flatMap(systemsOf)) {
      for (const backend of Object.values(backends)) {
        for (const workload of chosen) {
          const refusal = refusalOf({ machine, linux, backend, workload });
          if (refusal !== undefined) reasons.add(refusal.reason);
          else {
            const names = linux.policies().map(({ name }) => name);
            for (const one of [...names, backend.name, workload.type]) seen.add(one);
          }
        }
      }
    }
  }
  const all = [
    ...[sd.tableSync, sd.lazyTlb, sd.unmapFlush].flatMap((group) =>
      policiesOf(group).map(({ name }) => name),
    ),
    ...Object.keys(backends),
    ...workloads.map(({ type }) => type),
  ];
  expect(all.filter((name) => !seen.has(name))).toEqual([]);
  for (const reason of reasons) expect(reason.length).toBeGreaterThan(20);
});
