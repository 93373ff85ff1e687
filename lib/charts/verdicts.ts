/** Verdicts as a chequered table: a row a question or a changed step, a column a setting. */
import type { ColumnTable } from "../tables/frame.ts";
import type { Chart } from "./chart.ts";
import { textWidth } from "./fontMetrics.ts";
import { chartOf, checkOptions, notesOf, type PageOptions } from "./page.ts";
import { type ChartRow, type Role, readColumns } from "./reading.ts";
import { distinct } from "./series.ts";
import { sizes } from "./theme.ts";
import { tooltipChannel } from "./tooltip.ts";

/** Columns of a chart of verdicts. */
export interface VerdictsOptions extends PageOptions {
  /** One row a value, in order of appearance. Default `change`. */
  readonly row?: string;
  /** One column a value; without it there is one column. */
  readonly column?: string;
  /** The column that says holds, violated, undecided, vacuous or unreached. Default `verdict`. */
  readonly verdict?: string;
  /** What is violated; written beside the verdict. Default `property`. */
  readonly property?: string;
}

/** Fill and text by verdict; the text says the same, so that colour is not needed to read it. */
const looks: Readonly<Record<string, readonly [fill: string, ink: string]>> = {
  holds: ["#D5EBE3", "#00573E"],
  violated: ["#F6D9C6", "#8C3D00"],
  undecided: ["#FBF4C0", "#5C5600"],
  vacuous: ["#E9E9E9", "#444444"],
  unreached: ["#FFFFFF", "#767676"],
};
const cellHeight = 22;
const cellPadding = 14;
const labelLimit = 560;

/**
 * One cell a verdict, coloured and in words. Where a row and column come twice, the last one is
 * shown. Throws SD009 for an absent column, SD001 or SD002 for invalid options.
 */
export function verdicts(table: ColumnTable, options: VerdictsOptions = {}): Chart {
  const names = ["row", "column", "verdict", "property"];
  checkOptions("verdicts", options, { required: [], optional: names });
  const { row = "change", column, verdict = "verdict", property = "property" } = options;
  const reading = readColumns(
    table,
    { row, column, verdict, property },
    { row: "label", column: "label", verdict: "label", property: "label" },
  );
  const { roles } = reading;
  const cells = reading.rows.map((one) => cellOf(one, roles));
  const across = distinct(cells, "_column");
  const width = across.length * widthOf(cells);
  const down = distinct(cells, "_row");
  return chartOf({
    title: options.title ?? "Verdicts",
    notes: notesOf(options, reading),
    rows: cells,
    width,
    headingWidth: width + widestOf(down),
    height: down.length * cellHeight,
    layers: layersOf(
      { across, down, unasked: unaskedOf(cells, across, down), tooltip: tooltipChannel(roles) },
      column === undefined,
    ),
  });
}

type Roles = Readonly<Record<"row" | "verdict" | "property", Role>> & {
  readonly column: Role | undefined;
};

function cellOf(row: ChartRow, roles: Roles): ChartRow {
  const verdict = String(row[roles.verdict.field]);
  const property = String(row[roles.property.field]);
  const name = String(row[roles.row.field]);
  const [fill, ink] = looks[verdict] ?? looks.vacuous!;
  return {
    ...row,
    _row: name === "none" ? "as it is" : name,
    _column: roles.column === undefined ? "" : String(row[roles.column.field]),
    _label: property === "" || property === "(none)" ? verdict : `${verdict} ${property}`,
    _fill: fill,
    _ink: ink,
  };
}

function widthOf(cells: readonly ChartRow[]): number {
  const texts = cells.flatMap((cell) => [String(cell._label), String(cell._column)]);
  const longest = Math.max(0, ...texts.map((text) => textWidth(text, sizes.label, true)));
  return Math.ceil(longest) + 2 * cellPadding;
}

function widestOf(names: readonly (string | number)[]): number {
  const widths = names.map((name) => textWidth(String(name), sizes.label, false));
  return Math.min(labelLimit, Math.max(0, ...widths));
}

/** The names of a chequered table, and which of its cells nobody has asked for. */
interface Grid {
  readonly across: readonly (string | number)[];
  readonly down: readonly (string | number)[];
  readonly unasked: readonly ChartRow[];
  readonly tooltip: readonly Record<string, unknown>[];
}

function unaskedOf(
  cells: readonly ChartRow[],
  across: readonly (string | number)[],
  down: readonly (string | number)[],
): ChartRow[] {
  const asked = new Set(cells.map((cell) => JSON.stringify([cell._row, cell._column])));
  const all = down.flatMap((_row) => across.map((_column) => ({ _row, _column })));
  return all.filter(({ _row, _column }) => !asked.has(JSON.stringify([_row, _column])));
}

function layersOf(
  { across, down, unasked, tooltip }: Grid,
  single: boolean,
): Record<string, unknown>[] {
  // Cells are as wide as their longest text: no name may be left out because its neighbour is near.
  const bare = { labelOverlap: false, ticks: false, domain: false };
  const axis = { ...bare, orient: "top", labelAngle: 0, labelLimit: 400 };
  const x = {
    field: "_column",
    type: "nominal",
    title: null,
    scale: { domain: across },
    axis: single ? null : axis,
  };
  const y = {
    field: "_row",
    type: "nominal",
    title: null,
    scale: { domain: down },
    axis: { ...bare, labelLimit },
  };
  const color = (field: string) => ({ field, type: "nominal", scale: null, legend: null });
  return [
    {
      mark: { type: "rect", stroke: "#FFFFFF", strokeWidth: 2 },
      encoding: { x, y, color: color("_fill"), tooltip },
    },
    {
      mark: { type: "text", baseline: "middle" },
      encoding: { x, y, text: { field: "_label" }, color: color("_ink") },
    },
    ...(unasked.length === 0 ? [] : [unaskedLayer(unasked, x, y)]),
  ];
}

/** A dash where a question was not asked, so that nobody takes the gap for a verdict. */
function unaskedLayer(
  unasked: readonly ChartRow[],
  x: Record<string, unknown>,
  y: Record<string, unknown>,
): Record<string, unknown> {
  return {
    data: { values: unasked },
    mark: { type: "text", baseline: "middle", color: looks.unreached![1] },
    encoding: { x, y, text: { value: "not asked" } },
  };
}
