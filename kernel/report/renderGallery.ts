/** The front page of a folder of reports: one HTML file that loads and runs nothing. */
import type { Abstract } from "./abstract.ts";
import { escapeText } from "./escape.ts";
import { htmlPage } from "./page.ts";

/** A report of the list. */
export interface GalleryEntry {
  /** Name of the notebook, without its ending; its report is `NAME.html` beside the page. */
  readonly name: string;
  readonly abstract: Abstract;
  /** SHA-256 of the notebook in hex. */
  readonly digest: string;
  /** What a new execution has said; `stored` where none was asked for. */
  readonly state: GalleryState;
}

/** Whether a notebook says again what it said: the same, something else, or it came to no end. */
export type GalleryState = "stored" | "reproduces" | "differs" | "failed";

/** Versions for the last line; no clock, so that equal reports give equal pages. */
export interface GalleryVersions {
  readonly packageVersion: string;
  readonly nodeVersion: string;
}

const words: Readonly<Record<GalleryState, string>> = {
  stored: "outputs as stored",
  reproduces: "executed again: every output is the same",
  differs: "executed again: an output differs",
  failed: "executed again: a cell failed",
};

/** The page, with the entries in their order. */
export function renderGallery(
  entries: readonly GalleryEntry[],
  { packageVersion, nodeVersion }: GalleryVersions,
): string {
  const versions = `shootdown ${escapeText(packageVersion)} · Node ${escapeText(nodeVersion)}`;
  return htmlPage({
    title: "Reports",
    style: galleryStyle,
    main: `<h1>Reports</h1>
<p class="prose">Each is one file that needs no network. The sentence beside a picture is what the
report's own last cells have computed.</p>
${entries.map(article).join("\n")}`,
    footer: `<footer>${versions} · ${entries.length} reports</footer>`,
  });
}

function article({ name, abstract, digest, state }: GalleryEntry): string {
  const { title = name, finding, picture } = abstract;
  const link = `<a href="${encodeURIComponent(name)}.html">`;
  const alt = escapeText(picture?.words || "first chart of the report");
  const image = picture === undefined ? "" : `${link}<img alt="${alt}" src="${picture.uri}"></a>`;
  const said = finding === undefined ? "" : `<p class="said">${escapeText(finding)}</p>`;
  const small = [
    escapeText(name),
    `<span class="${state}">${words[state]}</span>`,
    `sha256 ${digest.slice(0, 16)}`,
  ];
  return `<article><div class="picture">${image}</div><div>
<h2>${link}${escapeText(title)}</a></h2>
${said}
<p class="small">${small.join(" · ")}</p>
</div></article>`;
}

const galleryStyle = `
article { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); gap: 1.25rem;
  padding: 1.1rem 0; border-top: 1px solid var(--line); }
article h2 { margin: 0 0 0.5rem; font-size: 1.15rem; }
article h2 a { color: var(--text); text-decoration: none; }
article h2 a:hover { text-decoration: underline; }
article img { display: block; width: 100%; max-height: 17rem; object-fit: contain;
  object-position: left top; border-radius: 4px; }
.said { margin: 0 0 0.6rem; }
.small { margin: 0; color: var(--soft); font-size: 0.8rem; overflow-wrap: anywhere; }
.differs, .failed { color: var(--bad); font-weight: 600; }
@media (max-width: 44rem) { article { grid-template-columns: minmax(0, 1fr); } }
@media print { article { break-inside: avoid; } article img { max-height: 5.5cm; } }
`.trim();
