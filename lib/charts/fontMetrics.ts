/**
 * Text widths of the chart font. Vega measures text with node-canvas when that happens to be
 * installed and guesses otherwise; with our own table the layout is right, and the same everywhere.
 */

/** The font of every chart, shipped by the package dejavu-fonts-ttf. */
export const fontFamily = "DejaVu Sans";

// Advance widths of U+0020…U+007E in thousandths of the font size, from DejaVuSans.ttf 2.37 (hmtx).
const regular: readonly number[] = [
  318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636,
  636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
  575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685,
  611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579,
  278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
];

/** Width of a character outside ASCII: that of the widest signs charts use (minus, arrows). */
const otherWidth = 838;

/** DejaVuSans-Bold.ttf is this much wider: its mean ASCII advance is 659, the regular one's 597. */
const boldFactor = 1.104;

/** Width in pixels of one line of text. */
export function textWidth(text: string, fontSize: number, bold: boolean): number {
  let thousandths = 0;
  for (const character of text) {
    thousandths += regular[(character.codePointAt(0) ?? 0) - 0x20] ?? otherWidth;
  }
  return (thousandths * fontSize * (bold ? boldFactor : 1)) / 1000;
}

/** The text in lines no wider than `limit` pixels, broken between words where possible. */
export function wrapText(text: string, fontSize: number, bold: boolean, limit: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && textWidth(longer, fontSize, bold) > limit) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}
