/** Probes in tests: what a machine cannot show is printed, and skipped. */
import type { TestContext } from "vitest";
import * as sd from "../../../lib/index.ts";

/** What `made` gives, or a skip with the reason of its refusal. */
export async function tried<Found>(
  context: TestContext,
  made: () => Promise<Found>,
): Promise<Found> {
  try {
    return await made();
  } catch (error) {
    if (!(error instanceof sd.ShootdownError) || error.code !== "SD011") throw error;
    console.info(`skipped: ${error.message}`);
    return context.skip();
  }
}

/** The same of a probe that counts, with at least two valid repetitions. */
export async function triedProbe(
  context: TestContext,
  made: () => Promise<sd.Probe>,
): Promise<sd.Probe> {
  const probe = await tried(context, made);
  if (probe.valid().length >= 2) return probe;
  console.info("skipped: fewer than two repetitions are valid");
  return context.skip();
}

/** One row of an agreement. */
export interface AgreementRow {
  readonly predicted: number;
  readonly measured: number;
  readonly within: string;
}

/** Rows by name. */
export function byRow(table: sd.ColumnTable): Record<string, AgreementRow> {
  const rows = table.objects() as (AgreementRow & { readonly row: string })[];
  return Object.fromEntries(rows.map((row) => [row.row, row]));
}
