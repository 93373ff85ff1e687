/** A run beside what a real machine counted: predicted, measured, and whether they agree. */
import { checkInteger, checkKeys, checkOneOf } from "../../base/check.ts";
import { invalid } from "../../base/messages.ts";
import { meanInterval } from "../../base/studentT.ts";
import { interruptRows } from "../../machine/arch.ts";
import type { ColumnTable } from "../../tables/frame.ts";
import { toTable } from "../../tables/frame.ts";
import type { Run } from "../run.ts";
import { checkSamples, derivedRow, rowCount } from "./rowCounts.ts";

/** Repetitions of one measurement: tables cpu, irq, count. */
export type Measured = ColumnTable | readonly ColumnTable[];

/** Options of {@link agreement}. */
export interface AgreementOptions {
  /** Counted in idle windows of the same length: subtracted. */
  readonly background?: Measured;
  /**
   * Rows to compare; `CAL-TLB` is the difference of two. Default: the row of calls, that of flush
   * handlers, and on x86 their difference.
   */
  readonly rows?: readonly string[];
  /** Only these CPUs, by number. Default: all. */
  readonly cpus?: readonly number[];
  /** How many interrupts predicted and measured may be apart. Default 1. */
  readonly tolerance?: number;
  /** Where it was measured; default: the machine's name. */
  readonly boot?: string;
}

/**
 * Predicted and measured interrupts by row, as the schema `agreementWith`. `measured` is the mean
 * over the repetitions without the mean background. `within` is `yes` or `no` where the 95 %
 * interval of the difference lies inside or outside of the tolerance, and else `cannot tell`, with
 * the reason in `remark`: too few repetitions, too much spread, a row that was not counted. Throws
 * SD001 or SD002 for what is no such measurement or option.
 */
export function agreement(
  run: Run,
  observed: Measured,
  options: AgreementOptions = {},
): ColumnTable {
  checkKeys("agreement", options, ["background", "rows", "cpus", "tolerance", "boot"]);
  const { machine, workload } = run.scene;
  const { background = [], tolerance = 1, boot = machine.name } = options;
  checkInteger("tolerance", tolerance, 0, 1e15);
  const samples = checkSamples("observed", observed);
  if (samples.length === 0) throw invalid("observed", "[]", "at least one table");
  const idle = checkSamples("background", background);
  const { call, flush } = interruptRows(machine.arch);
  const usual = flush === null ? [call] : [call, flush, `${call}-${flush}`];
  const known = samples.flatMap(({ irqs }) => [...irqs]);
  const rows = (options.rows ?? usual).map((row) => {
    if (options.rows !== undefined) {
      for (const part of derivedRow(row))
        checkOneOf("row", part, [...new Set([...known, ...usual])]);
    }
    const chosen = { row, cpus: options.cpus };
    const predicted = rowCount(checkSamples("run", run.interrupts())[0]!, chosen) ?? 0;
    return { row, predicted, ...judge({ samples, idle, chosen, predicted, tolerance }) };
  });
  const params = describeOptions(workload.options);
  return toTable("agreementWith", {
    boot: rows.map(() => boot),
    case: rows.map(() => workload.type),
    params: rows.map(() => params),
    row: rows.map(({ row }) => row),
    predicted: rows.map(({ predicted }) => predicted),
    measured: rows.map(({ measured }) => measured),
    difference: rows.map(({ difference }) => difference),
    within: rows.map(({ within }) => within),
    background: rows.map(({ mean }) => mean),
    difference_ci95: rows.map(({ half }) => half),
    repetitions: rows.map(() => samples.length),
    remark: rows.map(({ why }) => why),
  });
}

interface Question {
  readonly samples: ReturnType<typeof checkSamples>;
  readonly idle: ReturnType<typeof checkSamples>;
  readonly chosen: { readonly row: string; readonly cpus: readonly number[] | undefined };
  readonly predicted: number;
  readonly tolerance: number;
}

interface Judgement {
  readonly measured: number | null;
  readonly difference: number | null;
  readonly mean: number | null;
  readonly half: number | null;
  readonly within: "yes" | "no" | "cannot tell";
  readonly why: string;
}

function judge({ samples, idle, chosen, predicted, tolerance }: Question): Judgement {
  const counts = samples.map((sample) => rowCount(sample, chosen));
  const rest = idle.map((sample) => rowCount(sample, chosen));
  if (counts.includes(undefined) || rest.includes(undefined)) {
    const why = "the row, or one of the CPUs, is not in the measurement";
    return { ...nothing, within: "cannot tell", why };
  }
  const own = meanInterval(counts as number[]);
  const base = meanInterval(rest as number[]);
  const measured = own.mean! - (base.mean ?? 0);
  const difference = measured - predicted;
  const half = combined(own.half, idle.length === 0 ? 0 : base.half);
  const found = { measured, difference, mean: base.mean, half };
  return { ...found, ...verdict({ difference, half, tolerance, hasIdle: idle.length > 0 }) };
}

const nothing: Omit<Judgement, "within" | "why"> = {
  measured: null,
  difference: null,
  mean: null,
  half: null,
};

/** Half the width of the interval of a difference of two means. */
function combined(own: number | null, base: number | null): number | null {
  return own === null || base === null ? null : Math.sqrt(own * own + base * base);
}

/** Without background only a lack is certain: an excess may be what the machine does anyway. */
function verdict(found: {
  difference: number;
  half: number | null;
  tolerance: number;
  hasIdle: boolean;
}): Pick<Judgement, "within" | "why"> {
  const { difference, half, tolerance, hasIdle } = found;
  if (half === null) {
    return { within: "cannot tell", why: "one repetition says nothing about the spread" };
  }
  const [low, high] = [difference - half, difference + half];
  if (low >= -tolerance && high <= tolerance) return { within: "yes", why: "" };
  if (high < -tolerance) return { within: "no", why: "fewer than predicted" };
  if (low > tolerance) {
    return hasIdle
      ? { within: "no", why: "more than predicted, above the background" }
      : { within: "cannot tell", why: "more than predicted, and the background is not known" };
  }
  return { within: "cannot tell", why: "the spread is wider than the tolerance" };
}

function describeOptions(options: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(options).map(([name, value]) => `${name}=${value}`);
  return parts.join(" ");
}
