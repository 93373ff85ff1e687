import { expect, it } from "vitest";
import { PrintBudget, printLimit } from "../../../kernel/wire/budget.ts";

it("shows all text of a cell that prints little", () => {
  const budget = new PrintBudget();
  expect(budget.spend("stdout", "a\n")).toEqual([{ name: "stdout", text: "a\n" }]);
  expect(budget.summary()).toEqual([]);
});

it("cuts at the limit, says so once, and at the end how much is missing", () => {
  const budget = new PrintBudget();
  const piece = "x".repeat(printLimit / 2 + 1);
  expect(budget.spend("stdout", piece)).toHaveLength(1);
  const [rest, notice, ...others] = budget.spend("stdout", piece);
  expect(rest?.text).toHaveLength(printLimit / 2 - 1);
  expect(notice).toMatchObject({ name: "stderr", text: expect.stringContaining("is left out") });
  expect(others).toEqual([]);
  expect(budget.spend("stderr", "y".repeat(3 * 1024 * 1024))).toEqual([]);
  expect(budget.summary()).toEqual([{ name: "stderr", text: "[3 Mi characters left out]\n" }]);
});
