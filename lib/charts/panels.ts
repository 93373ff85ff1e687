/** One panel a value of a column, on common axes. */
import type { ChartRow, Role } from "./reading.ts";
import { panelsOf } from "./series.ts";
import { sizes } from "./theme.ts";

/** Blank pixels between panels; the heading of a panel lies in them. */
export const panelGap = 40;

/** The size of one panel in CSS pixels. */
export interface Frame {
  readonly width: number;
  readonly height: number;
}

/**
 * The panels of a page as a Vega-Lite `concat`. Its `facet` would share axes by itself, but it
 * sorts names by alphabet and shifts headings when a mark lies on the frame.
 */
export function panels(
  role: Role,
  rows: readonly ChartRow[],
  layers: readonly Record<string, unknown>[],
  columns: number,
  frame: Frame,
): Record<string, unknown> {
  const values = panelsOf(rows, role);
  return {
    columns,
    spacing: panelGap,
    bounds: "flush",
    concat: values.map((value, index) => ({
      data: { values: rowsOf(rows, role, value) },
      ...frame,
      layer: [
        headingLayer(`${role.name}: ${value}`),
        ...layers.map((layer) =>
          withoutAxes(layer, [
            ...(index % columns === 0 ? [] : ["y"]),
            ...(index + columns < values.length ? ["x"] : []),
          ]),
        ),
      ],
    })),
  };
}

/** A text at a fixed place: Vega moves a real title up when a tick label lies above the frame. */
function headingLayer(heading: string): Record<string, unknown> {
  return {
    data: { values: [{}] },
    mark: { type: "text", align: "left", baseline: "bottom", fontSize: sizes.axisTitle },
    encoding: { x: { value: 0 }, y: { value: -6 }, text: { value: heading } },
  };
}

function rowsOf(rows: readonly ChartRow[], role: Role, value: string | number): ChartRow[] {
  return rows.filter((row) => row[role.field] === value);
}

/** The layer without the axis texts that the panel beside or below it shows already. */
function withoutAxes(
  layer: Record<string, unknown>,
  channels: readonly string[],
): Record<string, unknown> {
  const encoding = { ...(layer.encoding as Record<string, Record<string, unknown>>) };
  for (const name of channels) {
    const channel = encoding[name];
    if (channel === undefined) continue;
    const axis = { ...(channel.axis as object), labels: false, ticks: false };
    encoding[name] = { ...channel, title: null, axis };
  }
  return { ...layer, encoding };
}
