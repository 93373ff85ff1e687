/**
 * The mutant table: each wrong kernel that reviews, proofs and commits know of, with the verdict
 * that it must get under every memory model, and what repairs it.
 *
 * Layout: the rows of a family are a list in FAMILY.ts, and families.ts lists the families. Tests,
 * `scripts/safetyPage.mjs` and through it docs/safety.md read the same rows. A new family is one
 * file of rows, one line in families.ts, and a test file of three lines.
 */
import type { MemoryModel } from "../../explorer/system.ts";
import type { Property } from "../../explorer/verdictData.ts";
import type { Question, QuestionOptions } from "../questions/question.ts";
import { question } from "../questions/question.ts";

/** A question of the table; the memory model is added. Two CPUs unless it says otherwise. */
export type Asked = Omit<QuestionOptions, "cpus" | "memoryModel"> & { cpus?: number };

/** One mutant, and the variants that repair it. */
export interface MutantRow {
  /** Its name in the reviews; a row about another setting of it has a remark behind a space. */
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
  readonly property?: Property;
  /** Repaired variants, by what is different: each holds wherever the mutant is asked. */
  readonly fixed: Readonly<Record<string, Asked>>;
  /** Accesses fetched ahead under weak. Default 8; A1 needs more, E2 and E13 take long. */
  readonly window?: number;
  /** Why the weak model is not asked. */
  readonly noWeak?: string;
  /** Where the verdict is not that of the reviews: why, with the schedule that shows it. */
  readonly note?: string;
}

/** The memory models in the order of {@link MutantRow.expected}. */
export const MODELS: readonly MemoryModel[] = ["sc", "x86-tso", "weak"];

/** The question of a row, or of a repaired variant of it, under a memory model. */
export function questionOf(row: MutantRow, asked: Asked, memoryModel: MemoryModel): Question {
  const ahead = memoryModel === "weak" ? { window: row.window ?? 8 } : {};
  return question({ cpus: 2, ...asked, ...ahead, memoryModel });
}

/** Those that a row is asked under. */
export function modelsOf({ expected }: MutantRow): MemoryModel[] {
  return MODELS.filter((_, i) => expected[i] !== "-");
}
