/** What the compiler knows about a name, as a front end shows it. */

/** A piece of text of the compiler. */
interface Part {
  readonly text: string;
}

/** What the compiler says about a place. */
export interface QuickInfo {
  readonly displayParts?: readonly Part[];
  readonly documentation?: readonly Part[];
  readonly tags?: readonly { readonly name: string; readonly text?: readonly Part[] }[];
}

/** Text and Markdown; undefined when there is nothing to say. */
export function inspectionBundle(
  info: QuickInfo | undefined,
): { readonly "text/plain": string; readonly "text/markdown": string } | undefined {
  const signature = joined(info?.displayParts);
  if (info === undefined || signature === "") return undefined;
  const documentation = joined(info.documentation);
  const tags = (info.tags ?? []).map(({ name, text }) => `@${name} ${joined(text)}`.trim());
  const tagLines = tags.map((tag) => tag.replace(/^(@\w+)/, "*$1*"));
  return {
    "text/plain": paragraphs(signature, documentation, tags.join("\n")),
    "text/markdown": paragraphs(
      `${fence(signature)}typescript\n${signature}\n${fence(signature)}`,
      documentation,
      tagLines.join("  \n"),
    ),
  };
}

function joined(parts: readonly Part[] | undefined): string {
  return (parts ?? []).map(({ text }) => text).join("");
}

function paragraphs(...texts: readonly string[]): string {
  return texts.filter((text) => text !== "").join("\n\n");
}

/** A fence longer than any run of backticks in the text, which may come from a string type. */
function fence(text: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  return "`".repeat(longest + 1);
}
