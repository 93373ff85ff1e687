/** A schedule as a picture: one lane a CPU, time downwards, the step that breaks a property red. */
import type { ColumnTable } from "../tables/frame.ts";
import type { Chart } from "./chart.ts";
import { textWidth } from "./fontMetrics.ts";
import { chartOf, checkOptions, notesOf, type PageOptions } from "./page.ts";
import { type ChartRow, readColumns } from "./reading.ts";
import { distinct } from "./series.ts";
import { inks, palette, sizes } from "./theme.ts";
import { tooltipChannel } from "./tooltip.ts";

/** Pixels a step takes, and around the text of a lane. */
const stepHeight = 19;
const markRoom = 16;
const narrowest = 120;
const widest = 330;
/** One or two lanes leave room for longer texts. */
const widestOfTwo = 450;

/** Steps of the CPU's own program are black; what happens to it has a colour of its own. */
const transitionInks: Readonly<Record<string, string>> = {
  step: inks[0]!,
  early: inks[6]!,
  drain: inks[4]!,
  interrupt: inks[1]!,
  nmi: inks[1]!,
  preempt: inks[7]!,
  resume: inks[7]!,
  fill: inks[3]!,
  invalidate: inks[3]!,
};
const violationInk = palette[5]!;

/**
 * The table of a counterexample (schema `schedule`): each step in the lane of its CPU, from the top
 * on, with the value it saw. Throws SD009 for an absent column, SD010 for too many steps.
 */
export function swimlanes(table: ColumnTable, options: PageOptions = {}): Chart {
  checkOptions("swimlanes", options, { required: [], optional: [] });
  const columns = {
    ...{ turn: "turn", cpu: "cpu", program: "program", transition: "transition" },
    ...{ did: "did", saw: "saw", violates: "violates" },
  };
  const reading = readColumns(table, columns, {
    ...{ turn: "number", cpu: "number", program: "label", transition: "label" },
    ...{ did: "label", saw: "label", violates: "label" },
  });
  const lanes = lanesOf(reading.rows);
  const laneWidth = widthOf(reading.rows, lanes);
  const rows = reading.rows.map((row) => markOf(row, laneWidth));
  const events = distinct(rows, "transition").filter((event) => event !== "step");
  const hues = [`Steps from top to bottom${events.length === 0 ? "" : ` (${events.join(", ")})`}`];
  const broken = rows.at(-1)?.violates;
  return chartOf({
    title: options.title ?? (broken === "" ? "A schedule" : `A schedule that breaks ${broken}`),
    notes: notesOf(options, reading, hues),
    rows,
    width: lanes.length * laneWidth,
    height: rows.length * stepHeight,
    layers: layersOf(lanes, laneWidth, rows.length, tooltipChannel(reading.roles)),
  });
}

/** Lanes as pale lines with their names above, and on them the steps. */
function layersOf(
  lanes: readonly Lane[],
  laneWidth: number,
  steps: number,
  tooltip: readonly Record<string, unknown>[],
): Record<string, unknown>[] {
  const pixels = (field: string) => ({
    field,
    type: "quantitative",
    title: null,
    axis: null,
    scale: { domain: [0, lanes.length * laneWidth], nice: false },
  });
  const y = {
    field: "turn",
    type: "quantitative",
    title: "Step",
    scale: { domain: [steps + 0.5, 0.5], nice: false },
    axis: { values: stepTicks(steps), grid: false },
  };
  const names = lanes.map(({ cpu, name }) => ({ _x: cpu * laneWidth + markRoom / 2, name }));
  const color = { field: "_ink", type: "nominal", scale: null, legend: null };
  const x = pixels("_x");
  const text = { type: "text", align: "left", baseline: "middle", limit: widestOfTwo };
  return [
    { data: { values: names }, mark: { type: "rule", color: "#D5D5D5" }, encoding: { x } },
    {
      data: { values: names },
      mark: { ...text, baseline: "bottom", dx: -4, dy: -4, fontWeight: "bold" },
      encoding: { x, y: { value: 0 }, text: { field: "name" } },
    },
    {
      mark: { type: "point", filled: true, size: 34, opacity: 1 },
      encoding: { x, y, color, tooltip },
    },
    { mark: text, encoding: { x: pixels("_text_x"), y, text: { field: "_label" }, color } },
  ];
}

/** Every fifth step and the last one. */
function stepTicks(steps: number): number[] {
  const fifth = Array.from({ length: Math.floor(steps / 5) }, (_, i) => (i + 1) * 5);
  return [
    1,
    ...fifth.filter((step) => step > 1 && steps - step > 2),
    ...(steps > 1 ? [steps] : []),
  ];
}

interface Lane {
  readonly cpu: number;
  readonly name: string;
}

/** Every CPU up to the last that takes a step. */
function lanesOf(rows: readonly ChartRow[]): Lane[] {
  const cpus = rows.map(({ cpu }) => Number(cpu));
  return Array.from({ length: Math.max(-1, ...cpus) + 1 }, (_, cpu) => {
    const program = rows.find((row) => Number(row.cpu) === cpu)?.program;
    return { cpu, name: `CPU ${cpu}${program === undefined ? "" : `: ${program}`}` };
  });
}

function labelOf(row: ChartRow): string {
  return `${row.did}${endOf(row)}`;
}

/** What a step saw and broke: the part of a label that is never cut. */
function endOf({ saw, violates }: ChartRow): string {
  return `${saw === "" ? "" : ` = ${saw}`}${violates === "" ? "" : `  (${violates})`}`;
}

function widthOf(rows: readonly ChartRow[], lanes: readonly Lane[]): number {
  const texts = [...rows.map(labelOf), ...lanes.map(({ name }) => name)];
  const longest = Math.max(0, ...texts.map((text) => textWidth(text, sizes.label, false)));
  const most = lanes.length > 2 ? widest : widestOfTwo;
  return Math.min(most, Math.max(narrowest, Math.ceil(longest) + 2 * markRoom));
}

/** Where the mark of a row is, in pixels, and what stands beside it. */
function markOf(row: ChartRow, laneWidth: number): ChartRow {
  return {
    ...row,
    _x: Number(row.cpu) * laneWidth + markRoom / 2,
    _text_x: Number(row.cpu) * laneWidth + markRoom,
    _label: fitted(String(row.did), endOf(row), laneWidth - markRoom - 4),
    _ink: row.violates === "" ? (transitionInks[String(row.transition)] ?? inks[0]!) : violationInk,
  };
}

/** Longer texts end in "…", before `end`. */
function fitted(text: string, end: string, width: number): string {
  let short = text;
  while (short.length > 1 && textWidth(short + end, sizes.label, false) > width) {
    short = `${short.slice(0, -2).trimEnd()}…`;
  }
  return short + end;
}
