/** One HTML file: it may show its own pictures and styles, and loads and runs nothing. */
import { escapeText } from "./escape.ts";
import { reportStyle } from "./style.ts";

/** What a page is made of: its title as text, the rest as HTML. */
export interface PageParts {
  readonly title: string;
  readonly main: string;
  readonly footer: string;
  /** Rules beside those of every report. */
  readonly style?: string;
}

const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/** The page, for reading, for dark screens and for paper. */
export function htmlPage({ title, main, footer, style }: PageParts): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(title)}</title>
<style>
${reportStyle}
${style === undefined ? "" : `${style}\n`}</style>
</head>
<body>
<main>
${main}
</main>
${footer}
</body>
</html>
`;
}
