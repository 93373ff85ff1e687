/** A schedule as text: one column a CPU, like a litmus test. */
import type { Schedule } from "./schedule.ts";
import type { System } from "./system.ts";

/** Columns of a listing are as wide as their texts, up to so many characters. */
const WIDEST = 64;

/** One line a step, in the column of the CPU that took it, with what it saw. */
export function scheduleListing(system: System, schedule: Schedule): string {
  const names = system.spec.lanes.map(({ name }, i) => `CPU ${i}: ${name}`);
  const rows = schedule.steps.map(({ lane, text, saw }) => ({ lane, text: fitted(text, saw) }));
  const widths = names.map((name, column) => {
    const texts = rows.filter(({ lane }) => lane === column).map(({ text }) => text.length);
    return Math.max(name.length, ...texts);
  });
  const line = (number: string, cells: readonly string[]): string =>
    [number, ...cells.map((cell, i) => cell.padEnd(widths[i]!))].join("  ").trimEnd();
  const { violation } = schedule;
  const end =
    violation === undefined
      ? "nothing is violated"
      : `${violation.property} violated${violation.lane < 0 ? "" : ` by CPU ${violation.lane}`}`;
  return [
    line("step", names),
    ["----", ...widths.map((width) => "-".repeat(width))].join("  "),
    ...rows.map(({ lane, text }, i) =>
      line(
        String(i + 1).padStart(4),
        names.map((_, column) => (column === lane ? text : "")),
      ),
    ),
    end,
    "",
  ].join("\n");
}

/** A step that is too long is cut; what it saw never is. */
function fitted(text: string, saw: string): string {
  const room = WIDEST - (saw === "" ? 0 : saw.length + 2);
  const short = text.length > room ? `${text.slice(0, room - 1)}…` : text;
  return saw === "" ? short : `${short}  ${saw}`;
}
