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
    for (const text of ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\uff1d1"]) {
      const [name, value] = csv(tableFrom([{ [text]: text }])).split(/(?<=[^"])\n/);
      expect(name?.replace(/^"/, "")[0]).toBe("'");
      expect(value?.replace(/^"/, "")[0]).toBe("'");
    }
  });

  it("keeps negative numbers numbers", () => {
    expect(csv(tableFrom([{ n: -3 }]))).toBe("n\n-3\n");
  });
});
