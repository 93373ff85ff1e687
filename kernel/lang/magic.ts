/**
 * Magic comments: lines such as `//% timeout 30s` that tell the kernel how to run a cell. They are
 * comments to TypeScript, so that a notebook stays valid in editors and runs on stock tslab.
 *
 * | comment | effect |
 * |---|---|
 * | `//% time` | shows how long the cell took; the line is not stored, so that reports stay equal |
 * | `//% timeout 30s` | interrupts the cell after that time (`ms`, `s`, `m`, `h`) |
 * | `//% seed 7` | `Math.random` of this cell starts anew from that seed, 0…2^53-1 |
 * | `//% no-tick` | loops of this cell are not watched: faster, and slower to interrupt |
 * | `//% hide` | reports start with the code of this cell folded |
 */
import type ts from "typescript";
import { nearest } from "../../lib/base/nearest.ts";
import { typescript } from "./compiler.ts";
import type { CellProblem } from "./diagnostics.ts";

/** What the magic comments of a cell ask for. */
export interface CellMagics {
  readonly time: boolean;
  readonly timeoutMs: number | undefined;
  /** The limit in the words of the cell. */
  readonly timeoutText: string;
  readonly seed: number | undefined;
  readonly noTick: boolean;
  readonly hide: boolean;
  /** Comments without effect, and why: a line with place each. */
  readonly warnings: readonly string[];
  /** Comments with a wrong argument: the cell must not run as if they were not there. */
  readonly problems: readonly CellProblem[];
}

/** Names of all magic comments. */
const magicNames = ["time", "timeout", "seed", "no-tick", "hide"];

const msPerUnit: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 6e4, h: 3.6e6 };
/** Timers of Node hold no more. */
const longestMs = 2 ** 31 - 1;

interface Comment {
  readonly name: string;
  readonly argument: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** Reads the magic comments of a cell; `cellName` is for warnings. */
export function cellMagics(source: string, cellName = "Cell"): CellMagics {
  const found = source.includes("//%") ? magicComments(source) : [];
  const has = (name: string): boolean => found.some((one) => one.name === name);
  const argument = (name: string): string =>
    found.findLast((one) => one.name === name)?.argument ?? "";
  return {
    time: has("time"),
    timeoutMs: has("timeout") ? timeMs(argument("timeout")) : undefined,
    timeoutText: argument("timeout"),
    seed: has("seed") ? seedOf(argument("seed")) : undefined,
    noTick: has("no-tick"),
    hide: has("hide"),
    warnings: found.flatMap((one) =>
      magicNames.includes(one.name) ? [] : [warning(one, cellName)],
    ),
    problems: found.flatMap(problemsOf),
  };
}

function warning({ name, line, column }: Comment, cellName: string): string {
  const close = nearest(name, magicNames);
  const hint = close === undefined ? `expected ${magicNames.join(", ")}` : `did you mean ${close}?`;
  return `${cellName}:${line}:${column} - warning: unknown magic comment: ${name} (${hint})`;
}

function problemsOf({ name, argument, line, column, length }: Comment): CellProblem[] {
  const expected = expectedArgument(name, argument);
  if (expected === undefined) return [];
  const found = JSON.stringify(argument);
  const message = `invalid argument of //% ${name}: ${found} (expected ${expected})`;
  return [{ code: "SD001", message, line, column, length }];
}

/** What the argument should have been; undefined when it is fine. */
function expectedArgument(name: string, argument: string): string | undefined {
  switch (name) {
    case "timeout":
      return timeMs(argument) === undefined ? "a time such as 500ms, 30s or 2m" : undefined;
    case "seed":
      return seedOf(argument) === undefined ? "an integer 0…2^53-1" : undefined;
    case "time":
    case "no-tick":
    case "hide":
      return argument === "" ? undefined : "nothing";
    default:
      return undefined;
  }
}

function timeMs(text: string): number | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)$/.exec(text) ?? [];
  const ms = Number(digits) * (msPerUnit[unit ?? ""] ?? Number.NaN);
  return ms > 0 && ms <= longestMs ? ms : undefined;
}

function seedOf(text: string): number | undefined {
  const seed = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(seed) ? seed : undefined;
}

/** Comments that stand alone on their lines; the same text within a string is none. */
function magicComments(source: string): Comment[] {
  const file = typescript.createSourceFile(
    "cell.ts",
    source,
    typescript.ScriptTarget.Latest,
    false,
  );
  return Array.from(source.matchAll(/^([ \t]*)\/\/%[ \t]*(\S*)[ \t]*(.*?)[ \t\r]*$/gm)).flatMap(
    (match) => {
      const [text, indent = "", name = "", argument = ""] = match;
      const start = match.index + indent.length;
      if (!isComment(file, start)) return [];
      const { line, character } = typescript.getLineAndCharacterOfPosition(file, start);
      const length = text.trim().length;
      return [{ name, argument, line: line + 1, column: character + 1, length }];
    },
  );
}

function isComment(file: ts.SourceFile, position: number): boolean {
  const node = innermost(file, position);
  if (typescript.isTemplateHead(node) || typescript.isTemplateMiddleOrTemplateTail(node))
    return false;
  // Between the children of a node stand its punctuation and comments; a text is one token.
  const scanner = typescript.createScanner(
    typescript.ScriptTarget.Latest,
    false,
    undefined,
    file.text,
  );
  scanner.resetTokenState(endBefore(node, position));
  let kind = scanner.scan();
  while (scanner.getTokenEnd() <= position && kind !== typescript.SyntaxKind.EndOfFileToken) {
    kind = scanner.scan();
  }
  const isSingleLine = kind === typescript.SyntaxKind.SingleLineCommentTrivia;
  return isSingleLine && scanner.getTokenStart() === position;
}

function innermost(node: ts.Node, position: number): ts.Node {
  const inner = typescript.forEachChild(node, (child) =>
    child.pos <= position && position < child.end ? child : undefined,
  );
  return inner === undefined ? node : innermost(inner, position);
}

/** Where the last child before the position ends, or the node begins. */
function endBefore(node: ts.Node, position: number): number {
  let end = node.pos;
  typescript.forEachChild(node, (child) => {
    if (child.end <= position) end = Math.max(end, child.end);
  });
  return end;
}
