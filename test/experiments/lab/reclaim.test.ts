import { expect, test } from "vitest";
import { caseOf } from "../labRuns.ts";

function optionsOf(caseName: string, params: string, boot?: string): Record<string, unknown> {
  const found = caseOf(caseName, params, boot);
  if (found.scene === undefined) throw new Error(found.uncovered);
  return found.scene.workload.options;
}

test("reclaim: one call on pages that are dirty, clean, or of a file", () => {
  expect(optionsOf("reclaim", "")).toMatchObject({ pages: 512, calls: 1, memory: "dirty" });
  const kinds = ["dirty", "clean", "file", "filedirty"].map(
    (kind) => optionsOf("reclaim", `kind=${kind} pages=63 T=4 st=sleep`).memory,
  );
  expect(kinds).toEqual(["dirty", "clean", "file", "dirtyFile"]);
  const found = caseOf("reclaim", "kind=hugetlb");
  expect(found.scene).toBeUndefined();
  expect(found).toMatchObject({ uncovered: "reclaim of hugetlb: not in this version" });
});

test("pageout: calls on ranges of their own, every page written", () => {
  expect(optionsOf("pageout", "n=4 pages=64 T=4 st=spin")).toMatchObject({
    pages: 64,
    calls: 4,
    memory: "dirty",
    threads: 4,
    siblings: "spin",
  });
  expect(optionsOf("pageout", "")).toMatchObject({ pages: 512, calls: 10 });
  for (const params of ["stride_kb=8", "kind=shmem"]) {
    expect(caseOf("pageout", params).scene).toBeUndefined();
  }
});

test("boots without swap are controls in which no anonymous page goes", () => {
  const swap = (boot: string): unknown => optionsOf("reclaim", "kind=dirty", boot).swap;
  expect(swap("x86-7.3-8-main")).toBe(false);
  expect(swap("ppc-7.2-4-main")).toBe(false);
  for (const boot of ["x86-7.3-8-ext", "x86-7.3-4-main", "x86-7.2-8-main", "arm64-7.2-8-main"]) {
    expect(swap(boot)).toBe(true);
  }
  expect(swap("x86-7.3-8-main-idlepoll")).toBe(true);
});
