import { describe, expect, test } from "vitest";
import { arm64, powerpc } from "../../lib/machine/arch.ts";
import { costKeys } from "../../lib/machine/costs.ts";
import type { Environment } from "../../lib/mm/environment.ts";
import { VARIABLES } from "../../lib/mm/variables.ts";
import { broadcast } from "../../lib/policies/tableSync/broadcast.ts";
import { skipIfFlushSentIpis } from "../../lib/policies/tableSync/skipIfFlushSentIpis.ts";
import { targeted } from "../../lib/policies/tableSync/targeted.ts";
import { finishProgram, program } from "../../lib/steps/builder.ts";
import type { Program, Step } from "../../lib/steps/instructions.ts";
import { placeOf } from "../../lib/steps/registers.ts";
import { eachStep, handlersOf } from "../../lib/steps/walk.ts";
import { environment } from "./environments.ts";
import { foldedListing } from "./fold.ts";
import { paths } from "./paths.ts";

/** 6.18 and 7.3 build the same paths as 7.2: see the approved listings. */
const x86Environments = ["6.1", "6.12", "7.2"].flatMap((release) =>
  [broadcast(), skipIfFlushSentIpis(), targeted()].flatMap((tableSync) =>
    [false, true].map((invlpgb) => environment({ release, tableSync, invlpgb })),
  ),
);
/** Every path can be built on every architecture, though most machines need some of them only. */
const otherEnvironments = [
  arm64({ tlbiRange: false }),
  arm64({ kpti: true, smeErratum: true }),
  powerpc({ pageBytes: 65_536 }),
  powerpc({ mmu: "hash" }),
].flatMap((arch) => ["6.1", "7.2"].map((release) => environment({ release, arch })));
const environments = [...x86Environments, ...otherEnvironments];

function allSteps(path: Program): Step[] {
  const steps: Step[] = [];
  for (const one of [path, ...handlersOf(path)]) eachStep(one.steps, (step) => steps.push(step));
  return steps;
}

describe.for(Object.keys(paths))("%s, under every release, policy and machine", (name) => {
  const built = environments.map((env) => paths[name]!(env));

  test("names the kernel function it follows", () => {
    for (const { source } of built) expect(source).toMatch(/\.[ch] \w+\(\)|mm\/mmu_gather\.c/);
  });

  test("uses declared variables and costs of the machine's table", () => {
    const variables = new Set(VARIABLES.map((variable) => variable.name));
    const costs = new Set<string>(costKeys);
    const unknown = built.flatMap(allSteps).flatMap((step) => {
      const variable = placeOf(step)?.variable;
      if (variable !== undefined && !variables.has(variable)) return [variable];
      return step.kind === "work" && !costs.has(step.cost) ? [step.cost] : [];
    });
    expect(unknown).toEqual([]);
  });

  test("starts and stops the same stop-watches, and masks as often as it unmasks", () => {
    for (const path of built) {
      const of = (kind: string): string[] =>
        allSteps(path)
          .filter((step) => step.kind === kind)
          .map((step) => ("what" in step ? step.what : ""))
          .sort();
      expect(of("begin")).toEqual(of("end"));
      expect(of("irqOff")).toEqual(of("irqOn"));
    }
  });

  test("waits for every function it queues", () => {
    for (const path of built) {
      const count = (kind: string): number =>
        allSteps(path).filter((step) => step.kind === kind).length;
      expect(count("awaitCalls")).toBe(count("crossCall"));
    }
  });

  test("survives structured clone", () => {
    for (const path of built) expect(finishProgram(structuredClone(path))).toEqual(path);
  });
});

describe("a path and the hooks of the policies", () => {
  const hook = (name: string): Program =>
    program(name, { params: ["mm"], source: "tests" }, (k) => k.tally(name));
  const env = {
    ...environment(),
    hooks: {
      walkerEnter: hook("enter"),
      walkerExit: hook("exit"),
      sync: hook("wait"),
      goLazy: hook("borrow"),
      leaveLazy: hook("give_back"),
    },
  };
  const lines = (name: string, from: Environment = env): string[] =>
    foldedListing(paths[name]!(from))
      .split("\n")
      .map((line) => line.trim());

  test("a walker enters with interrupts off, and leaves before they are on", () => {
    const walk = lines("gup_fast");
    const at = (line: string): number => walk.indexOf(line);
    expect(at("local_irq_disable()")).toBeLessThan(at("/* count enter */"));
    expect(at("/* count enter */")).toBeLessThan(at("entry = READ_ONCE(pmd[table])"));
    expect(at("/* use table table */")).toBeLessThan(at("/* count exit */"));
    expect(at("/* count exit */")).toBeLessThan(at("local_irq_enable()"));
  });

  test("collapse clears, flushes, waits, and only then copies and installs", () => {
    expect(lines("collapse_huge_page").filter((line) => line !== "sync:")).toEqual([
      "collapse_huge_page(mm, table)",
      "/* collapse begins */",
      "/* collapseFixed */",
      "xchg(pmd[table], 0)",
      "/* ptClear */",
      "/* detach table table */",
      "flush_tlb_mm_range(mm, 512) F+:",
      "/* sync begins */",
      "/* count wait */",
      "/* sync ends */",
      "/* 512 × copyPage */",
      "/* reuse table table */",
      "smp_store_release(pmd[table], 2)",
      "/* collapse ends */",
      "/* count operations */",
      "",
    ]);
  });

  test("a lazy CPU keeps the reference it took until a user thread comes", () => {
    expect(lines("context_switch_to_idle")).toContain("/* count borrow */");
    const back = lines("context_switch");
    const start = back.indexOf("borrowed = READ_ONCE(active_mm)");
    expect(back.slice(start, start + 5)).toEqual([
      "borrowed = READ_ONCE(active_mm)",
      "if (borrowed != 0)",
      "WRITE_ONCE(active_mm, 0)",
      "leaveLazy:",
      "/* count give_back */",
    ]);
  });

  test("without hooks nothing is done in their place", () => {
    const bare = { ...env, hooks: {} };
    for (const name of Object.keys(paths)) {
      expect(
        lines(name, bare).filter((line) => /walker|sync:|goLazy|leaveLazy/.test(line)),
      ).toEqual([]);
    }
    expect(lines("context_switch", bare)).toContain("WRITE_ONCE(active_mm, 0)"); // as the kernel
  });
});

test("a path is built once for an environment, and anew for another", () => {
  const [one, other] = [environment(), environment()];
  for (const name of ["flush_tlb_func", "switch_mm_irqs_off", "flush_tlb_mm_range F+"]) {
    expect(paths[name]!(one)).toBe(paths[name]!(one));
    expect(paths[name]!(other)).not.toBe(paths[name]!(one));
    expect(paths[name]!(other)).toEqual(paths[name]!(one));
  }
});
