/** The plan of a sweep on disk: sealed lines, twice: damaged ones are read from the copy. */
import path from "node:path";
import { malformed } from "../../base/messages.ts";
import type { Axis } from "../sweep/axes.ts";
import { type CellTask, PART_NAMES, type Part, type PartName } from "../sweep/cell.ts";
import { type Plan, type PlanCell, partsOfPlan } from "../sweep/plan.ts";
import { readIfThere, replaceFile } from "./files.ts";
import { sealed, visitLines } from "./lines.ts";

/** The two files with the same lines. */
export const PLAN_FILES = ["plan.ndjson", "plan.copy.ndjson"] as const;

/** Version of the lines. */
export const SCHEMA = 1;

/** Cells in one line. */
const BLOCK = 1_000;

type Line = HeadLine | PartLine | CellLine;

interface HeadLine {
  readonly n: 0;
  readonly head: Omit<Plan, "cells"> & { schema: number; parts: number; blocks: number };
}

interface PartLine {
  readonly n: number;
  readonly part: Part;
}

/** Columns of up to {@link BLOCK} cells; parts and labels by number. */
interface CellLine {
  readonly n: number;
  readonly cells: {
    readonly key: readonly string[];
    readonly seed: readonly number[];
    readonly cost: readonly number[];
    readonly labels: readonly (readonly number[])[];
    readonly parts: Readonly<Record<PartName, readonly number[]>>;
  };
}

/** A plan as it was read, and what was damaged on the way. */
export interface StoredPlan {
  readonly plan: Plan;
  /** Files with lines that were read from the other one. */
  readonly damaged: readonly string[];
}

/** Writes the plan into a folder. Throws SD011. */
export function writePlan(folder: string, plan: Plan): void {
  const text = linesOf(plan)
    .map((line) => sealed(JSON.stringify(line)))
    .join("");
  for (const name of PLAN_FILES) replaceFile(path.join(folder, name), text);
}

/** The plan of a folder; undefined where there is none. Throws SD006 for a line damaged twice. */
export function readPlan(folder: string): StoredPlan | undefined {
  const lines = new Map<number, Line>();
  const damaged: string[] = [];
  let found = false;
  for (const name of PLAN_FILES) {
    const bytes = readIfThere(path.join(folder, name));
    found ||= bytes !== undefined;
    if (bytes === undefined || !readLines(bytes, lines)) damaged.push(name);
  }
  if (!found) return undefined;
  return { plan: planOfLines(folder, lines), damaged };
}

function readLines(bytes: Buffer, lines: Map<number, Line>): boolean {
  let whole = true;
  const rest = visitLines(bytes, 0, {
    good: (json) => {
      // The second file is the first one once more: what is there is not parsed again.
      const n = Number(/^\{"n":(\d+)/.exec(json)?.[1]);
      if (!lines.has(n)) lines.set(n, JSON.parse(json) as Line);
    },
    bad: () => {
      whole = false;
    },
  });
  return whole && rest === bytes.length && rest > 0;
}

function linesOf(plan: Plan): readonly Line[] {
  const parts = partsOfPlan(plan);
  const numbers = new Map([...parts.keys()].map((id, number) => [id, number]));
  const blocks = Math.ceil(plan.cells.length / BLOCK);
  const { axes, baseline, stop } = plan;
  const head = { schema: SCHEMA, axes, baseline, stop, parts: parts.size, blocks };
  return [
    { n: 0, head },
    ...[...parts.values()].map((part, i) => ({ n: 1 + i, part })),
    ...Array.from({ length: blocks }, (_, i) => ({
      n: 1 + parts.size + i,
      cells: columnsOf(plan.cells.slice(i * BLOCK, (i + 1) * BLOCK), numbers),
    })),
  ];
}

function columnsOf(
  cells: readonly PlanCell[],
  numbers: ReadonlyMap<string, number>,
): CellLine["cells"] {
  const numbersOf = (name: PartName): number[] =>
    cells.map(({ parts }) => numbers.get(parts[name].id)!);
  const { backend, linux, machine, workload } = {
    backend: numbersOf("backend"),
    linux: numbersOf("linux"),
    machine: numbersOf("machine"),
    workload: numbersOf("workload"),
  };
  return {
    key: cells.map(({ key }) => key),
    seed: cells.map(({ seed }) => seed),
    cost: cells.map(({ cost }) => cost),
    labels: cells.map(({ labels }) => labels),
    parts: { backend, linux, machine, workload },
  };
}

function planOfLines(folder: string, lines: ReadonlyMap<number, Line>): Plan {
  const { head } = lineAt<HeadLine>(folder, lines, 0);
  if (head.schema !== SCHEMA) {
    throw malformed(`plan of ${folder}`, `schema ${head.schema}`, `schema ${SCHEMA}`);
  }
  const parts = Array.from(
    { length: head.parts },
    (_, i) => lineAt<PartLine>(folder, lines, 1 + i).part,
  );
  const cells: PlanCell[] = [];
  const combinations = new Combinations(parts);
  for (let block = 0; block < head.blocks; block++) {
    const line = lineAt<CellLine>(folder, lines, 1 + head.parts + block);
    addCells(cells, line.cells, combinations);
  }
  const { axes, baseline, stop } = head as { axes: readonly Axis[] } & HeadLine["head"];
  return { axes, baseline, stop, cells };
}

function addCells(to: PlanCell[], columns: CellLine["cells"], combinations: Combinations): void {
  const { key, seed, cost, labels, parts: numbers } = columns;
  for (let i = 0; i < key.length; i++) {
    const parts = combinations.of(numbers, i);
    to.push({ key: key[i]!, seed: seed[i]!, cost: cost[i]!, parts, labels: labels[i]! });
  }
}

/** Parts of cells: one object for those that have the same ones. */
class Combinations {
  private readonly parts: readonly Part[];
  private readonly known = new Map<string, CellTask["parts"]>();

  constructor(parts: readonly Part[]) {
    this.parts = parts;
  }

  of(numbers: CellLine["cells"]["parts"], i: number): CellTask["parts"] {
    const { backend, linux, machine, workload } = numbers;
    const id = `${backend[i]} ${linux[i]} ${machine[i]} ${workload[i]}`;
    const known = this.known.get(id);
    if (known !== undefined) return known;
    const own = {} as Record<PartName, Part>;
    for (const name of PART_NAMES) own[name] = this.parts[numbers[name][i]!]!;
    this.known.set(id, own);
    return own;
  }
}

function lineAt<L extends Line>(folder: string, lines: ReadonlyMap<number, Line>, n: number): L {
  const line = lines.get(n);
  if (line !== undefined) return line as L;
  throw malformed(`plan of ${folder}`, `line ${n} is damaged in both files`, PLAN_FILES.join(", "));
}
