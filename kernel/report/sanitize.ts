/**
 * HTML that a cell has put out, reduced to what tables and prose need. Notebooks travel: their HTML
 * may come from anybody, and a report must neither run, nor load, nor hide anything because of it.
 */
import { isPictureUri, isSafeLink } from "./escape.ts";

const allowedTags = new Set(
  (
    "a b blockquote br caption code col colgroup dd del div dl dt em figcaption figure h1 h2 h3 " +
    "h4 h5 h6 hr i img ins kbd li mark ol p pre s samp small span strong sub sup table tbody td " +
    "tfoot th thead tr u ul var"
  ).split(" "),
);
const voidTags = new Set(["br", "col", "hr", "img"]);
/** Elements whose content is not text of the page either. */
const foreign = "script|style|template|noscript|iframe|object|textarea|title|svg|math";
const droppedWithContent = new RegExp(`<(${foreign})\\b[\\s\\S]*?(?:</\\1\\s*>|$)`, "gi");
const token =
  /<!--[\s\S]*?(?:-->|$)|<(\/?)([a-z][a-z0-9]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>|[^<]+|</gi;
const attribute = /([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>`=]+))/g;

/** Balanced HTML of harmless elements; the text of other elements is kept, their tags are not. */
export function sanitizeHtml(html: string): string {
  const open: string[] = [];
  const out: string[] = [];
  for (const match of html.replace(droppedWithContent, "").matchAll(token)) {
    const [text, slash, name, attributes = ""] = match;
    if (name === undefined) {
      if (!text.startsWith("<!--")) out.push(text.replace(/</g, "&lt;").replace(/>/g, "&gt;"));
      continue;
    }
    const tag = name.toLowerCase();
    if (!allowedTags.has(tag)) continue;
    if (slash === "/") {
      out.push(...closeTo(open, tag));
    } else {
      out.push(`<${tag}${safeAttributes(tag, attributes)}>`);
      if (!voidTags.has(tag)) open.push(tag);
    }
  }
  out.push(...open.reverse().map((tag) => `</${tag}>`));
  return out.join("");
}

/** Closes the innermost element of that name and all within; without one the tag is dropped. */
function closeTo(open: string[], tag: string): string[] {
  const place = open.lastIndexOf(tag);
  if (place < 0) return [];
  return open
    .splice(place)
    .reverse()
    .map((inner) => `</${inner}>`);
}

function safeAttributes(tag: string, text: string): string {
  const kept: string[] = [];
  for (const [, name = "", double, single, bare] of text.matchAll(attribute)) {
    const key = name.toLowerCase();
    const value = double ?? single ?? bare ?? "";
    if (isSafeAttribute(tag, key, value)) kept.push(` ${key}="${value.replace(/"/g, "&quot;")}"`);
  }
  if (tag === "a") kept.push(' rel="noopener noreferrer"');
  return kept.join("");
}

function isSafeAttribute(tag: string, name: string, value: string): boolean {
  switch (name) {
    case "title":
    case "alt":
      return !/[<>]/.test(value);
    case "colspan":
    case "rowspan":
    case "span":
    case "start":
    case "width":
    case "height":
      return /^\d{1,5}$/.test(value);
    case "align":
    case "scope":
      return /^[a-z]+$/i.test(value);
    case "style":
      return isSafeStyle(value);
    case "href":
      return tag === "a" && isSafeLink(value);
    case "src":
      return tag === "img" && isPictureUri(value);
    default:
      return false;
  }
}

/** Plain declarations: nothing that loads, escapes its place or hides its meaning. */
function isSafeStyle(value: string): boolean {
  return /^[\w\s:;,.#%()+-]*$/.test(value) && !/url|expression|position|z-index/i.test(value);
}
