/** What every cell finds without an import, as if an earlier cell had declared it. */
export const kernelDeclarations: string = `
/** The folder of the notebook, from which its imports resolve. */
declare const notebookDir: string;
/** Shows HTML, Markdown or text in the output of the cell. */
declare const display: {
  html(html: string): void;
  markdown(markdown: string): void;
  text(text: string): void;
  /** A place in the output that can be written again. */
  handle(): {
    html(html: string): void;
    markdown(markdown: string): void;
    text(text: string): void;
  };
  /** Removes what the cell has shown; with wait, when something new comes. */
  clear(wait?: boolean): void;
};
/** Asks the user for a line of text. */
declare function prompt(message?: string): Promise<string>;
`;
