import { describe, expect, it } from "vitest";
import { OutputPrinter } from "../../../../kernel/cli/console/printer.ts";
import type { Shown } from "../../../../kernel/wire/outputs.ts";

function printed(isTerminal: boolean, outputs: readonly Shown[]): string {
  let text = "";
  const put = (part: string): void => {
    text += part;
  };
  const printer = new OutputPrinter({ isTerminal, out: put, err: (part) => put(`!${part}`) });
  for (const output of outputs) printer.print(output);
  printer.finish();
  return text;
}

const bar = (kind: "display" | "update_display", text: string): Shown => ({
  kind,
  displayId: "bar",
  data: { "text/plain": text },
  metadata: {},
});

describe("outputs in a terminal", () => {
  it("are text, and the names of types that have none", () => {
    const outputs: Shown[] = [
      { kind: "stream", name: "stdout", text: "a\n" },
      { kind: "stream", name: "stderr", text: "b\n" },
      { kind: "result", data: { "text/html": "<b>", "text/plain": "c" }, metadata: {} },
      { kind: "display", data: { "image/png": "AA==" }, metadata: {} },
      { kind: "clear_output", wait: false },
    ];
    expect(printed(true, outputs)).toBe("a\n!b\nc\n(image/png)\n");
  });

  it("change in place, as long as nothing stands below", () => {
    const outputs = [
      bar("display", "0 of 2"),
      bar("update_display", "1 of 2"),
      { kind: "stream" as const, name: "stdout" as const, text: "x\n" },
      bar("update_display", "2 of 2"),
    ];
    expect(printed(true, outputs)).toBe("0 of 2\n\u001b[1A\u001b[J1 of 2\nx\n2 of 2\n");
  });

  it("are printed as they ended where nothing can be written over", () => {
    const outputs = [
      bar("display", "0 of 2"),
      bar("update_display", "1"),
      bar("update_display", "2"),
    ];
    expect(printed(false, outputs)).toBe("0 of 2\n2\n");
    const error = { ename: "E", evalue: "", traceback: ["\u001b[31mE\u001b[0m"] };
    expect(printed(false, [{ kind: "error", ...error }])).toBe("!E\n");
    expect(printed(true, [{ kind: "error", ...error }])).toBe("!\u001b[31mE\u001b[0m\n");
  });

  it("may have colours, but do not move a terminal or write links into it", () => {
    const red = "\u001b[31mred\u001b[0m";
    const tricks = "\u001b]8;;http://x.y\u0007link\u001b]8;;\u0007\u001b[2J\u009b2J\u202eabc";
    const shown = "\\u{1b}]8;;http://x.y\\u{7}link\\u{1b}]8;;\\u{7}\\u{1b}[2J\\u{9b}2J\\u{202e}abc";
    const outputs: Shown[] = [
      { kind: "stream", name: "stdout", text: `${red}\t${tricks}\r\n` },
      { kind: "result", data: { "text/plain": `${red}${tricks}` }, metadata: {} },
      { kind: "error", ename: "E", evalue: tricks, traceback: [`E: ${tricks}`] },
    ];
    expect(printed(true, outputs)).toBe(`${red}\t${shown}\r\n${red}${shown}\n!E: ${shown}\n`);
  });

  it("keep colours that come in two pieces", () => {
    const pieces = ["a\u001b", "[3", "1mb", "c\u001b"];
    const outputs = pieces.map((text): Shown => ({ kind: "stream", name: "stdout", text }));
    expect(printed(true, outputs)).toBe("a\u001b[31mbc\\u{1b}");
    expect(printed(false, outputs)).toBe(pieces.join(""));
  });
});
