/** Cross calls for their own sake: a function that does nothing (kernel/smp.c). */
import { program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";

/** The empty function. */
const handleIpi = program(
  "handle_ipi",
  { source: "[Norov] tools: IPI performance benchmark" },
  (k) => k.work("callEmpty"),
);

/** `smp_call_function_single(cpu, …, wait)`: parameter `cpu`. */
export const callOne: Program = program(
  "smp_call_function_single",
  { params: ["cpu"], source: "kernel/smp.c smp_call_function_single()" },
  (k) => {
    k.begin("call");
    k.emptyMask("target");
    k.addCpu("target", "cpu");
    k.crossCall("target", handleIpi);
    k.awaitCalls();
    k.end("call");
    k.tally("operations");
  },
);

/** `smp_call_function(…, wait)`: all other online CPUs. */
export const callAll: Program = program(
  "smp_call_function",
  { source: "kernel/smp.c smp_call_function()" },
  (k) => {
    k.begin("call");
    k.crossCall("online", handleIpi);
    k.awaitCalls();
    k.end("call");
    k.tally("operations");
  },
);
