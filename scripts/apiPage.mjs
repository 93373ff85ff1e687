/**
 * Writes docs/api.md: every public name with its signature and its documentation, in the groups of
 * lib/index.ts. `--check` writes nothing and exits with 1 when the page is out of date.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, setup } from "./tasks.mjs";
import { argumentsOf } from "./usage.mjs";

const PAGE = join(root, "docs/api.md");
const ENTRY = join(root, "lib/index.ts");

async function main(isCheck) {
  const { default: ts } = await import("typescript");
  const page = new ApiPage(ts).text();
  if (!isCheck) {
    writeFileSync(PAGE, page);
    return 0;
  }
  if (readFileSync(PAGE, "utf8") === page) return 0;
  console.error("docs/api.md is out of date: run node scripts/apiPage.mjs");
  return 1;
}

class ApiPage {
  constructor(ts) {
    const config = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile).config;
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
    const program = ts.createProgram([ENTRY], { ...options, noEmit: true });
    this.ts = ts;
    this.checker = program.getTypeChecker();
    this.entry = program.getSourceFile(ENTRY);
  }

  text() {
    const groups = this.groups();
    const contents = groups.map(({ name }) => `[${name}](#${anchorOf(name)})`).join(" · ");
    return [
      "# API reference",
      "",
      "Written by `node scripts/apiPage.mjs` from the sources; do not edit.",
      '`import * as sd from "shootdown"`. Times are ns, sizes are bytes. What a function throws is in',
      "its text, by the codes of [errors.md](errors.md).",
      "",
      contents,
      ...groups.flatMap(({ name, symbols }) => ["", `## ${name}`, ...this.group(symbols)]),
      "",
    ].join("\n");
  }

  /** The exports in the order of the entry, under its `// Name.` comments. */
  groups() {
    const { ts, checker, entry } = this;
    const text = entry.getFullText();
    const found = new Map();
    const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(entry));
    const place = (symbol) => symbol.declarations[0].getStart();
    for (const symbol of exported.sort((a, b) => place(a) - place(b))) {
      const before = text.slice(0, place(symbol));
      const name = [...before.matchAll(/^\/\/ (.+?)[.:](?: .*)?$/gm)].at(-1)?.[1] ?? "Values";
      const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
      const target = isAlias ? checker.getAliasedSymbol(symbol) : symbol;
      found.set(name, [...(found.get(name) ?? []), { name: symbol.name, target }]);
    }
    return [...found].map(([name, symbols]) => ({ name, symbols }));
  }

  group(symbols) {
    const isValue = ({ target }) => (target.flags & this.ts.SymbolFlags.Value) !== 0;
    return [
      ...symbols.filter(isValue).flatMap((one) => this.value(one)),
      ...symbols.filter((one) => !isValue(one)).flatMap((one) => this.type(one)),
    ];
  }

  value({ name, target }) {
    if (target.flags & this.ts.SymbolFlags.Class) return this.type({ name, target });
    const type = this.checker.getTypeOfSymbol(target);
    const [signature] = type.getCallSignatures();
    if (signature !== undefined) return this.callable(`sd.${name}`, signature, docOf(this, target));
    const members = type
      .getProperties()
      .filter((member) => isOwn(this, member) && this.isCallable(member));
    if (members.length < 2) return section(`sd.${name}`, docOf(this, target));
    return [
      ...section(`sd.${name}`, docOf(this, target)),
      ...members.flatMap((member) => {
        const [call] = this.checker.getTypeOfSymbol(member).getCallSignatures();
        const own = this.valueOf(target, member.name);
        const doc = docOf(this, member) || (own === undefined ? "" : docOf(this, own));
        return this.callable(`sd.${name}.${member.name}`, call, doc || signatureDoc(this, call));
      }),
    ];
  }

  /** The function that an object such as `sd.workload` holds under a name. */
  valueOf(target, name) {
    const { ts, checker } = this;
    let object = target.valueDeclaration?.initializer;
    if (object !== undefined && ts.isCallExpression(object)) [object] = object.arguments;
    if (object === undefined || !ts.isObjectLiteralExpression(object)) return undefined;
    const member = object.properties.find((one) => one.name?.getText() === name);
    if (member === undefined) return undefined;
    const symbol = ts.isShorthandPropertyAssignment(member)
      ? checker.getShorthandAssignmentValueSymbol(member)
      : checker.getSymbolAtLocation(member.initializer ?? member.name);
    const isAlias = symbol !== undefined && (symbol.flags & ts.SymbolFlags.Alias) !== 0;
    return isAlias ? checker.getAliasedSymbol(symbol) : symbol;
  }

  isCallable(member) {
    return this.checker.getTypeOfSymbol(member).getCallSignatures().length > 0;
  }

  callable(name, signature, doc) {
    const shown = this.checker.signatureToString(signature, undefined, this.flags());
    return [
      ...section(name, doc, `${name}${shown}`),
      ...signature.getParameters().flatMap((parameter) => this.optionRows(parameter)),
    ];
  }

  /** The fields of an options object that a function takes. */
  optionRows(parameter) {
    const type = this.checker.getNonNullableType(this.checker.getTypeOfSymbol(parameter));
    const named = type.aliasSymbol ?? type.getSymbol();
    if (named === undefined || !/Options$|^CheckOptions$/.test(named.name)) return [];
    const rows = this.checker.getPropertiesOfType(type).map((field) => this.fieldRow(field));
    if (rows.length === 0) return [];
    return ["", "| option | type | meaning |", "|---|---|---|", ...rows];
  }

  fieldRow(field) {
    const optional = (field.flags & this.ts.SymbolFlags.Optional) !== 0;
    const text = this.typeText(field);
    return `| \`${field.name}${optional ? "?" : ""}\` | \`${cell(text)}\` | ${cell(docOf(this, field))} |`;
  }

  /** The type as the source has it, where it stands there: aliases keep their names. */
  typeText(field) {
    const declared = field.valueDeclaration;
    const isField =
      declared !== undefined &&
      (this.ts.isPropertySignature(declared) || this.ts.isPropertyDeclaration(declared));
    if (isField && declared.type !== undefined) return declared.type.getText();
    const type = this.checker.getNonNullableType(this.checker.getTypeOfSymbol(field));
    return this.checker.typeToString(type, undefined, this.flags());
  }

  type({ name, target }) {
    const type = this.checker.getDeclaredTypeOfSymbol(target);
    const fields = this.checker
      .getPropertiesOfType(type)
      .filter((field) => isOwn(this, field) && docOf(this, field) !== "");
    const rows = fields.map((field) => this.fieldRow(field));
    const table = rows.length === 0 ? [] : ["", "| member | type | meaning |", "|---|---|---|"];
    return [...section(name, docOf(this, target)), ...table, ...rows];
  }

  flags() {
    const { NoTruncation, UseAliasDefinedOutsideCurrentScope } = this.ts.TypeFormatFlags;
    return NoTruncation | UseAliasDefinedOutsideCurrentScope;
  }
}

function section(name, doc, signature) {
  const call = signature === undefined ? [] : ["", "```text", signature, "```"];
  return ["", `### ${name}`, ...call, ...(doc === "" ? [] : ["", doc])];
}

function docOf({ ts, checker }, symbol) {
  return plain(ts.displayPartsToString(symbol.getDocumentationComment(checker)));
}

function signatureDoc({ ts, checker }, signature) {
  return plain(ts.displayPartsToString(signature.getDocumentationComment(checker)));
}

/** Fields of the project's own types only, not those of arrays and the like. */
function isOwn({ ts }, field) {
  const declared = field.declarations?.[0];
  if (declared === undefined || declared.getSourceFile().fileName.includes("node_modules")) {
    return false;
  }
  const flags = ts.getCombinedModifierFlags(declared);
  return (flags & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) === 0;
}

function plain(doc) {
  return doc
    .replace(/\{@link (\w+)\}/g, "`$1`")
    .replace(/\n(?!\s*-)/g, " ")
    .trim();
}

function cell(text) {
  return text.replace(/\|/g, "\\|").replace(/\n/g, " ");
}

function anchorOf(name) {
  return name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, "")
    .replaceAll(" ", "-");
}

const { check } = argumentsOf(
  `usage: node scripts/apiPage.mjs [--check]

Writes docs/api.md: every public name with its signature and its documentation.

  --check   write nothing; status 1 when the page is out of date`,
  { options: { check: { type: "boolean", default: false } } },
).values;
const status = setup();
process.exitCode = status === 0 ? await main(check) : status;
