import { describe, expect, it } from "vitest";
import { csv } from "../../lib/tables/csv.ts";
import { tableFrom } from "../../lib/tables/frame.ts";

describe("a table as CSV", () => {
  it("quotes what needs quotes and leaves absent values empty", () => {
    const table = tableFrom([
      { comm: 'a "b", c', n: -1.5 },
      { comm: "two\nlines", n: null },
    ]);
    expect(csv(table)).toBe('comm,n\n"a ""b"", c",-1.5\n"two\nlines",\n');
  });

  it("never starts a text as a spreadsheet formula does", () => {
    const texts = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\uff1d1"];
    const table = tableFrom(texts.map((text) => ({ "=name": text })));
    expect(csv(table)).toBe("'=name\n'=1+1\n'+1\n'-1\n'@SUM(A1)\n'\tx\n\"'\rx\"\n'\uff1d1\n");
  });

  it("keeps negative numbers numbers", () => {
    expect(csv(tableFrom([{ n: -3 }]))).toBe("n\n-3\n");
  });
});
