import { test } from "vitest";
import { QUESTIONS } from "./promelaQuestions.ts";
import { expectSpinToAgree } from "./spin.ts";

test.for(QUESTIONS)("$name: SPIN finds the same", (question, { skip }) => {
  expectSpinToAgree(question, skip);
});
