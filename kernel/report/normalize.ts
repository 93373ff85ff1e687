/** Outputs in the form in which two executions of a notebook are compared. */
import { canonicalJson } from "../../lib/base/canonical.ts";
import type { Cell, Output } from "./notebook.ts";
import { isLasting } from "./passing.ts";
import { wholeStreams } from "./tidy.ts";

/** An output with everything left out that may differ between machines. */
export interface ComparableOutput {
  /** What is compared: text, JSON, tables, the specification of a chart. */
  readonly content: string;
  /** Pictures drawn from that content; they may differ where fonts or libraries do. */
  readonly pictures: string;
}

/** The outputs of a cell: text of one stream joined, pictures apart, no counts, no colours. */
export function comparableOutputs(cell: Cell): ComparableOutput[] {
  if (cell.kind !== "code") return [];
  return wholeStreams(cell.outputs.filter(isLasting)).map(comparable);
}

/** Text without the escape sequences by which terminals colour it. */
export function withoutColours(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences start with one
  return text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, "");
}

function comparable(output: Output): ComparableOutput {
  switch (output.kind) {
    case "stream":
      return { content: `${output.name}:\n${withoutColours(output.text)}`, pictures: "" };
    case "error": {
      const traceback = withoutColours(output.traceback.join("\n"));
      return { content: `${output.ename}: ${output.evalue}\n${traceback}`, pictures: "" };
    }
    case "display_data":
    case "execute_result":
      return comparableBundle(output.data);
  }
}

/** A picture stands for itself only where nothing tells what it was drawn from. */
function comparableBundle(data: Readonly<Record<string, unknown>>): ComparableOutput {
  const entries = Object.entries(data).sort(([left], [right]) => (left < right ? -1 : 1));
  const isPicture = ([type]: [string, unknown]): boolean => type.startsWith("image/");
  const hasSpecification = entries.some(([type]) => type.endsWith("+json"));
  const content = hasSpecification ? entries.filter((entry) => !isPicture(entry)) : entries;
  const pictures = hasSpecification ? entries.filter(isPicture) : [];
  return {
    content: content.map(entryText).join("\n"),
    pictures: pictures.map(entryText).join("\n"),
  };
}

function entryText([type, content]: [string, unknown]): string {
  return `${type}:\n${typeof content === "string" ? content : canonicalJson(content)}`;
}
