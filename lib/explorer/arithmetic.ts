/** Arithmetic and comparison of integers, as the steps have them. */
import type { Arithmetic, Relation } from "../steps/instructions.ts";

/** The result of an arithmetic step. */
export function compute(operator: Arithmetic, left: number, right: number): number {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return Math.floor(left / right);
    case "%":
      return left % right;
    case "min":
      return Math.min(left, right);
    case "max":
      return Math.max(left, right);
  }
}

/** Whether a relation holds. */
export function compare(relation: Relation, left: number, right: number): boolean {
  switch (relation) {
    case "==":
      return left === right;
    case "!=":
      return left !== right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
  }
}
