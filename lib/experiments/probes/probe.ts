/** What a probe counted on this machine, beside what the model says to the same operation. */
import type { ColumnTable } from "../../tables/frame.ts";
import { tableFrom } from "../../tables/frame.ts";
import { type AgreementOptions, agreement } from "../fromData/agreement.ts";
import type { Run } from "../run.ts";
import { labLines } from "./probeCsv.ts";
import type { Provenance } from "./provenance.ts";
import type { Repetition } from "./window.ts";

/** Most time that a hypervisor may have taken, percent. */
const MOST_STEAL_PCT = 2;

/** All repetitions of one probe. */
export class Probe {
  readonly provenance: Provenance;
  readonly repetitions: readonly Repetition[];
  /** The same operation on the model of this machine. */
  readonly run: Run;

  constructor(provenance: Provenance, repetitions: readonly Repetition[], run: Run) {
    this.provenance = provenance;
    this.repetitions = repetitions;
    this.run = run;
    Object.freeze(this);
  }

  /** Repetitions in which siblings ran all the time, nothing failed and little was stolen. */
  valid(): readonly Repetition[] {
    return this.repetitions.filter((one) => whyInvalid(one) === "");
  }

  /** Interrupts of all repetitions together: cpu, irq, count, as `run.interrupts()`. */
  interrupts(): ColumnTable {
    const rows = new Map<string, { cpu: number; irq: string; count: number }>();
    for (const { interrupts } of this.repetitions) {
      for (const row of interrupts.objects() as { cpu: number; irq: string; count: number }[]) {
        const key = `${row.cpu} ${row.irq}`;
        const known = rows.get(key);
        if (known === undefined) rows.set(key, { ...row });
        else known.count += row.count;
      }
    }
    return tableFrom([...rows.values()], ["cpu", "irq", "count"]);
  }

  /** One row for each repetition, with what makes it doubtful. */
  checks(): ColumnTable {
    return tableFrom(
      this.repetitions.map((one, i) => ({
        repetition: i,
        operation_ns: one.operationNs,
        failed: one.failed,
        siblings_spun: one.spun,
        steal_pct: one.stealPct,
        running: one.running,
        invalid: whyInvalid(one),
      })),
    );
  }

  /**
   * Predicted and measured, as `sd.agreement` has it, over the valid repetitions and with the
   * background of their idle windows. Throws as that does, and SD001 when none is valid.
   */
  agreement(options: Omit<AgreementOptions, "background"> = {}): ColumnTable {
    const valid = this.valid();
    return agreement(
      this.run,
      valid.map(({ interrupts }) => interrupts),
      { ...options, background: valid.map(({ background }) => background) },
    );
  }

  /** The valid repetitions as lines of the lab: `shootdown import` and `validate` read it. */
  toCsv(): string {
    return labLines(this.provenance, this.valid());
  }
}

/** Why a repetition does not count; empty where it does. */
function whyInvalid({ failed, spun, stealPct }: Repetition): string {
  if (failed > 0) return `${failed} calls failed`;
  if (spun === false) return "a sibling did not run all the time";
  return stealPct > MOST_STEAL_PCT ? "the hypervisor ran others" : "";
}
