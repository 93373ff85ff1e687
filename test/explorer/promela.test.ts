import { expect, test } from "vitest";
import { explore } from "../../lib/explorer/explore.ts";
import { toPromela } from "../../lib/explorer/promela/promela.ts";
import { own, program } from "../../lib/steps/builder.ts";
import { QUESTIONS } from "./promelaQuestions.ts";
import { expectSpinToAgree } from "./spin.ts";
import { sync, tracked, walker, walking } from "./trackers.ts";

test.for(QUESTIONS)("$name: verdict and counts are those that SPIN found", (question) => {
  const found = explore(question.spec, { merging: false, symmetry: false });
  expect(found.outcome).toBe(question.outcome);
  if (question.states === undefined) return;
  expect([found.states, found.transitions]).toEqual([question.states, question.transitions]);
});

/** All of them are in promela.slow.test.ts. */
const FEW = QUESTIONS.filter(({ name }) => ["1 walker, sc", "no fence, x86-tso"].includes(name));

test.for(FEW)("$name: SPIN finds the same", (question, { skip }) => {
  expectSpinToAgree(question, skip);
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
