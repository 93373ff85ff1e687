/** Colours for the code in a report, from the tokens that the compiler sees. */
import type ts from "typescript";
import { typescript } from "../lang/compiler.ts";
import { escapeText } from "./escape.ts";

/** HTML of TypeScript; tokens carry the classes `k`eyword, `s`tring, `n`umber and `c`omment. */
export function highlightTypeScript(source: string): string {
  const file = typescript.createSourceFile("cell.ts", source, typescript.ScriptTarget.Latest, true);
  const out: string[] = [];
  let end = 0;
  const visit = (node: ts.Node): void => {
    if (typescript.isJSDoc(node)) return;
    const children = node.getChildren(file);
    if (children.length > 0) {
      children.forEach(visit);
      return;
    }
    const start = node.getStart(file);
    out.push(comments(source.slice(end, start)));
    out.push(colored(source.slice(start, node.end), classOf(node.kind)));
    end = Math.max(end, node.end);
  };
  visit(file);
  out.push(comments(source.slice(end)));
  return out.join("");
}

/** Between two tokens stand white space and comments only. */
function comments(trivia: string): string {
  return trivia
    .split(/(\/\/.*|\/\*[\s\S]*?\*\/)/)
    .map((part, index) => colored(part, index % 2 === 1 ? "c" : undefined))
    .join("");
}

function colored(text: string, className: string | undefined): string {
  if (text === "" || className === undefined) return escapeText(text);
  return `<span class="${className}">${escapeText(text)}</span>`;
}

function classOf(kind: ts.SyntaxKind): string | undefined {
  if (kind >= typescript.SyntaxKind.FirstKeyword && kind <= typescript.SyntaxKind.LastKeyword)
    return "k";
  switch (kind) {
    case typescript.SyntaxKind.StringLiteral:
    case typescript.SyntaxKind.NoSubstitutionTemplateLiteral:
    case typescript.SyntaxKind.TemplateHead:
    case typescript.SyntaxKind.TemplateMiddle:
    case typescript.SyntaxKind.TemplateTail:
    case typescript.SyntaxKind.RegularExpressionLiteral:
      return "s";
    case typescript.SyntaxKind.NumericLiteral:
    case typescript.SyntaxKind.BigIntLiteral:
      return "n";
    default:
      return undefined;
  }
}
