/** Plans of the lab: which cases run, with which parameters, on which machines. */
import fs from "node:fs";
import path from "node:path";
import { invalid, malformed, refused, unknownName } from "../../../lib/base/messages.ts";

/** Cases that the workload knows (`lab/src/main.c`). */
export const labCases: readonly string[] = [
  ...["idle", "membarrier", "collapse", "munmap", "mprotect", "dontneed", "madvfree", "cold"],
  ...["pageout", "mremap", "reclaim", "fork", "exit", "hugeshare"],
];

/** One case of a plan. */
export interface PlanLine {
  readonly caseName: string;
  /** As written, without blanks at its ends. */
  readonly text: string;
  /** Machines that it is for, by number of CPUs, and how often it is repeated. */
  readonly min: number;
  readonly max: number;
  readonly reps: number;
}

/** Cases under a name that boots carry: `main` in `x86-6.12-8-main`. */
export interface Plan {
  readonly name: string;
  readonly lines: readonly PlanLine[];
}

/** The workload's limits: bytes of a line, of a plan, and parameters. */
const longestLine = 500;
const longestPlan = 65_000;
const mostParameters = 60;

/** The folder `lab` of this package: sources of the workload, and plans. */
export function planNames(labFolder: string): string[] {
  return fs
    .readdirSync(path.join(labFolder, "plans"))
    .filter((file) => file.endsWith(".plan"))
    .map((file) => file.slice(0, -".plan".length))
    .sort();
}

/**
 * A plan of the package by name, or the file of that path. Throws SD002 for neither, SD006 for a
 * line that the workload does not understand, SD011 for a file that cannot be read.
 */
export function readPlan(labFolder: string, wanted: string): Plan {
  const known = planNames(labFolder);
  const isFile = /[./\\]/.test(wanted);
  if (!isFile && !known.includes(wanted)) throw unknownName("plan", wanted, known);
  const file = isFile ? wanted : path.join(labFolder, "plans", `${wanted}.plan`);
  const name = path.basename(file).replace(/\.\w+$/, "");
  if (!/^[a-z][a-z0-9]*$/.test(name)) {
    throw invalid(
      "plan",
      name,
      "a file name of small letters and digits: boots are named after it",
    );
  }
  return { name, lines: parsePlan(readText(file), file) };
}

function readText(file: string): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    throw refused("plan", file, (error as Error).message);
  }
}

/** The cases in the text of a plan. Throws SD006 with the number of the line. */
export function parsePlan(text: string, name: string): PlanLine[] {
  if (text.length > longestPlan) {
    throw malformed(`plan ${name}`, `${text.length} bytes`, `at most ${longestPlan}`);
  }
  return text.split("\n").flatMap((line, i) => {
    const own = line.trim();
    return own === "" || own.startsWith("#") ? [] : [planLine(own, `plan ${name} line ${i + 1}`)];
  });
}

function planLine(text: string, where: string): PlanLine {
  const [caseName = "", ...parameters] = text.split(/\s+/);
  if (!labCases.includes(caseName)) throw malformed(where, caseName, labCases.join(", "));
  const wrong = parameters.find((word) => !/^[a-z_0-9A-Z]+=[\w./-]{1,48}$/.test(word));
  if (wrong !== undefined) throw malformed(where, wrong, "name=value");
  if (text.length > longestLine || parameters.length > mostParameters) {
    throw malformed(where, `${text.slice(0, 40)}…`, `at most ${longestLine} characters`);
  }
  const number = (name: string, otherwise: number): number => {
    const given = parameters.find((word) => word.startsWith(`${name}=`));
    if (given === undefined) return otherwise;
    const value = given.slice(name.length + 1);
    if (!/^\d{1,6}$/.test(value)) throw malformed(where, given, `${name}=NUMBER`);
    return Number(value);
  };
  const [min, max, reps] = [number("min", 0), number("max", 1e6), number("reps", 3)];
  return { caseName, text: [caseName, ...parameters].join(" "), min, max, reps };
}

/** The plan with some of its cases. Throws SD002 for a case that is not in it. */
export function withCases(plan: Plan, wanted: readonly string[]): Plan {
  if (wanted.length === 0) return plan;
  const known = [...new Set(plan.lines.map(({ caseName }) => caseName))];
  for (const name of wanted) {
    if (!known.includes(name)) throw unknownName(`case of plan ${plan.name}`, name, known);
  }
  return { ...plan, lines: plan.lines.filter(({ caseName }) => wanted.includes(caseName)) };
}

/** The lines that run on a machine of so many CPUs. */
export function linesFor({ lines }: Plan, cpus: number): readonly PlanLine[] {
  return lines.filter(({ min, max }) => min <= cpus && cpus <= max);
}

/** How many runs a boot makes. */
export function runsOf(plan: Plan, cpus: number): number {
  return linesFor(plan, cpus).reduce((sum, { reps }) => sum + reps, 0);
}

/** The text that the workload reads. */
export function planText({ lines }: Plan): string {
  return lines.map(({ text }) => `${text}\n`).join("");
}
