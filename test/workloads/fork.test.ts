import { describe, expect, test } from "vitest";
import { eachStep } from "../../lib/steps/walk.ts";
import { fork } from "../../lib/workloads/fork.ts";
import { namesOf, planOf } from "./contexts.ts";

/** The paths that the operation goes through, each once. */
function pathsOf(options: Parameters<typeof fork>[0]): string[] {
  const found = new Set<string>();
  eachStep(planOf(fork(options)).operation[0]!.program.steps, (step) => {
    if (step.kind === "section") found.add(step.label);
  });
  return [...found].filter((label) => /^(dup_mmap|wp_page_\w+|exit_mm)$/.test(label));
}

describe("fork", () => {
  test("each phase has its path", () => {
    expect(pathsOf({})).toEqual(["dup_mmap", "wp_page_copy"]);
    expect(pathsOf({ phase: "copyOnWrite" })).toEqual(["wp_page_copy"]);
    expect(pathsOf({ phase: "reuse" })).toEqual(["wp_page_reuse"]);
    expect(pathsOf({ phase: "forkAndExit" })).toEqual(["dup_mmap", "exit_mm"]);
  });

  test("children that end are address spaces of their own, behind those of the process", () => {
    const plan = planOf(fork({ phase: "forkAndExit", children: 7 }), { firstMm: 9 });
    expect(plan.mms).toBe(9);
    expect(namesOf(plan.operation)).toEqual(["0 fork_and_exit_calls"]);
    expect(plan.operation[0]?.args).toEqual({ mm: 9, first: 11, last: 18 });
    expect(planOf(fork({ children: 7 })).mms).toBe(2);
  });

  test.for([
    [{ phase: "cow" }, 'SD002: unknown phase: "cow"'],
    [{ pages: 0 }, "SD001: invalid pages: 0"],
    [{ pages: 4, pagesWritten: 5 }, "SD001: invalid pagesWritten: 5 (expected 0…4)"],
    [{ children: 0 }, "SD001: invalid children: 0"],
    [{ childs: 1 }, 'did you mean "children"?'],
  ] as const)("refuses %o", ([options, message]) => {
    expect(() => fork(options as never)).toThrow(message);
  });
});
