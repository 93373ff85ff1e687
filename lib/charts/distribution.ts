/** Histogram buckets as areas: how often something took how long. */
import type { ColumnTable } from "../tables/frame.ts";
import { visible } from "../tables/visible.ts";
import { type AxisPlan, checkScale, planAxis, type ScaleName } from "./axisPlan.ts";
import type { Chart } from "./chart.ts";
import { chartOf, checkOptions, notesOf, type PageOptions, positionChannel } from "./page.ts";
import { capitalised, columnTitle } from "./quantity.ts";
import { type ChartRow, type Role, readColumns } from "./reading.ts";
import { colorChannel, seriesOf } from "./series.ts";
import { palette, sizes } from "./theme.ts";
import { tooltipChannel } from "./tooltip.ts";

/** Columns of a distribution chart; the table has one row a bucket. */
export interface DistributionOptions extends PageOptions {
  /** Lowest whole number of the bucket (default `lo`). */
  readonly lo?: string;
  /** Highest whole number of the bucket, which belongs to it (default `hi`). */
  readonly hi?: string;
  /** How many fell into the bucket (default `count`). */
  readonly count?: string;
  /** One panel a value, below each other on one axis; at most 8 values. */
  readonly series?: string;
  /** The scale of the values; by default logarithmic when they span two decades. */
  readonly scale?: ScaleName;
  /** What was measured, with its unit (default: from the name of the column `lo`). */
  readonly xTitle?: string;
}

const panelHeight = 110;
const endField = "_end";

/**
 * One bar a bucket, as wide as the bucket. Throws SD009 for an absent column, SD001 or SD002 for
 * invalid options, SD010 for too many buckets.
 */
export function distribution(table: ColumnTable, options: DistributionOptions = {}): Chart {
  checkOptions("distribution", options, {
    required: [],
    optional: ["lo", "hi", "count", "series", "xTitle"],
    settings: ["scale"],
  });
  const { lo = "lo", hi = "hi", count = "count", series } = options;
  const reading = readColumns(
    table,
    { lo, hi, count, series },
    { lo: "number", hi: "number", count: "number", series: "label" },
  );
  const { roles } = reading;
  // The highest value of a bucket belongs to it, so that it ends where the next whole number
  // begins.
  const rows = reading.rows.map((row) => ({ ...row, [endField]: Number(row[roles.hi.field]) + 1 }));
  const numbers = (field: string) => rows.map((row: ChartRow) => Number(row[field]));
  const plan = planAxis([...numbers(roles.lo.field), ...numbers(endField)], {
    scale: checkScale("scale", options.scale),
    zero: false,
  });
  const name = options.xTitle ?? edgeTitle(lo);
  return chartOf({
    title: options.title ?? capitalised(`distribution of ${name}`),
    notes: notesOf(options, reading),
    rows,
    facet: roles.series,
    facetColumns: 1,
    width: sizes.width,
    height: roles.series === undefined ? sizes.height : panelHeight,
    layers: [
      bucketLayer(roles, plan, name, numbers(roles.count.field), seriesOf(rows, roles.series)),
    ],
  });
}

function bucketLayer(
  roles: Readonly<Record<"lo" | "hi" | "count", Role>> & { readonly series: Role | undefined },
  plan: AxisPlan,
  title: string,
  counts: readonly number[],
  series: readonly (string | number)[],
): Record<string, unknown> {
  const color =
    roles.series === undefined
      ? { value: palette[4] }
      : colorChannel(roles.series, series, { legend: false });
  return {
    mark: { type: "bar" },
    encoding: {
      x: { ...positionChannel(roles.lo, plan), title: capitalised(title) },
      x2: { field: endField },
      y: positionChannel(roles.count, planAxis(counts, { scale: "linear" })),
      y2: { datum: 0 },
      color,
      tooltip: tooltipChannel(roles),
    },
  };
}

/** What the edges measure: `gup_fast_ns_lo` is "GUP-fast", a bare `lo` only "value". */
function edgeTitle(column: string): string {
  const title = columnTitle(column.replace(/_?lo$/, ""));
  return title === "" ? "value" : visible(title, false);
}
