/** What a probe counted on this machine, beside what the model says to the same operation. */
import { notRecorded } from "../../base/messages.ts";
import { meanInterval } from "../../base/studentT.ts";
import type { ColumnTable } from "../../tables/frame.ts";
import { tableFrom } from "../../tables/frame.ts";
import { type AgreementOptions, agreement } from "../fromData/agreement.ts";
import { type ObservedTrace, trace } from "../observedTrace.ts";
import type { Run } from "../run.ts";
import { labLines } from "./probeCsv.ts";
import type { Provenance } from "./provenance.ts";
import type { Repetition } from "./window.ts";

/** Most time that a hypervisor may have taken, percent. */
const MOST_STEAL_PCT = 2;

/** What a probe is put together from. */
export interface ProbeParts {
  readonly repetitions: readonly Repetition[];
  readonly run: Run;
  readonly traceText: string | undefined;
}

/** All repetitions of one probe. */
export class Probe {
  readonly provenance: Provenance;
  readonly repetitions: readonly Repetition[];
  /** The same operation on the model of this machine. */
  readonly run: Run;
  /** What the trace instance recorded, as ftrace wrote it; undefined without `trace`. */
  readonly traceText: string | undefined;

  constructor(provenance: Provenance, { repetitions, run, traceText }: ProbeParts) {
    this.provenance = provenance;
    this.repetitions = repetitions;
    this.run = run;
    this.traceText = traceText;
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
        faults: one.faults,
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

  /**
   * The events of all windows, invalid repetitions included, as tables. Throws SD012 for a probe
   * without `trace`.
   */
  trace(): ObservedTrace {
    if (this.traceText === undefined) throw notRecorded("trace", "a probe with { trace: true }");
    return trace.parse(this.traceText);
  }

  /**
   * What one call costs beyond the same call without what the probe asks about: for gupFast, the
   * walk. One row: calls, ns_mean, ns_ci95 (half the width of its 95 % interval over the valid
   * repetitions), model_ns. Throws SD012 for a probe that has no such contrast.
   */
  extraCost(): ColumnTable {
    const valid = this.valid().filter(({ contrastNs }) => contrastNs !== null);
    const calls = Number(this.run.scene.workload.options.calls ?? 0);
    if (valid.length === 0 || calls === 0) throw notRecorded("contrast", "the probe gupFast");
    const each = valid.map(({ operationNs, contrastNs }) => (operationNs - contrastNs!) / calls);
    const { mean, half } = meanInterval(each);
    const model = this.run.summary().get("gup_fast_ns_mean", 0) as number | null;
    const row = { calls: calls * valid.length, ns_mean: mean, ns_ci95: half, model_ns: model };
    return tableFrom([row], ["calls", "ns_mean", "ns_ci95", "model_ns"]);
  }

  /** The valid repetitions as lines of the lab: `shootdown import` and `validate` read it. */
  toCsv(): string {
    return labLines(this.provenance, this.valid());
  }
}

/** Why a repetition does not count; empty where it does. */
export function whyInvalid({ failed, spun, stealPct }: Repetition): string {
  if (failed > 0) return `${failed} calls failed`;
  if (spun === false) return "a sibling did not run all the time";
  return stealPct > MOST_STEAL_PCT ? "the hypervisor ran others" : "";
}
