/**
 * The mutant table: each wrong kernel of reference/kernel-series.md H.1–H.4 with the verdict that
 * it must get under every memory model, and what repairs it.
 *
 * Layout: the rows of a family are a list in mutants/FAMILY.ts; a family's test file calls
 * {@link testMutants} (sc and x86-tso, `npm test`). mutantFamilies.ts lists the families, of which
 * mutantTable.test.ts checks what every row must have, and mutantTable.slow.test.ts asks the weak
 * model ({@link testMutantsUnderWeak}). A new family is one file of rows, one line in
 * mutantFamilies.ts, and a test file of three lines. docs/mutants.md prints the table; after a
 * change, `npx vitest run test/docs/mutants.test.ts -u` writes it anew.
 */
import { describe, expect, test } from "vitest";
import type { MemoryModel, QuestionOptions, Violation } from "../../../lib/index.ts";
import * as sd from "../../../lib/index.ts";
import { ask, inShort } from "../scenarios/ask.ts";

/** A question of the table; the memory model is added. Two CPUs unless it says otherwise. */
export type Asked = Omit<QuestionOptions, "cpus" | "memoryModel"> & { cpus?: number };

/** One mutant, and the variants that repair it. */
export interface MutantRow {
  /** Its name in the reference; a row about another setting of it has a remark behind a space. */
  readonly id: string;
  /** What is wrong, or, in a row of the sanity set, what only looks wrong. */
  readonly what: string;
  readonly question: Asked;
  /**
   * The verdicts under sc, x86-tso and weak: `F` violates {@link property}, `P` holds, `-` is not
   * asked: under x86-tso where the architecture is another one, under weak for the reason `noWeak`.
   */
  readonly expected: string;
  /** What `F` violates; absent where every verdict is `P`. */
  readonly property?: Violation["property"];
  /** Repaired variants, by what is different: each holds wherever the mutant is asked. */
  readonly fixed: Readonly<Record<string, Asked>>;
  /** Accesses fetched ahead under the weak model. Default 8; A1 needs more to be seen. */
  readonly window?: number;
  /** Why the weak model is not asked. */
  readonly noWeak?: string;
  /** Where the verdict is not that of the reference: why, with the schedule that shows it. */
  readonly note?: string;
}

/** The memory models in the order of {@link MutantRow.expected}. */
export const MODELS: readonly MemoryModel[] = ["sc", "x86-tso", "weak"];

/** Tests every row under sc and x86-tso: the mutant, its schedule, and its repaired variants. */
export function testMutants(rows: readonly MutantRow[]): void {
  describe.each(["sc", "x86-tso"] as const)("%s", (model) => testUnder(model, rows));
}

/** The same under the weak model, for files `*.slow.test.ts`. */
export function testMutantsUnderWeak(rows: readonly MutantRow[]): void {
  describe("weak", () => testUnder("weak", rows));
}

function testUnder(memoryModel: MemoryModel, rows: readonly MutantRow[]): void {
  const at = MODELS.indexOf(memoryModel);
  for (const row of rows) {
    const letter = row.expected[at];
    if (letter === "-") continue;
    const ahead = memoryModel === "weak" ? { window: row.window ?? 8 } : {};
    const wanted = letter === "F" ? `violated ${row.property}` : "holds";
    test(`${row.id} ${row.what}`, { timeout: 600_000 }, async () => {
      await expectVerdict({ ...row.question, ...ahead, memoryModel }, wanted);
    });
    for (const [what, question] of Object.entries(row.fixed)) {
      test(`${row.id} repaired: ${what}`, { timeout: 600_000 }, async () => {
        await expectVerdict({ ...question, ...ahead, memoryModel }, "holds");
      });
    }
  }
}

/** A violation must also be shown by its schedule, which `sd.replay` repeats. */
async function expectVerdict(
  options: Asked & { memoryModel: MemoryModel },
  wanted: string,
): Promise<void> {
  const question = ask(options);
  const verdict = await sd.check(question);
  expect(inShort(verdict)).toBe(wanted);
  if (verdict.outcome !== "violated") return;
  const { property, lane } = verdict.violation!;
  const shown = sd.replay(question, verdict.schedule!).listing();
  expect(shown).toContain(`${property} violated${lane < 0 ? "" : ` by CPU ${lane}`}`);
}
