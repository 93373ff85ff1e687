/** The text of docs/safety.md: wrong kernels, what the explorer finds about them, and how far. */
import { canonicalJson } from "../base/canonical.ts";
import type { MemoryModel } from "../explorer/system.ts";
import type { Property, Witnesses } from "../explorer/verdictData.ts";
import { describeArch } from "../machine/arch.ts";
import type { Linux } from "../policies/linux.ts";
import { linux } from "../policies/linux.ts";
import { grouped, markdownTable } from "../tables/markdown.ts";
import { FAMILIES } from "./mutantTable/families.ts";
import type { Finding, JudgedRow } from "./mutantTable/judge.ts";
import type { MutantRow } from "./mutantTable/row.ts";
import { MODELS, modelsOf, questionOf } from "./mutantTable/row.ts";
import { systemOf } from "./questions/questionSystem.ts";
import { findingsSection } from "./safetyFindings.ts";
import { FAMILY_TITLES, PROPERTY_TEXTS, safetyIntroduction, safetyLimits } from "./safetyTexts.ts";

/** The page, whole; `judged` has every row of every family. */
export function safetyPage(judged: readonly JudgedRow[]): string {
  const byId = new Map(judged.map((one) => [one.row.id, one]));
  const families = Object.entries(FAMILIES).flatMap(([family, rows]) =>
    familySection(
      FAMILY_TITLES[family] ?? family,
      rows.flatMap(({ id }) => byId.get(id) ?? []),
    ),
  );
  const parts = [
    safetyIntroduction(countsOf(judged)),
    ...findingsSection(byId),
    ...propertySection(),
    ...families,
    ...safetyLimits(),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** How many questions were asked, and how many answers are those that were expected. */
function countsOf(judged: readonly JudgedRow[]): { rows: number; asked: number; agree: number } {
  const answers = judged.flatMap(({ row, found, repaired }) => [
    ...found.map((one) => letterOf(one) === row.expected[MODELS.indexOf(one.memoryModel)]),
    ...Object.values(repaired).flatMap((all) => all.map((one) => letterOf(one) === "P")),
  ]);
  return {
    rows: judged.length,
    asked: answers.length,
    agree: answers.filter((is) => is).length,
  };
}

function letterOf({ outcome }: Finding): string {
  return { holds: "P", violated: "F", undecided: "undecided", vacuous: "vacuous" }[outcome];
}

function propertySection(): string[] {
  const rows = Object.entries(PROPERTY_TEXTS).map(([name, text]) => [name, text]);
  return [
    "## What is judged",
    markdownTable(["property", "what must never be"], rows),
    "A scenario that cannot fail proves nothing. Each names what has to happen at least once in" +
      " some interleaving; where it never does, the verdict is *vacuous*, not *holds*.",
    markdownTable(["scenario", "judges", "must happen at least once"], scenarioRows()),
  ];
}

/** Every scenario that the table uses, with all that it judges and asks for in some row. */
function scenarioRows(): string[][] {
  const judges = new Map<string, Set<Property>>();
  const wants = new Map<string, Set<keyof Witnesses>>();
  for (const row of Object.values(FAMILIES).flat()) {
    const { type } = row.question.scenario;
    const { plan } = systemOf(questionOf(row, row.question, "sc"));
    judges.set(type, new Set([...(judges.get(type) ?? []), ...plan.properties, "P-LIVE" as const]));
    wants.set(type, new Set([...(wants.get(type) ?? []), ...plan.sometimes]));
  }
  return [...judges].map(([type, properties]) => [
    `\`${type}\``,
    [...properties].join(", "),
    [...(wants.get(type) ?? [])].join(", "),
  ]);
}

function familySection(title: string, judged: readonly JudgedRow[]): string[] {
  const rows = judged.map(({ row }) => row);
  const reasons = [...new Set(rows.flatMap(({ noWeak }) => noWeak ?? []))];
  const notes = rows.flatMap(({ id, note }) => (note === undefined ? [] : [`- ${id}: ${note}`]));
  return [
    `## ${title}`,
    markdownTable(
      ["", "what is wrong", "expected", ...MODELS, "repaired, or beside it"],
      judged.map(rowCells),
    ),
    ...reasons.map((reason) => `Not asked under weak: ${reason}.`),
    ...(notes.length > 0 ? [notes.join("\n")] : []),
    `### ${title}: questions and schedules`,
    judged.map(questionText).join("\n"),
  ];
}

/** A line of the table; the first three cells are what was expected. */
export function rowCells({ row, found, repaired }: JudgedRow): string[] {
  const cell = (memoryModel: MemoryModel): string => {
    const one = found.find((finding) => finding.memoryModel === memoryModel);
    return one === undefined ? "–" : verdictText(one);
  };
  return [
    row.id,
    row.what,
    expectedText(row),
    ...MODELS.map(cell),
    Object.entries(repaired)
      .map(([name, all]) => `${name}: ${all.map(verdictText).join(", ")}`)
      .join("; "),
  ];
}

function expectedText({ expected, property }: MutantRow): string {
  return `${expected.replaceAll("-", "–")}${property === undefined ? "" : ` ${property}`}`;
}

/** Letter and states: `F 1,823`; † within windows or buffers that were full. */
function verdictText(one: Finding): string {
  const isWithin = one.outcome === "holds" && one.isBounded;
  return `${letterOf(one)} ${grouped(one.states)}${isWithin ? " †" : ""}`;
}

/** What was asked, so that it can be asked again, and the schedules of what was violated. */
export function questionText({ row, found }: JudgedRow): string {
  const asked = questionOf(row, row.question, modelsOf(row)[0]!);
  const { scenario, machine, backend, cpus, preemptions } = asked;
  const scene = [
    `\`${scenario.describe()[0]!.replace("scenario ", "")}\``,
    kernelText(asked.linux),
    `${describeArch(machine.arch)}, ${backend.label()}, ${cpus} CPUs`,
    ...(preemptions > 0 ? [`each stopped up to ${preemptions} times`] : []),
    ...(asked.completion === "everybody" ? ["a wait completes everybody's invalidations"] : []),
    ...(row.expected[2] === "-" ? [] : [`window ${row.window ?? 8}`]),
  ];
  const { plan } = systemOf(asked);
  return [
    `- **${row.id}**: ${scene.join("; ")}. Bounds: ${plan.bounds.join("; ")}.`,
    ...found.flatMap(scheduleLines),
  ].join("\n");
}

function scheduleLines({ schedule, memoryModel, depth, property }: Finding): string[] {
  if (schedule === null) return [];
  return [`  - ${memoryModel}, ${property}, ${depth} steps: \`${schedule}\``];
}

/** The release, and the policies that are not mainline's. */
function kernelText(kernel: Linux): string {
  const { release } = kernel;
  const mainline = linux({ release });
  const groups = ["tableSync", "lazyTlb", "unmapFlush"] as const;
  const own = groups.filter(
    (group) => canonicalJson(kernel[group]) !== canonicalJson(mainline[group]),
  );
  const texts = own.map((group) => `\`${kernel[group].describe()[0]!}\``);
  return [`linux ${release}`, ...(texts.length === 0 ? ["as merged"] : texts)].join(", ");
}
