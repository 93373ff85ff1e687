/**
 * khugepaged without a CPU of its own: it sleeps after each pass, and the scheduler wakes it up on
 * another idle CPU.
 */
import { program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { Task } from "../steps/task.ts";

/** Tables of one pass: `pages_to_scan` is 4,096 pages. */
const PASS_TABLES = 8;

/** The range and the CPUs over which khugepaged goes, in turn from the first one. */
export interface Wandering {
  readonly mm: number;
  readonly first: number;
  readonly last: number;
  readonly cpus: readonly number[];
}

/** One task for each CPU: `pass` (parameters mm, first, last) over each table of its turns. */
export function wanderingKhugepaged(pass: Program, { mm, first, last, cpus }: Wandering): Task[] {
  const visit = visits(pass);
  const passes = Math.ceil((last - first) / PASS_TABLES);
  return cpus.slice(0, passes).map((cpu, turn) => {
    const next = cpus[(turn + 1) % cpus.length]!;
    const args = { mm, last, next, from: first + turn * PASS_TABLES, step: cpus.length };
    return { cpu, program: visit, args: { ...args, first } };
  });
}

function visits(pass: Program): Program {
  const params = ["mm", "first", "last", "from", "step", "next"];
  const source = "mm/khugepaged.c khugepaged(), khugepaged_wait_work()";
  return program("khugepaged", { params, source }, (k) => {
    k.compute("stride", "step", "*", PASS_TABLES);
    k.while("from", "<", "last", () => {
      k.if("from", "!=", "first", () => k.sleep());
      k.compute("end", "from", "+", PASS_TABLES);
      k.compute("end", "end", "min", "last");
      k.include(pass, { mm: "mm", first: "from", last: "end" });
      k.if("end", "<", "last", () => {
        k.awaitSleep("next");
        k.wake("next");
      });
      k.compute("from", "from", "+", "stride");
    });
  });
}
