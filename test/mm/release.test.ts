import { expect, test } from "vitest";
import { ShootdownError } from "../../lib/base/messages.ts";
import { RELEASE_NAMES, releaseFeatures } from "../../lib/mm/release.ts";

test("the releases, oldest first", () => {
  expect(RELEASE_NAMES).toEqual(["6.1", "6.12", "6.18", "7.2", "7.3"]);
});

test.for([
  ["6.1", false, 9698, null, true, false],
  ["6.12", false, 9678, null, false, false],
  ["6.18", true, 9678, 509, false, true],
  ["7.2", true, 9678, 509, false, true],
  ["7.3", true, 9678, 509, false, true],
] as const)(
  "%s: lazy mask %s, page batch %s, table batch %s, file collapse syncs %s, global ASIDs %s",
  ([release, lazyCpumask, pageBatch, tableBatch, fileCollapseSyncs, globalAsids]) => {
    expect(releaseFeatures(release)).toEqual({
      release,
      lazyCpumask,
      pageBatch,
      tableBatch,
      fileCollapseSyncs,
      globalAsids,
    });
  },
);

test("any other release is refused with the nearest one", () => {
  expect(() => releaseFeatures("7.9")).toThrow(
    'SD002: unknown release: "7.9" (expected 6.1, 6.12, 6.18, 7.2, 7.3; did you mean "7.2"?)',
  );
  for (const name of ["toString", "__proto__", ""]) {
    expect(() => releaseFeatures(name)).toThrow(ShootdownError);
  }
});
