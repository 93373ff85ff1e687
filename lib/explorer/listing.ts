/** A schedule as text: one column a CPU, like a litmus test. */
import type { Schedule } from "./schedule.ts";
import type { System } from "./system.ts";

/** Columns of a listing, in characters; longer texts are cut. */
const WIDTH = 44;

/** One line a step, in the column of the CPU that took it, with what it saw. */
export function scheduleListing(system: System, schedule: Schedule): string {
  const names = system.spec.lanes.map(({ name }, i) => `CPU ${i}: ${name}`);
  const rule = ["----", ...names.map(() => "-".repeat(WIDTH))].join("  ");
  const lines = schedule.steps.map(({ lane, text, saw }, i) => {
    const cells = names.map((_, column) =>
      column === lane ? cell(`${text}  ${saw}`.trim()) : cell(""),
    );
    return [String(i + 1).padStart(4), ...cells].join("  ").trimEnd();
  });
  const { violation } = schedule;
  const end =
    violation === undefined
      ? "nothing is violated"
      : `${violation.property} violated${violation.lane < 0 ? "" : ` by CPU ${violation.lane}`}`;
  return [["step", ...names.map(cell)].join("  ").trimEnd(), rule, ...lines, end, ""].join("\n");
}

function cell(text: string): string {
  return text.length > WIDTH ? `${text.slice(0, WIDTH - 1)}…` : text.padEnd(WIDTH);
}
