/**
 * Gives machines the method `costTable()`. The layer `machine` may not import Arquero, so the
 * method joins the class here; `lib/index.ts` imports this file for its effect.
 */
import { Machine } from "../machine/machine.ts";
import { type ColumnTable, tableFrom } from "./frame.ts";
import { schemas } from "./schema.ts";

declare module "../machine/machine.ts" {
  interface Machine {
    /**
     * What each step costs on this machine, as the schema `costs` describes it: nanoseconds,
     * whether measured, cited or assumed, the source, and the plausible range (null when none is
     * known).
     */
    costTable(): ColumnTable;
  }
}

Object.defineProperty(Machine.prototype, "costTable", {
  value(this: Machine): ColumnTable {
    const rows = this.costRows().map((row) => ({ ...row }));
    return tableFrom(
      rows,
      schemas.costs.map((spec) => spec.name),
    );
  },
});
