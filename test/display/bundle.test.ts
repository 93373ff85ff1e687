import { describe, expect, it } from "vitest";
import { displayed, displaySymbol } from "../../lib/display/bundle.ts";

async function text(value: unknown): Promise<unknown> {
  return (await displayed(value))?.data["text/plain"];
}

describe("what a value shows", () => {
  it("is nothing for undefined", async () => {
    expect(await displayed(undefined)).toBeUndefined();
  });

  it("is what Node prints, for plain values", async () => {
    expect(await text([1, { a: null }])).toBe("[ 1, { a: null } ]");
    expect(await text(new Map([["cpus", 4]]))).toBe("Map(1) { 'cpus' => 4 }");
    expect(await text(10n)).toBe("10n");
    expect(await text(false)).toBe("false");
  });

  it("is the text itself, for text", async () => {
    expect(await text("two\nlines")).toBe("two\nlines");
  });

  it("is its own bundle, returned or promised, alone or with metadata", async () => {
    const data = { "text/html": "<b>1</b>" };
    const metadata = { "image/png": { width: 1 } };
    const showing = (bundle: unknown) => displayed({ [displaySymbol]: () => bundle });
    expect(await showing(data)).toEqual({ data, metadata: {} });
    expect(await showing(Promise.resolve({ data, metadata }))).toEqual({ data, metadata });
    expect(await showing({ data })).toEqual({ data, metadata: {} });
  });

  it("may depend on the value itself", async () => {
    class Row {
      readonly n = 3;
      [displaySymbol](): unknown {
        return { "text/plain": `n ${this.n}` };
      }
    }
    expect(await text(new Row())).toBe("n 3");
  });

  it.each([[undefined], [{}], ["text"], [{ html: "<b>" }], [{ data: { html: 1 } }], [[1]]])(
    "must be a bundle, not %j",
    async (bundle) => {
      await expect(displayed({ [displaySymbol]: () => bundle })).rejects.toThrow(
        /^Symbol\.for\("Jupyter\.display"\) returned .* \(expected a MIME bundle\)$/,
      );
    },
  );
});
