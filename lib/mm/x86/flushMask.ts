/** For which CPUs a `flush_tlb_multi` is. */
import { of, own } from "../../steps/builder.ts";
import type { Place } from "../../steps/instructions.ts";
import type { FlushOptions } from "../environment.ts";
import { ubcCpumask } from "../unmapVariables.ts";
import { mmCpumask } from "../variables.ts";

/** The mask of register `mm`, or that of the pages which the task on this CPU has unmapped. */
export function flushMaskOf(options: FlushOptions): Place {
  return options.anyMm === true ? own(ubcCpumask) : of(mmCpumask, "mm");
}
