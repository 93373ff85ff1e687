/** The text of docs/costs.md: every cost of every platform, with its evidence and its source. */
import type { Backend } from "../backends/backend.ts";
import { behaviourOf, hyperv, kvm, xenPv } from "../backends/backend.ts";
import type { ContentionCurve } from "../machine/contention.ts";
import { contentionCurves } from "../machine/contention.ts";
import type { Cost } from "../machine/costs.ts";
import { costKeys, costSteps, evidences } from "../machine/costs.ts";
import type { CostRow } from "../machine/machine.ts";
import { machine } from "../machine/machine.ts";
import { machines } from "../machine/presets.ts";
import type { ProfileName } from "../machine/profile.ts";
import { profileNames, profiles } from "../machine/profile.ts";
import { onlyOn } from "../machine/profiles/tlbInstructions.ts";
import { sources } from "../machine/sources.ts";
import { grouped, markdownTable } from "../tables/markdown.ts";

/** One cost under the name of its step. */
type NamedCost = readonly [step: string, cost: Cost];

const INTRODUCTION = `# Costs

Written by \`node scripts/costsPage.mjs\`; do not edit. What one unit of each step takes, in integer
ns, and how far the figure can be trusted: *measured* on a running kernel by this project, which is
one AMD guest ([lab] below) whatever the platform; *cited*, published or derived from published
figures as the source says; *assumed*, no figure is known. The range is what is plausible.

\`machine.costTable()\` prints the table of one machine, \`machine.with({ costs })\` changes it; a
figure that is given without a source counts as assumed. \`machine.withCostsAt("low")\` and
\`("high")\` move costs to the ends of their ranges, to see what a conclusion hangs on. Counts of
interrupts do not depend on costs, except through who overlaps whom: [model.md](model.md).
`;

/** The page, whole. */
export function costsPage(): string {
  const body = [
    INTRODUCTION.trimEnd(),
    "## How well costs are known",
    evidenceCounts(),
    "## Contended lines",
    contentionText(),
    "## Steps",
    stepTable(),
    ...profileNames.flatMap(profileSection),
    "## Guests",
    ...guestSections(),
    "## Machines with figures of their own",
    machineTable(),
  ].join("\n\n");
  return `${body}\n\n## Publications\n\n${publications(body)}\n`;
}

/** Steps that a platform's architecture does not have are left out. */
function costsOf(name: ProfileName): NamedCost[] {
  const { arch, costs } = profiles[name];
  return costKeys
    .filter((step) => (onlyOn[step] ?? arch) === arch)
    .map((step) => [step, costs[step]]);
}

function evidenceCounts(): string {
  const rows = profileNames.map((name) => {
    const costs = costsOf(name);
    const { arch, contention } = profiles[name];
    const counts = evidences.map(
      (evidence) => costs.filter(([, cost]) => cost.evidence === evidence).length,
    );
    const lines = `${curveName(contention)}, ${contention.evidence}`;
    return [
      `[\`${name}\`](#${name.toLowerCase()})`,
      arch,
      ...[costs.length, ...counts].map(String),
    ].concat(lines);
  });
  const header = ["platform", "architecture", "steps", ...evidences, "contended lines"];
  return markdownTable(header, rows, ["left", "left", "right", "right", "right", "right"]);
}

function curveName(curve: ContentionCurve): string {
  const found = Object.entries(contentionCurves).find(([, one]) => one.source === curve.source);
  return found?.[0] ?? "";
}

/** One line a number of CPUs, one column a curve. */
function contentionText(): string {
  const curves = Object.entries(contentionCurves);
  const cpus = new Set(curves.flatMap(([, { points }]) => points.map(([count]) => count)));
  const rows = [...cpus]
    .sort((left, right) => left - right)
    .map((count) => [
      String(count),
      ...curves.map(([, { points }]) => {
        const point = points.find(([users]) => users === count);
        return point === undefined ? "" : decimal(point[1]);
      }),
    ]);
  const right = ["right", ...curves.map(() => "right" as const)] as const;
  return [
    "ns from one increment of a CPU to its next while so many CPUs increment one line. The line",
    "serves one increment after the other, each in that time divided by the CPUs; between two",
    "points that is linear, beyond the last it stays (`lib/machine/contention.ts`).",
    "",
    markdownTable(["CPUs", ...curves.map(([name]) => `\`${name}\``)], rows, right),
    "",
    ...curves.map(([name, { evidence, source }]) => `- \`${name}\`: ${evidence}; ${source}`),
  ].join("\n");
}

/** Digits in groups before the point. */
function decimal(value: number): string {
  const [whole = "", rest] = String(value).split(".");
  return rest === undefined ? grouped(Number(whole)) : `${grouped(Number(whole))}.${rest}`;
}

function stepTable(): string {
  return markdownTable(
    ["step", "what one unit is"],
    costKeys.map((step) => [`\`${step}\``, costSteps[step]]),
  );
}

function profileSection(name: ProfileName): string[] {
  const file = name === "x86TwoSocket" ? ", the default on x86" : "";
  return [`## ${name}`, `\`lib/machine/profiles/${name}.ts\`${file}.`, costTable(costsOf(name))];
}

function costTable(costs: readonly NamedCost[]): string {
  const rows = costs.map(([step, { ns, range, evidence, source }]) => [
    `\`${step}\``,
    grouped(ns),
    range === undefined ? "" : `${grouped(range[0])}–${grouped(range[1])}`,
    evidence,
    source,
  ]);
  const header = ["step", "ns", "range", "evidence", "source"];
  return markdownTable(header, rows, ["left", "right", "right"]);
}

/** Kinds of guests whose costs differ from one another. */
const GUESTS: readonly Backend[] = [
  kvm({ ipis: "exits" }),
  kvm({ ipis: "avic" }),
  hyperv(),
  xenPv(),
];

function guestSections(): string[] {
  const host = machine({ profile: "x86TwoSocket" });
  return [
    "What a guest on an `x86TwoSocket` machine pays differently (`lib/backends/guestCosts.ts`);" +
      ' `kvm()`, whose sends are hypercalls, pays as `kvm({ ipis: "exits" })`.',
    ...GUESTS.flatMap((guest) => {
      const changes = behaviourOf(guest).costs(host) as Readonly<Record<string, Cost>>;
      return [`### ${guest.label()}`, costTable(Object.entries(changes))];
    }),
  ];
}

/** Named machines of which a report gives a figure that their platform does not have. */
function machineTable(): string {
  const rows = Object.entries(machines).flatMap(([name, one]) => {
    const kin = profileNames.filter((profile) => profiles[profile].arch === one.arch.kind);
    const differences = kin.map((profile) => changedRows(one.costRows(), profile));
    const fewest = differences.sort((left, right) => left.length - right.length)[0] ?? [];
    return fewest.map((row) => [
      `\`${name}\``,
      `\`${row.step}\``,
      grouped(row.ns),
      `${grouped(row.range_lo ?? row.ns)}–${grouped(row.range_hi ?? row.ns)}`,
      row.evidence,
      row.source,
    ]);
  });
  const header = ["machine", "step", "ns", "range", "evidence", "source"];
  return markdownTable(header, rows, ["left", "left", "right", "right"]);
}

function changedRows(rows: readonly CostRow[], name: ProfileName): CostRow[] {
  const { costs } = profiles[name];
  return rows.filter(({ step, ns, source }) => {
    const known = costs[step];
    return known.ns !== ns || known.source !== source;
  });
}

/** Those that some source of the page names in brackets. */
function publications(page: string): string {
  return Object.entries(sources)
    .filter(([key]) => page.includes(`[${key}]`))
    .map(([key, text]) => `- [${key}] ${text}`)
    .join("\n");
}
