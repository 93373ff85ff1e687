/** Hostile texts, and what a page made of them must not have, judged by a real HTML parser. */
import type { DefaultTreeAdapterTypes } from "parse5";

type Node = DefaultTreeAdapterTypes.Node;

/** Texts that a trace, a file or an error may bring. */
export const payloads: readonly string[] = [
  "<script>alert(1)</script>",
  "<ScRiPt src=//x.y/z.js></sCrIpT >",
  '"><img src=x onerror=alert(1)>',
  "'><svg/onload=alert(1)>",
  "</pre></code></td></table><iframe srcdoc='<script>alert(1)</script>'>",
  "</title></style></textarea><script>alert(1)</script>",
  "</script><script>alert(1)</script>",
  "<!--><script>alert(1)</script>-->",
  "<![CDATA[<script>alert(1)</script>]]>",
  "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
  "<a href='java\tscript:alert(1)'>a</a>",
  "[a](javascript:alert(1))",
  "![a](javascript:alert(1))",
  "[a](<javascript:alert(1)>)",
  "[a]: javascript:alert(1)\n[a]",
  "<javascript:alert(1)>",
  "`<img src=x onerror=alert(1)>`",
  "```\n</code></pre><script>alert(1)</script>\n```",
  "\n\n<script>alert(1)</script>\n\n",
  "| a |\n|---|\n| <img src=x onerror=alert(1)> |",
  "&lt;script&gt;alert(1)&lt;/script&gt;",
  "&#60;script&#62;",
  "<details open ontoggle=alert(1)>",
  "<base href=//x.y><link rel=stylesheet href=//x.y><meta http-equiv=refresh content=0>",
  "<style>*{background:url(//x.y)}</style>",
  "\u0000<scr\u0000ipt>alert(1)</script>",
  "\u001b]8;;http://x.y\u0007link\u001b]8;;\u0007\u001b[2J",
  "\u202eabc\u202c\u200b\ufeff",
  "\u061ca\u00adb\u180ec\u{e0041}\u{e007f}",
  "=cmd|'/C calc'!A0",
  "+1+1",
  "@SUM(A1)",
  "-2+3",
  "\t=1",
  `{{constructor.constructor("alert(1)")()}}`,
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a template that must stay text
  "${alert(1)}",
  "__proto__x",
];

const forbidden = new Set(
  (
    "script iframe object embed link base form input button svg math style template frame applet " +
    "audio video noscript"
  ).split(" "),
);

/** Everything in a tree that runs, loads or leads anywhere. */
export function dangersIn(node: Node, allowed: readonly string[] = []): string[] {
  const own: string[] = [];
  if ("attrs" in node) {
    if (forbidden.has(node.tagName) && !allowed.includes(node.tagName)) own.push(node.tagName);
    for (const { name, value } of node.attrs) {
      const target = asLink(value).toLowerCase();
      if (/^on/.test(name) || ["srcdoc", "action", "formaction", "http-equiv"].includes(name)) {
        if (!(node.tagName === "meta" && value === "Content-Security-Policy")) own.push(name);
      }
      const isSource = ["src", "href", "xlink:href", "background", "poster"].includes(name);
      if (isSource && !/^(data:image\/|https?:|#)/.test(target)) own.push(`${name}=${value}`);
      if (name === "src" && !target.startsWith("data:image/")) own.push(`${name}=${value}`);
      if (name === "style" && /url\(|expression/i.test(value)) own.push(value);
    }
  }
  const children = "childNodes" in node ? node.childNodes : [];
  return [...own, ...children.flatMap((child) => dangersIn(child, allowed))];
}

/** The text of all elements of a kind. */
export function textsOf(node: Node, tag: string): string[] {
  const here = "tagName" in node && node.tagName === tag ? [textOf(node)] : [];
  const children = "childNodes" in node ? node.childNodes : [];
  return [...here, ...children.flatMap((child) => textsOf(child, tag))];
}

/** The text in a tree. */
export function textOf(node: Node): string {
  if (node.nodeName === "#text") return (node as DefaultTreeAdapterTypes.TextNode).value;
  return "childNodes" in node ? node.childNodes.map(textOf).join("") : "";
}

/** Browsers skip blanks and control characters in links. */
function asLink(value: string): string {
  return Array.from(value, (character) => (character <= " " ? "" : character)).join("");
}

/** Control characters of a terminal, and characters that hide or reorder text. */
export const hidden: RegExp = new RegExp(
  "[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u200b-\\u200f" +
    "\\u202a-\\u202e\\u2060-\\u206f\\ufeff\\u061c\\u00ad\\u180e\\u{e0000}-\\u{e007f}]",
  "u",
);
