/**
 * A chart as a value: a Vega-Lite specification with its data, which can draw and describe itself.
 */
import { checkNumber } from "../base/check.ts";
import { deepFreeze } from "../base/value.ts";
import { type ChartSpec, guardSpec } from "./guard.ts";
import { type Picture, renderPng, renderSvg } from "./render.ts";
import { dataRows, summarise, titleLines } from "./summary.ts";

/** What a notebook front end shows, by MIME type; the picture's size is in CSS pixels. */
export interface ChartBundle {
  readonly data: {
    readonly "application/vnd.vegalite.v5+json": ChartSpec;
    readonly "image/png": string;
    readonly "text/plain": string;
  };
  readonly metadata: { readonly "image/png": { readonly width: number; readonly height: number } };
}

/**
 * Picture elements per CSS pixel in a notebook: sharp on screens of double density and on paper.
 */
const bundleScale = 2;

/**
 * A frozen chart. `spec` is plain JSON in the features that Vega-Lite 5 and 6 share, `title` its
 * heading, `rows` the number of data rows in it. The same chart gives the same bytes everywhere.
 */
export class Chart {
  readonly spec: ChartSpec;
  readonly title: string;
  readonly rows: number;

  /**
   * Copies the specification. Throws SD011 when it names a resource or a link instead of carrying
   * its data, SD010 when it carries more than 5,000 rows.
   */
  constructor(spec: ChartSpec) {
    guardSpec(spec);
    this.spec = deepFreeze(JSON.parse(JSON.stringify(spec)) as ChartSpec);
    this.rows = dataRows(this.spec).length;
    this.title = (titleLines(this.spec).text ?? []).join(" ");
    Object.freeze(this);
  }

  /** The chart as SVG text. */
  toSvg(): Promise<string> {
    return renderSvg(this.spec);
  }

  /** The chart as PNG bytes, `scale` (0.5…8) picture elements to a CSS pixel. Throws SD001. */
  async toPng(scale: number = bundleScale): Promise<Uint8Array> {
    return (await this.draw(checkNumber("scale", scale, 0.5, 8))).png;
  }

  /** The chart in words and the first rows of its data: ASCII, at most 72 columns for the data. */
  toText(): string {
    return summarise(this.spec);
  }

  /** Specification, picture (base64) and text, for a notebook. */
  async bundle(): Promise<ChartBundle> {
    const { png, width, height } = await this.draw(bundleScale);
    return {
      data: {
        "application/vnd.vegalite.v5+json": this.spec,
        "image/png": Buffer.from(png).toString("base64"),
        "text/plain": this.toText(),
      },
      metadata: { "image/png": { width, height } },
    };
  }

  private async draw(scale: number): Promise<Picture> {
    return renderPng(await renderSvg(this.spec), scale);
  }
}

// Declarations cannot name symbol keys (isolatedDeclarations), so these two join the prototype
// here: what a notebook kernel shows when a cell ends with the chart, and what Node's console
// shows.
Object.defineProperties(Chart.prototype, {
  [Symbol.for("Jupyter.display")]: {
    value(this: Chart): Promise<ChartBundle> {
      return this.bundle();
    },
  },
  [Symbol.for("nodejs.util.inspect.custom")]: {
    value(this: Chart): string {
      return this.toText();
    },
  },
});
