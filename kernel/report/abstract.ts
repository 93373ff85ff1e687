/** What a list of reports tells of a notebook: its title, what it has found, its first picture. */

import { type Cell, type Notebook, type Output, tagsOf } from "./notebook.ts";
import { type FoundPicture, pictureOf } from "./pictures.ts";

/** The tag of the cell that prints what a notebook has found, in one sentence. */
export const findingTag = "finding";

/** A notebook in short. */
export interface Abstract {
  /** The first heading; undefined where there is none. */
  readonly title: string | undefined;
  /** What the cell tagged `finding` has printed; undefined where none is. */
  readonly finding: string | undefined;
  /** The first picture that a cell has put out, with its description. */
  readonly picture: { readonly uri: string; readonly words: string } | undefined;
}

/** Reads it from the cells and their outputs; nothing is executed. */
export function abstractOf(notebook: Notebook): Abstract {
  const outputs = notebook.cells.flatMap(outputsOf);
  return {
    title: firstHeading(notebook),
    finding: findingOf(notebook),
    picture: outputs.map(pictureIn).find((picture) => picture !== undefined),
  };
}

/** The text of the first heading, without marks of code and stress. */
export function firstHeading({ cells }: Notebook): string | undefined {
  for (const cell of cells) {
    const found = cell.kind === "markdown" ? /^#{1,6}\s+(.+)$/m.exec(cell.source)?.[1] : undefined;
    if (found !== undefined) return found.replace(/[*`]/g, "").trim();
  }
  return undefined;
}

function findingOf({ cells }: Notebook): string | undefined {
  const cell = cells.find((one) => tagsOf(one).includes(findingTag));
  const printed = cell === undefined ? [] : outputsOf(cell).map(printedText);
  const text = printed.join("").replace(/\s+/g, " ").trim();
  return text === "" ? undefined : text;
}

function printedText(output: Output): string {
  return output.kind === "stream" && output.name === "stdout" ? output.text : "";
}

function outputsOf(cell: Cell): readonly Output[] {
  return cell.kind === "code" ? cell.outputs : [];
}

function pictureIn(output: Output): Abstract["picture"] {
  if (output.kind !== "display_data" && output.kind !== "execute_result") return undefined;
  const picture: FoundPicture | undefined = pictureOf(output.data);
  if (picture === undefined) return undefined;
  const words = output.data["text/plain"];
  return { uri: picture.uri, words: typeof words === "string" ? (words.split("\n")[0] ?? "") : "" };
}
