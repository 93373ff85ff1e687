import { expect, test } from "vitest";
import { ShootdownError } from "../../lib/base/messages.ts";
import { RELEASE_NAMES, releaseFeatures } from "../../lib/mm/release.ts";

test("the releases, oldest first", () => {
  expect(RELEASE_NAMES).toEqual(["6.1", "6.12", "6.16", "6.18", "7.2", "7.3"]);
});

test.for([
  ["6.1", false, 9698, null, true, false],
  ["6.12", false, 9678, null, false, false],
  ["6.16", true, 9678, 509, false, true],
  ["6.18", true, 9678, 509, false, true],
  ["7.2", true, 9678, 509, false, true],
  ["7.3", true, 9678, 509, false, true],
] as const)(
  "%s: lazy mask %s, page batch %s, table batch %s, file collapse syncs %s, global ASIDs %s",
  ([release, lazyCpumask, pageBatch, tableBatch, fileCollapseSyncs, globalAsids]) => {
    expect(releaseFeatures(release)).toMatchObject({
      release,
      lazyCpumask,
      pageBatch,
      tableBatch,
      fileCollapseSyncs,
      globalAsids,
    });
  },
);

test.for([
  ["6.1", "arm64", { tableBatch: 509, ptReclaim: false, batchedUnmap: false, mergesVmas: false }],
  ["7.2", "arm64", { ptReclaim: true, tableFallback: "callRcu", batchedUnmap: true }],
  ["7.2", "powerpc", { ptReclaim: false, tableFallback: "synchronizeRcu", shootLazies: true }],
  ["6.1", "powerpc", { tableFallback: "sync", shootLazies: false, batchedUnmap: false }],
  ["6.12", "x86", { tableFallback: "sync", reclaimBatch: 31, ptReclaim: false }],
  ["6.16", "x86", { unshareSync: "table", ptReclaim: true, tableFallback: "callRcu" }],
  ["7.3", "x86", { unshareSync: "operation", preemptibleWait: true, mthpCollapse: true }],
  ["6.1", "x86", { reclaimBatch: null, batchedMigration: false, mthpCollapse: false }],
] as const)("%s on %s", ([release, arch, features]) => {
  expect(releaseFeatures(release, arch)).toMatchObject({
    ...features,
    lazyCpumask: isLazy(release, arch),
  });
});

/** Only x86 trims its mask lazily, since 6.13. */
function isLazy(release: string, arch: string): boolean {
  return arch === "x86" && release !== "6.1" && release !== "6.12";
}

test("any other release is refused with the nearest one", () => {
  expect(() => releaseFeatures("7.9")).toThrow(
    'SD002: unknown release: "7.9" (expected 6.1, 6.12, 6.16, 6.18, 7.2, 7.3; did you mean "7.2"?)',
  );
  for (const name of ["toString", "__proto__", ""]) {
    expect(() => releaseFeatures(name)).toThrow(ShootdownError);
  }
});
