/** Predicted against measured: points on the diagonal agree. */
import { grouped } from "../tables/cells.ts";
import type { ColumnTable } from "../tables/frame.ts";
import { planAxis } from "./axisPlan.ts";
import type { Chart } from "./chart.ts";
import { chartOf, checkOptions, notesOf, type PageOptions, positionChannel } from "./page.ts";
import { type ChartRow, readColumns } from "./reading.ts";
import { colorChannel, seriesOf, shapeChannel } from "./series.ts";
import { palette } from "./theme.ts";
import { tooltipChannel } from "./tooltip.ts";

/** Columns of an agreement chart. */
export interface AgreementOptions extends PageOptions {
  /** What the real machine counted. */
  readonly measured: string;
  /** What the model said. */
  readonly predicted: string;
  /** What tells the points apart; at most 8 values. */
  readonly color?: string;
}

const side = 400;

/**
 * Points over the diagonal on which both are equal, on equal logarithmic axes (symlog with zeros).
 * Rows that fall on the same point are drawn once. Throws SD009 for an absent column, SD001 or
 * SD002 for invalid options, SD010 for too many distinct points.
 */
export function agreement(table: ColumnTable, options: AgreementOptions): Chart {
  checkOptions("agreement", options, {
    required: ["measured", "predicted"],
    optional: ["color"],
  });
  const { measured, predicted, color } = options;
  const reading = readColumns(
    table,
    { measured, predicted, color },
    { measured: "number", predicted: "number", color: "label" },
  );
  const { roles } = reading;
  const rows = distinctRows(reading.rows);
  const series = seriesOf(rows, roles.color);
  const values = rows.flatMap((row) => [
    Number(row[roles.measured.field]),
    Number(row[roles.predicted.field]),
  ]);
  const plan = planAxis(values, { scale: "log", pad: true });
  const x = positionChannel(roles.measured, plan);
  const y = positionChannel(roles.predicted, plan);
  const hue =
    roles.color === undefined
      ? { color: { value: palette[4] } }
      : {
          color: colorChannel(roles.color, series, { legend: true }),
          shape: shapeChannel(roles.color, series, true),
        };
  const count = `${countOf(reading.rows)} rows at ${countOf(rows)} points; the line is equality`;
  return chartOf({
    title: options.title ?? "Predicted against measured",
    notes: notesOf(options, reading, [count]),
    rows,
    width: side,
    height: side,
    layers: [
      diagonal(roles.measured.field, roles.predicted.field, plan.domain, { x, y }),
      {
        mark: { type: "point", filled: true, size: 45, opacity: 0.7 },
        encoding: { x, y, ...hue, tooltip: tooltipChannel(roles) },
      },
    ],
  });
}

function diagonal(
  xField: string,
  yField: string,
  domain: readonly [number, number],
  encoding: Record<string, unknown>,
): Record<string, unknown> {
  return {
    data: { values: domain.map((value) => ({ [xField]: value, [yField]: value })) },
    mark: { type: "line", color: "#999999", strokeWidth: 1, strokeDash: [4, 3] },
    encoding,
  };
}

function countOf(rows: readonly ChartRow[]): string {
  return grouped(String(rows.length));
}

function distinctRows(rows: readonly ChartRow[]): ChartRow[] {
  return [...new Map(rows.map((row) => [JSON.stringify(Object.values(row)), row])).values()];
}
