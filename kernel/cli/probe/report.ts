/** What a probe found, in words and tables; whatever the machine says of itself is escaped. */
import type { Latencies } from "../../../lib/experiments/probes/latencies.ts";
import { maxRepetitions } from "../../../lib/experiments/probes/options.ts";
import type { Probe } from "../../../lib/experiments/probes/probe.ts";
import type { MachineOrigin } from "../../../lib/experiments/probes/provenance.ts";
import type { ColumnTable } from "../../../lib/tables/frame.ts";
import { text } from "../../../lib/tables/text.ts";
import { visible } from "../../../lib/tables/visible.ts";

const COLUMNS = ["row", "predicted", "measured", "difference", "difference_ci95", "within"];

/** What helps most on a busy machine. */
const hint =
  "\nA sibling keeps its CPU at real-time priority (as root), or on a machine with less to do.";

/** Interrupts, predicted and measured. */
export function probeReport(found: Probe, agreement: ColumnTable | undefined): string {
  const { priority, notes, params } = found.provenance;
  const parts = [heading(found.provenance, `priority ${priority}: ${params}`, notes)];
  parts.push(text(found.checks()));
  if (agreement === undefined) parts.push(`No repetition is valid: nothing can be told.${hint}`);
  else parts.push(...agreementParts(found, agreement));
  if (found.traceText !== undefined) {
    parts.push(`Events of all windows:\n${text(found.trace().callSites())}`);
  }
  return `${parts.join("\n\n")}\n`;
}

function agreementParts(found: Probe, agreement: ColumnTable): string[] {
  const parts = [text(agreement.select(...COLUMNS, "remark"))];
  const more = moreRepetitions(agreement, found.repetitions.length);
  if (more !== undefined) parts.push(`More repetitions narrow the interval: --repetitions ${more}`);
  if (found.provenance.probe === "futex") {
    parts.push(`One walk of GUP-fast:\n${text(found.extraCost())}`);
  }
  return parts;
}

/**
 * How many repetitions may tell what `repetitions` could not; undefined where all is told, where no
 * more are possible, and for rows that the machine does not count, which none would tell.
 */
export function moreRepetitions(agreement: ColumnTable, repetitions: number): number | undefined {
  const measured = Array.from(agreement.array("measured"));
  const isWide = Array.from(agreement.array("within")).some(
    (within, row) => within === "cannot tell" && measured[row] !== null,
  );
  if (!isWide || repetitions >= maxRepetitions) return undefined;
  return Math.min(maxRepetitions, 4 * repetitions);
}

/** Distributions. */
export function latencyReport(found: Latencies): string {
  const { threads, siblings, notes } = found.provenance;
  const parts = [
    heading(found.provenance, `${threads} threads, the others ${siblings}`, notes),
    text(found.table()),
  ];
  const invalid = found.repetitions.length - found.valid().length;
  if (invalid > 0) {
    const left = `${invalid} of ${found.repetitions.length} repetitions are not valid:`;
    const why = found.checks().filter((row: { invalid: string }) => row.invalid !== "");
    parts.push(`${left}\n${text(why)}${found.valid().length === 0 ? hint : ""}`);
  }
  return `${parts.join("\n\n")}\n`;
}

function heading(origin: MachineOrigin, how: string, notes: readonly string[]): string {
  const { kernel, cpuModel, hypervisor, cpus } = origin;
  const guest = hypervisor === "" ? "" : `, guest of ${hypervisor}`;
  const where = `${cpuModel}, ${cpus} CPUs${guest}, Linux ${kernel}`;
  const lines = [`${where}, ${how}`, ...notes.map((note) => `  note: ${note}`)];
  return lines.map((line) => visible(line, false)).join("\n");
}
