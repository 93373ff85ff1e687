/** Markdown within a line: code, links, pictures, emphasis. Anything else is text. */
import { escapeText, isPictureUri, isSafeLink } from "./escape.ts";

/** Finds the data URI of a picture by the name under which it is attached to its cell. */
export type AttachmentUri = (name: string) => string | undefined;

/** Emphasis in emphasis: what is deeper is shown as text. */
const deepestEmphasis = 10;

interface Rule {
  readonly pattern: RegExp;
  readonly html: (match: RegExpExecArray, inline: (text: string) => string) => string;
}

/** HTML of a run of inline Markdown. Raw HTML is shown, not interpreted. */
export function inlineMarkdown(text: string, attachmentUri: AttachmentUri): string {
  const rules = [...plainRules, pictureRule(attachmentUri)];
  let depth = 0;
  const inline = (inner: string): string => {
    if (depth > deepestEmphasis) return escapeText(inner);
    depth += 1;
    const out: string[] = [];
    for (let at = 0; at < inner.length; ) {
      const [length, html] = firstMatch(rules, inner, at, inline);
      out.push(html);
      at += length;
    }
    depth -= 1;
    return out.join("");
  };
  return inline(text);
}

function firstMatch(
  rules: readonly Rule[],
  text: string,
  at: number,
  inline: (text: string) => string,
): [number, string] {
  for (const { pattern, html } of rules) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) return [match[0].length, html(match, inline)];
  }
  return [1, escapeText(text.charAt(at))];
}

/** Tried in this order at each place of the text. */
const plainRules: readonly Rule[] = [
  { pattern: /\\([!-/:-@[-`{-~])/y, html: ([, character]) => escapeText(character!) },
  {
    pattern: /(`+)(?!`)([\s\S]*?[^`])\1(?!`)/y,
    html: ([, , code]) => `<code>${escapeText(code!.replace(/^ (.*) $/s, "$1"))}</code>`,
  },
  {
    pattern: /\[((?:[^[\]\\]|\\.|\[[^[\]]*\])*)\]\(<?([^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*)>?\)/y,
    html: ([, label, target], inline) => link(target!, inline(label!)),
  },
  { pattern: /<(https?:\/\/[^\s<>]+)>/y, html: ([, target]) => link(target!, escapeText(target!)) },
  {
    pattern: /(?<![\w/"'=(])https?:\/\/[^\s<>()"'`]*[^\s<>()"'`.,;:!?*_]/y,
    html: ([target]) => link(target, escapeText(target)),
  },
  { pattern: /\*\*(?=\S)([\s\S]*?\S)\*\*(?!\*)/y, html: strong },
  { pattern: /\*(?=[^\s*])([\s\S]*?[^\s*])\*(?!\*)/y, html: emphasis },
  // An underscore within a word belongs to the word: tlb_remove_table_sync_one.
  { pattern: /(?<!\w)__(?=\S)([\s\S]*?\S)__(?!\w)/y, html: strong },
  { pattern: /(?<!\w)_(?=[^\s_])([\s\S]*?[^\s_])_(?!\w)/y, html: emphasis },
  { pattern: /~~(?=\S)([\s\S]*?\S)~~/y, html: ([, text], inline) => `<del>${inline(text!)}</del>` },
  { pattern: /(?: {2,}|\\)\n/y, html: () => "<br>\n" },
];

function strong([, text]: RegExpExecArray, inline: (text: string) => string): string {
  return `<strong>${inline(text!)}</strong>`;
}

function emphasis([, text]: RegExpExecArray, inline: (text: string) => string): string {
  return `<em>${inline(text!)}</em>`;
}

/** A picture that is in the notebook; others would have to be loaded, and become links. */
function pictureRule(attachmentUri: AttachmentUri): Rule {
  return {
    pattern: /!\[([^\]]*)\]\(([^\s()]+)\)/y,
    html: ([, alt, target]) => {
      const name = /^attachment:(.*)$/.exec(target!)?.[1];
      const uri = name === undefined ? target! : (attachmentUri(name) ?? "");
      const label = escapeText(alt!);
      return isPictureUri(uri) ? `<img alt="${label}" src="${uri}">` : link(target!, label);
    },
  };
}

function link(target: string, label: string): string {
  if (!isSafeLink(target)) return label;
  return `<a href="${escapeText(target)}" rel="noopener noreferrer">${label}</a>`;
}
