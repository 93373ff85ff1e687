import { expect, test } from "vitest";
import { explore } from "../../lib/explorer/explore.ts";
import { toPromela } from "../../lib/explorer/promela/promela.ts";
import { own, program } from "../../lib/steps/builder.ts";
import { QUESTIONS } from "./promelaQuestions.ts";
import { spin, whyNoSpin } from "./spin.ts";
import { sync, tracked, walker, walking } from "./trackers.ts";

test.for(QUESTIONS)("$name: verdict and counts are those that SPIN found", (question) => {
  const found = explore(question.spec, { merging: false, symmetry: false });
  expect(found.outcome).toBe(question.outcome);
  if (question.states === undefined) return;
  expect([found.states, found.transitions]).toEqual([question.states, question.transitions]);
});

test.for(QUESTIONS)("$name: SPIN finds the same", (question, { skip }) => {
  const reason = whyNoSpin();
  if (reason !== undefined) console.info(`skipped: ${reason}`);
  skip(reason !== undefined, reason);
  const { states, transitions, errors } = spin(toPromela(question.spec));
  expect(errors).toBe(question.outcome === "holds" ? 0 : 1);
  if (question.states === undefined) return;
  expect([states, transitions]).toEqual([question.states, question.transitions]);
});

test("the model reads like the programs", () => {
  const programs = { walker: walker("full"), sync: sync({ clear: "store", fence: "full" }) };
  const text = toPromela(tracked("x86-tso", 1, programs));
  expect(text).toContain("/* mem: walking from 0 on; entry from 2 on; tables from 3 on */");
  expect(text).toContain("/* smp_mb() */");
  expect(text).toContain("active proctype Buffers()");
});

test("what has no form in Promela is refused", () => {
  const idle = program("idle", { source: "" }, (k) => k.store(own(walking), 0));
  const plain = tracked("sc", 1, { walker: idle, sync: idle });
  const [lane] = plain.lanes;
  const tableEntry = { variable: "entry", value: 1 };
  const wrong = [
    { ...plain, hardwareWalkers: true, tableEntry },
    { ...plain, lanes: [{ ...lane!, preemptions: 1 }] },
  ];
  for (const spec of wrong) expect(() => toPromela(spec)).toThrow("SD007");
  const divides = program("divides", { source: "" }, (k) => {
    k.load("one", own(walking));
    k.compute("half", "one", "/", 2);
    k.store(own(walking), "half");
  });
  const dividing = tracked("sc", 1, { walker: divides, sync: idle });
  expect(() => toPromela(dividing)).toThrow("SD007");
});
