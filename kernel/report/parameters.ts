/**
 * Parameters, as papermill has them: a cell tagged `parameters` declares defaults, and a run with
 * other values puts a cell tagged `injected-parameters` behind it, which declares them anew. The
 * original annotation goes with them, so that the compiler checks the values too.
 */
import type ts from "typescript";
import { invalid, missing, show, unknownName } from "../../lib/base/messages.ts";
import { typescript } from "../lang/compiler.ts";
import { type Cell, type CodeCell, derivedId, type Notebook, tagsOf } from "./notebook.ts";

/** Values by name: JSON values, or text still to be read as the parameter's type asks. */
export type Parameters = Readonly<Record<string, unknown>>;

/** A declaration of the parameters cell. */
export interface Parameter {
  readonly name: string;
  readonly keyword: "const" | "let" | "var";
  /** Annotation as written, if any. */
  readonly annotation?: string;
  readonly type: "number" | "string" | "boolean" | "other";
}

/**
 * The notebook with the values in place; an earlier injected cell is replaced. Throws SD003 without
 * a parameters cell, SD002 for an unknown name, SD001 for a value of another type.
 */
export function withParameters(notebook: Notebook, values: Parameters): Notebook {
  if (Object.keys(values).length === 0) return notebook;
  const cells = notebook.cells.filter((cell) => !tagsOf(cell).includes("injected-parameters"));
  const place = cells.findIndex((cell) => tagsOf(cell).includes("parameters"));
  const declaring = cells[place];
  if (declaring === undefined) {
    throw missing("parameters cell", "a code cell with the tag parameters");
  }
  const known = declaredParameters(declaring.source);
  const lines = Object.entries(values).map(([name, value]) => redeclaration(name, value, known));
  const injected = injectedCell(lines.join("\n"));
  return {
    ...notebook,
    cells: [...cells.slice(0, place + 1), injected, ...cells.slice(place + 1)],
  };
}

/** Reads text, as a command line has it, as the value of a parameter: `128`, `true`, `[1, 2]`. */
export function readParameters(
  cells: readonly Cell[],
  texts: Readonly<Record<string, string>>,
): Parameters {
  const declaring = cells.find((cell) => tagsOf(cell).includes("parameters"));
  const known = declaredParameters(declaring?.source ?? "");
  const entries = Object.entries(texts).map(([name, text]) => {
    const parameter = known.find((candidate) => candidate.name === name);
    return [name, parameter === undefined ? text : readText(text, parameter)];
  });
  return Object.fromEntries(entries) as Parameters;
}

/** The variables a cell declares at its top level, with the types of their defaults. */
export function declaredParameters(source: string): Parameter[] {
  const file = typescript.createSourceFile(
    "parameters.ts",
    source,
    typescript.ScriptTarget.Latest,
    true,
  );
  return file.statements.filter(typescript.isVariableStatement).flatMap(({ declarationList }) => {
    const keyword = keywordOf(declarationList);
    return declarationList.declarations.flatMap((declaration) => {
      if (!typescript.isIdentifier(declaration.name)) return [];
      const annotation = declaration.type?.getText(file);
      return {
        name: declaration.name.text,
        keyword,
        ...(annotation === undefined ? {} : { annotation }),
        type: typeOf(declaration),
      };
    });
  });
}

function keywordOf({ flags }: ts.VariableDeclarationList): Parameter["keyword"] {
  if (flags & typescript.NodeFlags.Const) return "const";
  return flags & typescript.NodeFlags.Let ? "let" : "var";
}

function typeOf({ type, initializer }: ts.VariableDeclaration): Parameter["type"] {
  const kind = type?.kind ?? initializer?.kind;
  switch (kind) {
    case typescript.SyntaxKind.NumberKeyword:
    case typescript.SyntaxKind.NumericLiteral:
    case typescript.SyntaxKind.PrefixUnaryExpression:
      return "number";
    case typescript.SyntaxKind.StringKeyword:
    case typescript.SyntaxKind.StringLiteral:
    case typescript.SyntaxKind.NoSubstitutionTemplateLiteral:
      return "string";
    case typescript.SyntaxKind.BooleanKeyword:
    case typescript.SyntaxKind.TrueKeyword:
    case typescript.SyntaxKind.FalseKeyword:
      return "boolean";
    default:
      return "other";
  }
}

function redeclaration(name: string, value: unknown, known: readonly Parameter[]): string {
  const parameter = known.find((candidate) => candidate.name === name);
  if (parameter === undefined) {
    throw unknownName(
      "parameter",
      name,
      known.map((candidate) => candidate.name),
    );
  }
  const { keyword, annotation, type } = parameter;
  // JSON has no NaN and no infinity: they would arrive as null.
  const fits = type === "number" ? Number.isFinite(value) : typeof value === type;
  if (type !== "other" && !fits) {
    throw invalid(`parameter ${name}`, value, type === "number" ? "a finite number" : `a ${type}`);
  }
  const typed = annotation === undefined ? name : `${name}: ${annotation}`;
  return `${keyword} ${typed} = ${JSON.stringify(value)};`;
}

function readText(text: string, { name, type }: Parameter): unknown {
  switch (type) {
    case "string":
      return text;
    case "number":
      return readNumber(text);
    case "boolean":
      return text === "true" || (text === "false" ? false : text);
    case "other":
      return readJson(text, name);
  }
}

/** What is no finite number stays as it was typed, for the error that it becomes. */
function readNumber(text: string): unknown {
  const value = text.trim() === "" ? Number.NaN : Number(text.replace(/_/g, ""));
  return Number.isFinite(value) ? value : text;
}

/** A word that is no JSON is text: `"x86" | "arm64"` takes `arm64` without quotes. */
function readJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    if (/^\w[\w.-]*$/.test(text)) return text;
    throw invalid(`parameter ${name}`, text, `JSON, such as ${show([1, 2])}`);
  }
}

function injectedCell(source: string): CodeCell {
  return {
    kind: "code",
    id: derivedId(0, "injected-parameters"),
    metadata: { tags: ["injected-parameters"] },
    source,
    executionCount: null,
    outputs: [],
  };
}
