/**
 * `npm run bench`: ratios against peers and limits, from one interleaved run.
 *
 *     node bench/run.mjs [--rounds N] [--only GROUP]... [--quick] [--json]
 *
 * Every measurement is a process of its own, made once a round, all in turn; a figure follows from
 * medians of CPU time (of kernels: of wall time). --only takes a group of bars.mjs; --quick makes
 * one short round, whose figures say little. Exits 1 when a bar is missed.
 */
import { build } from "../scripts/tasks.mjs";
import { argumentsOf, refuse } from "../scripts/usage.mjs";
import { checkAgreement } from "./agreement.mjs";
import { bars } from "./bars.mjs";
import { allMeasurements, modelEvents } from "./measurements.mjs";
import { preparePeers } from "./programs.mjs";
import { median, tableOf } from "./results.mjs";

const groups = [...new Set(bars.map(({ group }) => group))];
const help = `usage: node bench/run.mjs [options]

Ratios against peers and limits, from one interleaved run; status 1 when a bar is missed.

  --rounds N     measure everything N times (5)
  --only GROUP   only the bars of a group; may be given several times:
                 ${groups.join(", ")}
  --quick        one short round, whose figures say little
  --json         print the results as JSON`;
const chosenOptions = options();

process.exitCode = build() || main();

function main() {
  const { only, rounds, quick, json } = chosenOptions;
  const say = json ? () => {} : console.log;
  const missing = preparePeers();
  for (const [program, reason] of Object.entries(missing)) say(`skipped: ${program}: ${reason}`);
  const chosen = bars.filter(({ group }) => only.length === 0 || only.includes(group));
  const programs = new Set(chosen.flatMap(({ needs }) => needs.map((name) => name.split(" ")[0])));
  if (Object.keys(modelEvents).some((program) => programs.has(program))) {
    say(`same model: ${checkAgreement(missing)} runs agree`);
  }
  const samples = measure(chosen, { rounds, share: quick ? 0.25 : 1, missing, say });
  const results = chosen.map((bar) => judge(bar, samples, missing));
  console.log(json ? JSON.stringify({ rounds, results }, null, 2) : tableOf(results));
  return results.some(({ verdict }) => verdict === "MISSED") ? 1 : 0;
}

function options() {
  const { values } = argumentsOf(help, {
    options: {
      rounds: { type: "string", default: "5" },
      only: { type: "string", multiple: true, default: [] },
      quick: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  const unknown = values.only.find((group) => !groups.includes(group));
  const rounds = values.quick ? 1 : Number(values.rounds);
  if (unknown !== undefined) refuse(`unknown group: --only ${unknown}`, help);
  if (!(Number.isInteger(rounds) && rounds > 0)) {
    refuse(`--rounds ${values.rounds}: expected a number from 1 on`, help);
  }
  return { ...values, rounds };
}

/** Makes every measurement that some bar needs, round by round; name → what each round gave. */
function measure(chosen, { rounds, share, missing, say }) {
  const needed = new Set(chosen.flatMap(({ needs }) => needs));
  const made = [...allMeasurements(share)].filter(
    ([name, { program }]) => needed.has(name) && !(program in missing),
  );
  const samples = new Map(made.map(([name]) => [name, []]));
  for (let round = 1; round <= rounds; round++) {
    say(`round ${round} of ${rounds}: ${made.length} measurements ...`);
    for (const [name, { make }] of made) samples.get(name).push(make());
  }
  return samples;
}

/** A bar with its figure and whether that holds; skipped where a program is missing. */
function judge({ group, what, needs, figure, equal = [], atMost, atLeast }, samples, missing) {
  const bar = { group, what, atMost, atLeast };
  const absent = needs.find((name) => !samples.has(name));
  if (absent !== undefined) return { ...bar, verdict: `skipped: ${missing[absent.split(" ")[0]]}` };
  const digests = new Set(equal.flatMap((name) => samples.get(name).map(({ digest }) => digest)));
  if (digests.size > 1) return { ...bar, verdict: "MISSED", reason: "results differ" };
  const value = figure((name, field, per) =>
    median(samples.get(name).map((one) => one[field] / (per === undefined ? 1 : one[per]))),
  );
  if (atMost === undefined && atLeast === undefined) return { ...bar, value, verdict: "told" };
  const holds = atMost === undefined ? value >= atLeast : value <= atMost;
  return { ...bar, value, verdict: holds ? "ok" : "MISSED" };
}
