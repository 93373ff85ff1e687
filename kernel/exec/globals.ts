/** The values of `kernelDeclarations`: shorthands for what the library does in a cell. */
import { type CellHost, cellHostSymbol } from "../../lib/base/cellHost.ts";

/** Contents of one type, written to the output. */
interface Writer {
  html(html: string): void;
  markdown(markdown: string): void;
  text(text: string): void;
}

/** What cells find under these names; `notebookDir` is the folder of the notebook. */
export function cellGlobals(notebookDir: string): Record<string, unknown> {
  let count = 0;
  const display = {
    ...writer((data) => host().display(data, {})),
    handle(): Writer {
      count += 1;
      const id = `display-${process.pid}-${count}`;
      let update = false;
      return writer((data) => {
        host().display(data, {}, { id, update });
        update = true;
      });
    },
    clear(wait = false): void {
      host().clearOutput(wait);
    },
  };
  const prompt = (message = ""): Promise<string> => host().input(message, false);
  return { notebookDir, display, prompt };
}

function writer(show: (data: Readonly<Record<string, string>>) => void): Writer {
  return {
    html: (html) => show({ "text/html": html }),
    markdown: (markdown) => show({ "text/markdown": markdown, "text/plain": markdown }),
    text: (text) => show({ "text/plain": text }),
  };
}

function host(): CellHost {
  return (globalThis as { [cellHostSymbol]?: CellHost })[cellHostSymbol]!;
}
