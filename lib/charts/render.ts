/**
 * Specifications to pictures, the same bytes on every machine: no file or network access, no system
 * fonts, no font measuring by libraries that may or may not be installed.
 */
import { createRequire } from "node:module";
import { refused } from "../base/messages.ts";
import { fontFamily, textWidth } from "./fontMetrics.ts";
import { type ChartSpec, guardSpec } from "./guard.ts";

/** A rendered chart; `width` and `height` are in CSS pixels, before scaling. */
export interface Picture {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Vega numbers clip paths from a counter of the process, so one rendering follows another. */
let previous: Promise<unknown> = Promise.resolve();

/** The chart as SVG text. Throws SD011 when the specification asks for a resource. */
export function renderSvg(spec: ChartSpec): Promise<string> {
  const next = previous.then(() => svgOf(spec));
  previous = next.catch(() => undefined);
  return next;
}

/** The SVG as PNG, `scale` picture elements to a CSS pixel, with the package's own fonts only. */
export async function renderPng(svg: string, scale: number): Promise<Picture> {
  const { Resvg } = await import("@resvg/resvg-js");
  const drawing = new Resvg(svg, {
    fitTo: { mode: "zoom", value: scale },
    font: {
      loadSystemFonts: false,
      fontFiles: fontFiles(),
      defaultFontFamily: fontFamily,
      sansSerifFamily: fontFamily,
      monospaceFamily: fontFamily,
      serifFamily: fontFamily,
    },
  });
  return {
    png: new Uint8Array(drawing.render().asPng()),
    width: Math.ceil(drawing.width),
    height: Math.ceil(drawing.height),
  };
}

/** A Vega loader that loads nothing: each method rejects with SD011 and keeps the first refusal. */
export function lockedLoader(): LockedLoader {
  const loader: LockedLoader = {
    refusal: undefined,
    load: (uri) => refuse(uri),
    sanitize: (uri) => refuse(uri),
    http: (uri) => refuse(uri),
    file: (uri) => refuse(uri),
  };
  async function refuse(uri: string): Promise<never> {
    const error = refused("resource", uri, "charts carry inline data only");
    loader.refusal ??= error;
    throw error;
  }
  return loader;
}

/** See {@link lockedLoader}. */
export interface LockedLoader {
  refusal: Error | undefined;
  load(uri: string): Promise<never>;
  sanitize(uri: string): Promise<never>;
  http(uri: string): Promise<never>;
  file(uri: string): Promise<never>;
}

async function svgOf(spec: ChartSpec): Promise<string> {
  guardSpec(spec);
  const [vega, vegaLite] = await Promise.all([import("vega"), import("vega-lite")]);
  useOwnMetrics(vega);
  // Vega marks the data rows it is given; the chart's own are frozen.
  const copy = structuredClone(spec) as unknown as Parameters<typeof vegaLite.compile>[0];
  const compiled = vegaLite.compile(copy, { logger: vega.logger(vega.None) }).spec;
  const loader = lockedLoader();
  const view = new vega.View(vega.parse(compiled), {
    renderer: "none",
    loader: loader as unknown as ReturnType<typeof vega.loader>,
    logLevel: vega.None,
  });
  try {
    await view.runAsync();
    vega.resetSVGDefIds();
    const svg = await view.toSVG();
    if (loader.refusal !== undefined) throw loader.refusal;
    return svg;
  } finally {
    view.finalize();
  }
}

interface TextItem {
  readonly fontSize?: number;
  readonly fontWeight?: string | number;
}

/** Vega lets its `textMetrics.width` be replaced; the type declarations do not mention it. */
function useOwnMetrics(vega: object): void {
  const { textMetrics } = vega as {
    textMetrics: { width: (item: TextItem, text: unknown) => number };
  };
  textMetrics.width = (item, text) => {
    const bold = item.fontWeight === "bold" || Number(item.fontWeight) >= 600;
    return textWidth(String(text ?? ""), item.fontSize ?? 11, bold);
  };
}

function fontFiles(): string[] {
  const require = createRequire(import.meta.url);
  return ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map((file) =>
    require.resolve(`dejavu-fonts-ttf/ttf/${file}`),
  );
}
