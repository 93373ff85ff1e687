/**
 * How charts look: a palette that colour-blind readers can tell apart, a white ground so that a
 * chart reads the same on paper and on dark pages, one font.
 */
import { fontFamily } from "./fontMetrics.ts";

/**
 * The colours of Okabe and Ito ("Color Universal Design", 2008) in their order, but for yellow,
 * which is last because lines in it are faint on white. The first series, usually the baseline, is
 * black.
 */
export const palette: readonly string[] = [
  "#000000", // black
  "#E69F00", // orange
  "#56B4E9", // sky blue
  "#009E73", // bluish green
  "#0072B2", // blue
  "#D55E00", // vermillion
  "#CC79A7", // reddish purple
  "#F0E442", // yellow
];

/** The same hues dark enough for text on white (contrast at least 4.5 to 1). */
export const inks: readonly string[] = [
  "#000000",
  "#8A5F00",
  "#1C6EA4",
  "#00704F",
  "#00598C",
  "#A84A00",
  "#9C4273",
  "#6E6800",
];

/** Shapes that go with the colours, so that series differ without colour as well. */
export const shapes: readonly string[] = [
  "circle",
  "square",
  "triangle-up",
  "diamond",
  "triangle-down",
  "cross",
  "triangle-right",
  "triangle-left",
];

/** Sizes in CSS pixels. */
export const sizes = {
  width: 560,
  height: 320,
  facetWidth: 230,
  facetHeight: 190,
  title: 15,
  subtitle: 11,
  axisTitle: 12,
  label: 11,
} as const;

const ink = "#222222";
const faint = "#666666";

/** The Vega-Lite `config` of every chart. */
export function themeConfig(): Record<string, unknown> {
  return {
    background: "#FFFFFF",
    // Front ends without the font use the one its metrics were modelled on.
    font: `${fontFamily}, Verdana, sans-serif`,
    // Descriptions for screen readers would put column names into expression text.
    aria: false,
    padding: 12,
    title: {
      anchor: "start",
      frame: "bounds",
      offset: 14,
      color: ink,
      fontSize: sizes.title,
      fontWeight: "bold",
      subtitleColor: faint,
      subtitleFontSize: sizes.subtitle,
      subtitlePadding: 5,
      subtitleLineHeight: sizes.subtitle + 4,
    },
    axis: {
      labelColor: ink,
      labelFontSize: sizes.label,
      titleColor: ink,
      titleFontSize: sizes.axisTitle,
      titleFontWeight: "normal",
      titlePadding: 10,
      gridColor: "#E4E4E4",
      domainColor: "#888888",
      tickColor: "#888888",
      labelOverlap: "greedy",
      labelFlush: false,
    },
    legend: {
      labelColor: ink,
      labelFontSize: sizes.label,
      labelLimit: 220,
      symbolOpacity: 1,
      titleColor: ink,
      titleFontSize: sizes.axisTitle,
      titleFontWeight: "normal",
    },
    view: { stroke: "#DDDDDD" },
    text: { fontSize: sizes.label, limit: 200 },
  };
}
