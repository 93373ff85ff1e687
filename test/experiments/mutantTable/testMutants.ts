/**
 * Tests of the mutant table: a family's test file calls {@link testMutants} (sc and x86-tso,
 * `npm test`), families.slow.test.ts asks the weak model ({@link testMutantsUnderWeak}).
 */
import { describe, expect, test } from "vitest";
import type { MutantRow } from "../../../lib/experiments/mutantTable/row.ts";
import { MODELS, questionOf } from "../../../lib/experiments/mutantTable/row.ts";
import type { MemoryModel, Question } from "../../../lib/index.ts";
import * as sd from "../../../lib/index.ts";
import { inShort } from "../scenarios/ask.ts";

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
    const wanted = letter === "F" ? `violated ${row.property}` : "holds";
    test(`${row.id} ${row.what}`, { timeout: 600_000 }, async () => {
      await expectVerdict(questionOf(row, row.question, memoryModel), wanted);
    });
    for (const [what, repaired] of Object.entries(row.fixed)) {
      test(`${row.id} repaired: ${what}`, { timeout: 600_000 }, async () => {
        await expectVerdict(questionOf(row, repaired, memoryModel), "holds");
      });
    }
  }
}

/** A violation must also be shown by its schedule, which `sd.replay` repeats. */
async function expectVerdict(question: Question, wanted: string): Promise<void> {
  const verdict = await sd.check(question);
  expect(inShort(verdict)).toBe(wanted);
  if (verdict.outcome !== "violated") return;
  const { property, lane } = verdict.violation!;
  const shown = sd.replay(question, verdict.schedule!).listing();
  expect(shown).toContain(`${property} violated${lane < 0 ? "" : ` by CPU ${lane}`}`);
}
