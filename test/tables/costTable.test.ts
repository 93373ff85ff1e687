import { describe, expect, it } from "vitest";
import { machine } from "../../lib/machine/machine.ts";
import "../../lib/tables/costTable.ts";

describe("the cost table of a machine", () => {
  it("has one row a step with its evidence and source", () => {
    const table = machine().costTable();
    expect(table.columnNames()).toEqual([
      "step",
      "ns",
      "evidence",
      "source",
      "range_lo",
      "range_hi",
    ]);
    expect(table.numRows()).toBe(machine().costRows().length);
    expect(table.object(0)).toEqual({ ...machine().costRows()[0] });
  });
});
