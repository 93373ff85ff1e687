import ts from "typescript";
import { expect, test } from "vitest";
import { importsOf } from "./imports.ts";
import { allSources, hasPublicEntry, type Source, sourceOf, textOf, walk } from "./sources.ts";

const MESSAGES = "lib/base/messages.ts";

/** The codes of the type `ErrorCode`, in its order. */
function codesOf(messages: Source): string[] {
  const codes: string[] = [];
  walk(messages.tree, (node) => {
    if (!ts.isTypeAliasDeclaration(node) || node.name.text !== "ErrorCode") return true;
    codes.push(...stringsIn(node));
    return false;
  });
  return codes;
}

/** Codes whose message no other file makes. */
function unusedCodes(messages: Source, sources: readonly Source[]): string[] {
  const codes = codesOf(messages);
  const makers = new Map<string, readonly string[]>();
  for (const statement of messages.tree.statements) {
    if (!ts.isFunctionDeclaration(statement) || statement.name === undefined) continue;
    makers.set(statement.name.text, stringsIn(statement));
  }
  const used = new Set<string>();
  for (const source of sources.filter(({ path }) => path !== messages.path)) {
    for (const name of namesFromMessages(source)) {
      for (const code of makers.get(name) ?? []) used.add(code);
    }
    for (const text of stringsIn(source.tree)) used.add(text);
  }
  return codes.filter((code) => !used.has(code));
}

/** Names that a file imports from the messages. */
function namesFromMessages(source: Source): string[] {
  if (!importsOf(source).some(({ target }) => target === MESSAGES)) return [];
  return source.tree.statements.flatMap((statement) => {
    const names = ts.isImportDeclaration(statement) && statement.importClause?.namedBindings;
    if (!names || !ts.isNamedImports(names)) return [];
    return names.elements.map((element) => (element.propertyName ?? element.name).text);
  });
}

function stringsIn(node: ts.Node): string[] {
  const texts: string[] = [];
  walk(node, (inner) => {
    if (ts.isStringLiteral(inner)) texts.push(inner.text);
    return true;
  });
  return texts;
}

/** Codes with a section in the page, and what a section lacks. */
function sectionsOf(page: string): { codes: string[]; incomplete: string[] } {
  const sections = page.split(/^## /m).slice(1);
  const complete = /^\*\*Cause\.\*\* \S[\s\S]*^\*\*What to do\.\*\* \S/m;
  return {
    codes: sections.map((section) => section.slice(0, 5)),
    incomplete: sections.filter((section) => !complete.test(section)),
  };
}

test("codes are numbered without gaps and each is explained in docs/errors.md", () => {
  const codes = codesOf(sourceOf(MESSAGES, textOf(MESSAGES)));
  const numbered = codes.map((_, index) => `SD${String(index + 1).padStart(3, "0")}`);
  expect(codes).toEqual(numbered);
  expect(sectionsOf(textOf("docs/errors.md"))).toEqual({ codes, incomplete: [] });
});

test("every code is used", ({ skip }) => {
  if (!hasPublicEntry()) console.info("skipped: lib/index.ts does not exist yet");
  skip(!hasPublicEntry(), "lib/index.ts does not exist yet");
  expect(unusedCodes(sourceOf(MESSAGES, textOf(MESSAGES)), allSources())).toEqual([]);
});

test("the rule sees unused codes and sections without a cause or advice", () => {
  const messages = sourceOf(
    MESSAGES,
    [
      'export type ErrorCode = "SD001" | "SD002" | "SD003";',
      'export function invalid(): Error { return new ShootdownError("SD001"); }',
      'export function unknownName(): Error { return new ShootdownError("SD002"); }',
    ].join("\n"),
  );
  const user = sourceOf(
    "lib/mm/a.ts",
    'import { invalid as bad } from "../base/messages.ts";\nconst code = "SD003";',
  );
  expect(unusedCodes(messages, [messages, user])).toEqual(["SD002"]);
  expect(unusedCodes(messages, [messages])).toEqual(["SD001", "SD002", "SD003"]);

  const page = "## SD001 a\n\n**Cause.** x\n\n**What to do.** y\n\n## SD002 b\n\n**Cause.** x\n";
  expect(sectionsOf(page)).toEqual({
    codes: ["SD001", "SD002"],
    incomplete: ["SD002 b\n\n**Cause.** x\n"],
  });
});
