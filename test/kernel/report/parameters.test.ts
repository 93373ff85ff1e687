import { describe, expect, it } from "vitest";
import type { Cell, Notebook } from "../../../kernel/report/notebook.ts";
import {
  declaredParameters,
  readParameters,
  withParameters,
} from "../../../kernel/report/parameters.ts";

function code(source: string, ...tags: string[]): Cell {
  const metadata = { tags };
  return { kind: "code", id: source, metadata, source, executionCount: null, outputs: [] };
}

const declaring = code(
  'let cpus: number = 4;\nconst mode: "x86" | "arm64" = "x86", seeds = [1];\n' +
    'let name = "a", on = true;',
  "parameters",
);
const notebook: Notebook = { metadata: {}, cells: [code("0"), declaring, code("cpus")] };

function sources({ cells }: Notebook): string[] {
  return cells.map(({ source }) => source);
}

describe("parameters", () => {
  it("are the variables of the tagged cell", () => {
    expect(declaredParameters(declaring.source)).toEqual([
      { name: "cpus", keyword: "let", annotation: "number", type: "number" },
      { name: "mode", keyword: "const", annotation: '"x86" | "arm64"', type: "other" },
      { name: "seeds", keyword: "const", type: "other" },
      { name: "name", keyword: "let", type: "string" },
      { name: "on", keyword: "let", type: "boolean" },
    ]);
  });

  it("are declared anew behind it, with their annotations", () => {
    const values = { cpus: 128, mode: "arm64", seeds: [1, 2], name: 'q"', on: false };
    const injected = withParameters(notebook, values).cells[2];
    expect(injected).toMatchObject({ kind: "code", metadata: { tags: ["injected-parameters"] } });
    expect(injected?.source).toBe(
      'let cpus: number = 128;\nconst mode: "x86" | "arm64" = "arm64";\nconst seeds = [1,2];\n' +
        'let name = "q\\"";\nlet on = false;',
    );
  });

  it("replace those of an earlier run", () => {
    const twice = withParameters(withParameters(notebook, { cpus: 8 }), { cpus: 16 });
    expect(sources(twice)).toEqual(["0", declaring.source, "let cpus: number = 16;", "cpus"]);
  });

  it("that are not given leave the notebook as it is", () => {
    expect(withParameters(notebook, {})).toBe(notebook);
  });

  it.each([
    [{ cpu: 1 }, 'SD002: unknown parameter: "cpu"'],
    [{ cpus: "8" }, 'SD001: invalid parameter cpus: "8" (expected a finite number)'],
    [{ cpus: Number.NaN }, "SD001: invalid parameter cpus: NaN (expected a finite number)"],
    [{ on: 1 }, "SD001: invalid parameter on: 1 (expected a boolean)"],
  ])("are checked: %j", (values, message) => {
    expect(() => withParameters(notebook, values)).toThrow(message);
  });

  it("need a cell that declares them", () => {
    expect(() => withParameters({ metadata: {}, cells: [] }, { cpus: 1 })).toThrow(
      "SD003: missing parameters cell (expected a code cell with the tag parameters)",
    );
  });

  it("are read from text as their types ask", () => {
    const texts = { cpus: "4_096", mode: "arm64", seeds: "[1, 2]", name: "12", on: "true" };
    expect(readParameters(notebook.cells, texts)).toEqual({
      cpus: 4096,
      mode: "arm64",
      seeds: [1, 2],
      name: "12",
      on: true,
    });
  });

  it("of an unreadable text are refused", () => {
    expect(() => readParameters(notebook.cells, { seeds: "[1," })).toThrow(
      'SD001: invalid parameter seeds: "[1," (expected JSON, such as [1,2])',
    );
    const unread = readParameters(notebook.cells, { cpus: "many", on: "yes" });
    expect(() => withParameters(notebook, unread)).toThrow('invalid parameter cpus: "many"');
  });
});
