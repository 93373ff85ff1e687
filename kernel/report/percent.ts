/**
 * A notebook as a TypeScript file: the percent format of jupytext, with `//` comments. Cells start
 * with `// %%`, prose is commented, metadata stand behind the mark; outputs and ids are not in it.
 */
import type { Cell, Metadata, Notebook } from "./notebook.ts";

/** The version of the format, as jupytext counts it. */
export const percentVersion = "1.3";

/** Metadata of the moment, which jupytext leaves out of the text, too. */
export const frontEndMetadata: readonly string[] = [
  "collapsed",
  "scrolled",
  "trusted",
  "ExecuteTime",
  "execution",
];

/** The text of the file. */
export function formatPercent({ metadata, cells }: Notebook): string {
  const blocks = cells.map((cell) => [mark(cell), ...body(cell)].join("\n"));
  return `${[header(metadata), ...blocks].join("\n\n")}\n`;
}

/**
 * A line of a cell that would be read as the start of one gets one more comment sign; reading takes
 * it off again.
 */
function escapeLine(line: string): string {
  return line.replace(/^(\s*)(?=(?:\/\/\s*)+%%)/, "$1// ");
}

function body({ kind, source }: Cell): string[] {
  if (source === "") return [];
  const lines = source.split("\n");
  const text = kind === "code" ? lines : lines.map((line) => (line === "" ? "//" : `// ${line}`));
  return text.map(escapeLine);
}

function mark({ kind, metadata }: Cell): string {
  const { title, ...others } = metadata;
  const isPlain =
    typeof title === "string" && /^(?!%)[\w.,:()'+%/-]+(?: [\w.,:()'+%/-]+)*$/.test(title);
  const words = isPlain ? [title] : [];
  if (kind !== "code") words.push(`[${kind}]`);
  words.push(...metadataWords(isPlain ? others : metadata));
  return ["// %%", ...words].join(" ");
}

/** `tags=["parameters"]`; names that are no words make one JSON object of it all. */
function metadataWords(metadata: Metadata): string[] {
  const entries = Object.entries(metadata).filter(([name]) => !frontEndMetadata.includes(name));
  if (entries.some(([name]) => !/^[A-Za-z_][\w.-]*$/.test(name))) {
    return [oneLine(Object.fromEntries(entries))];
  }
  return entries.map(([name, value]) => `${name}=${oneLine(value)}`);
}

/** JSON in the spelling of Python, by which jupytext tells texts from lists. */
function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(", ")}]`;
  if (typeof value !== "object" || value === null) return lineSafe(JSON.stringify(value));
  const entries = Object.entries(value).map(([key, inner]) => {
    return `${oneLine(key)}: ${oneLine(inner)}`;
  });
  return `{${entries.join(", ")}}`;
}

/** JSON allows two characters in texts that end a line of TypeScript. */
function lineSafe(json: string): string {
  return json.replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

function header({ kernelspec }: Metadata): string {
  const spec = { ...defaultKernelspec, ...(isObject(kernelspec) ? kernelspec : {}) };
  const names = Object.entries(spec).filter(([, value]) => typeof value === "string");
  const lines = [
    "---",
    "jupyter:",
    "  jupytext:",
    "    text_representation:",
    "      extension: .ts",
    "      format_name: percent",
    `      format_version: '${percentVersion}'`,
    "  kernelspec:",
    ...names.sort().map(([name, value]) => `    ${name}: ${yamlText(value as string)}`),
    "---",
  ];
  return lines.map((line) => `// ${line}`).join("\n");
}

/** The kernel that a notebook has which names none. */
export const defaultKernelspec: Readonly<Record<string, string>> = {
  display_name: "Shootdown (TypeScript)",
  language: "typescript",
  name: "shootdown",
};

/** Plain words need no quotes; everything else is in double quotes, which are those of JSON. */
function yamlText(text: string): string {
  const isPlain =
    /^[A-Za-z][\w ().+-]*$/.test(text) && !/\s$|^(?:true|false|null|yes|no|on|off)$/i.test(text);
  return isPlain ? text : JSON.stringify(text);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
