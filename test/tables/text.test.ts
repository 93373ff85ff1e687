import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tableFrom } from "../../lib/tables/frame.ts";
import { text } from "../../lib/tables/text.ts";

const comparison = tableFrom([
  { linux: "mainline", ipis: 646_316, ipis_saved: 0, ipis_saved_pct: 0, gup_fast_overhead_pct: 0 },
  {
    linux: "skip",
    ipis: 785,
    ipis_saved: 645_531,
    ipis_saved_pct: 99.8785,
    gup_fast_overhead_pct: 0.25,
  },
  { linux: "rcu", ipis: 0, ipis_saved: 646_316, ipis_saved_pct: 100, gup_fast_overhead_pct: null },
]);

describe("a table as text", () => {
  it("aligns numbers right, names left, and groups digits", () => {
    expect(text(comparison)).toBe(
      [
        "linux        ipis  ipis_saved  ipis_saved_pct  gup_fast_overhead_pct",
        "--------  -------  ----------  --------------  ---------------------",
        "mainline  646,316           0             0.0                   0.00",
        "skip          785     645,531            99.9                   0.25",
        "rcu             0     646,316           100.0                      -",
      ].join("\n"),
    );
  });

  it("wraps headers after an underscore when the line would be too long", () => {
    expect(text(comparison, { width: 50 })).toBe(
      [
        "                             ipis_  gup_fast_",
        "                     ipis_  saved_  overhead_",
        "linux        ipis    saved     pct        pct",
        "--------  -------  -------  ------  ---------",
        "mainline  646,316        0     0.0       0.00",
        "skip          785  645,531    99.9       0.25",
        "rcu             0  646,316   100.0          -",
      ].join("\n"),
    );
  });

  it("shortens texts with a tilde before it splits the table", () => {
    const workload = "collapse of 20 GiB by madvise while sixteen threads pin pages";
    expect(text(tableFrom([{ linux: "mainline", workload, seed: 1 }]), { width: 40 })).toBe(
      [
        "linux     workload                  seed",
        "--------  ------------------------  ----",
        "mainline  collapse of 20 GiB by m~     1",
      ].join("\n"),
    );
  });

  it("splits what still does not fit into blocks that repeat the first column", () => {
    const wide = tableFrom([{ linux: "skip", alpha: 1e9, beta: 2e9, gamma: 3e9, delta: 4e9 }]);
    expect(text(wide, { width: 40 })).toBe(
      [
        "linux          alpha           beta",
        "-----  -------------  -------------",
        "skip   1,000,000,000  2,000,000,000",
        "",
        "linux          gamma          delta",
        "-----  -------------  -------------",
        "skip   3,000,000,000  4,000,000,000",
      ].join("\n"),
    );
  });

  it("caps the rows and says of how many", () => {
    const many = tableFrom(Array.from({ length: 4096 }, (_, cpu) => ({ cpu, count: cpu })));
    expect(text(many, { maxRows: 2 })).toBe(
      ["cpu  count", "---  -----", "  0      0", "  1      1", "... 2 of 4,096 rows"].join("\n"),
    );
  });

  it("leaves digits together on request, and in identifiers always", () => {
    const table = tableFrom([{ seed: 20_260_324, ipis: 646_316 }]);
    expect(text(table)).toBe("    seed     ipis\n--------  -------\n20260324  646,316");
    expect(text(table, { separators: false })).toBe(
      "    seed    ipis\n--------  ------\n20260324  646316",
    );
  });

  it("writes absent values, truth values and big integers plainly", () => {
    const table = tableFrom([
      { a: null, b: true, c: 9007199254740993n, d: Number.NaN, e: -0.001 },
      { a: undefined, b: false, c: 1n, d: Number.POSITIVE_INFINITY, e: 1.5 },
    ]);
    expect(text(table)).toBe(
      [
        "a  b                        c    d     e",
        "-  ---  ---------------------  ---  ----",
        "-  yes  9,007,199,254,740,993    -  0.00",
        "-  no                       1  inf  1.50",
      ].join("\n"),
    );
  });

  it("escapes what could move the cursor or is not ASCII", () => {
    const table = tableFrom([{ "na\tme": "a\nb\u202ec\u001b[31m\u00e9" }]);
    expect(text(table).split("\n").at(-1)).toBe("a\\nb\\u{202e}c\\u{1b}[31m\\u{e9}");
    expect(text(table).split("\n")[0]).toBe("na\\tme");
  });

  it("shows the rows in the order and selection of the table", () => {
    const table = comparison.filter((row: { ipis: number }) => row.ipis < 1000).orderby("ipis");
    expect(text(table.select("linux", "ipis"))).toBe(
      "linux  ipis\n-----  ----\nrcu       0\nskip    785",
    );
  });

  it("refuses options it does not know and widths no table fits", () => {
    expect(() => text(comparison, { widht: 72 } as object)).toThrow(
      /^SD002: unknown text option: "widht" .*; did you mean "width"\?\)$/,
    );
    expect(() => text(comparison, { width: 10 })).toThrow(
      "SD001: invalid width: 10 (expected 40…1000)",
    );
  });

  it("never exceeds the width and never leaves ASCII, whatever the data", () => {
    const cell = fc.oneof(fc.string({ unit: "binary" }), fc.double(), fc.bigInt(), fc.boolean());
    const rows = fc.array(fc.dictionary(fc.string({ minLength: 1 }), cell, { maxKeys: 6 }));
    fc.assert(
      fc.property(rows, fc.integer({ min: 40, max: 100 }), (data, width) => {
        const named = data.filter((row) => !Object.hasOwn(row, "__proto__"));
        for (const line of text(tableFrom(named), { width }).split("\n")) {
          expect(line.length).toBeLessThanOrEqual(width);
          expect(line).toMatch(/^[ -~]*$/);
        }
      }),
      { numRuns: 50 },
    );
  });
});
