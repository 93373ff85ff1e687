/** Small pieces of syntax that the transforms build. */
import type ts from "typescript";
import { typescript } from "../compiler.ts";

/** `exports.name`, at the place of `original` so that errors point there. */
export function exported(name: string, original?: ts.Node): ts.PropertyAccessExpression {
  const access = typescript.factory.createPropertyAccessExpression(
    typescript.factory.createIdentifier("exports"),
    name,
  );
  return original === undefined ? access : standingAt(access, original);
}

/**
 * `{ exports.name = value; }`. A block, because tslab takes a bare assignment at the end of a cell
 * for its last expression.
 */
export function share(name: string, value: ts.Expression): ts.Statement {
  const assignment = typescript.factory.createAssignment(exported(name), value);
  return typescript.factory.createBlock([typescript.factory.createExpressionStatement(assignment)]);
}

/** `{ exports.name = name; }` */
export function shareLocal(name: string): ts.Statement {
  return share(name, typescript.factory.createIdentifier(name));
}

/** `(0, exports.f)`, as TypeScript emits calls of imports: as callee it leaves `this` undefined. */
export function detached(access: ts.Expression): ts.Expression {
  const zero = typescript.factory.createNumericLiteral(0);
  const pair = typescript.factory.createParenthesizedExpression(
    typescript.factory.createComma(zero, access),
  );
  return standingAt(pair, access);
}

/** `__tslab__.name(argument)`: a service of the kernel, called at the place of its argument. */
export function kernelCall(name: string, argument?: ts.Expression): ts.CallExpression {
  const service = typescript.factory.createPropertyAccessExpression(
    typescript.factory.createIdentifier("__tslab__"),
    name,
  );
  if (argument === undefined)
    return typescript.factory.createCallExpression(service, undefined, []);
  const call = typescript.factory.createCallExpression(service, undefined, [argument]);
  return typescript.setTextRange(call, argument);
}

/** The place of the node in source maps; its start alone, because that is where calls are seen. */
function standingAt<T extends ts.Node>(node: T, place: ts.Node): T {
  return typescript.setEmitFlags(
    typescript.setTextRange(node, place),
    typescript.EmitFlags.NoTrailingSourceMap,
  );
}

/** A binding pattern as the left side of an assignment: `{ a, b: [c = 1] }` onto `exports`. */
export function assignmentTarget(name: ts.BindingName, visit: ts.Visitor): ts.Expression {
  if (typescript.isIdentifier(name)) return exported(name.text, name);
  if (typescript.isObjectBindingPattern(name)) {
    const properties = name.elements.map((element) => propertyTarget(element, visit));
    return typescript.factory.createObjectLiteralExpression(properties);
  }
  const elements = name.elements.map((element) => {
    if (typescript.isOmittedExpression(element)) return element;
    const target = elementTarget(element, visit);
    return element.dotDotDotToken ? typescript.factory.createSpreadElement(target) : target;
  });
  return typescript.factory.createArrayLiteralExpression(elements);
}

function propertyTarget(
  element: ts.BindingElement,
  visit: ts.Visitor,
): ts.ObjectLiteralElementLike {
  const target = elementTarget(element, visit);
  if (element.dotDotDotToken) return typescript.factory.createSpreadAssignment(target);
  // Without a property name the element is a plain name: `{ a }`.
  const key = element.propertyName ?? (element.name as ts.Identifier);
  if (typescript.isIdentifier(key))
    return typescript.factory.createPropertyAssignment(key.text, target);
  return typescript.factory.createPropertyAssignment(
    typescript.visitNode(key, visit) as ts.PropertyName,
    target,
  );
}

function elementTarget(element: ts.BindingElement, visit: ts.Visitor): ts.Expression {
  const target = assignmentTarget(element.name, visit);
  const byDefault = typescript.visitNode(element.initializer, visit, typescript.isExpression);
  return byDefault === undefined ? target : typescript.factory.createAssignment(target, byDefault);
}

/**
 * Gives a function without a name the name it would have had from its declaration:
 * `exports.f = () => 1` leaves it anonymous, `({ f: () => 1 })["f"]` does not.
 */
export function named(name: ts.BindingName, value: ts.Expression): ts.Expression {
  if (!typescript.isIdentifier(name) || !isAnonymousFunction(value)) return value;
  const holder = typescript.factory.createObjectLiteralExpression([
    typescript.factory.createPropertyAssignment(name.text, value),
  ]);
  return typescript.factory.createElementAccessExpression(
    typescript.factory.createParenthesizedExpression(holder),
    typescript.factory.createStringLiteral(name.text),
  );
}

/** True for a function or class expression that would take the name of what it is assigned to. */
export function isAnonymousFunction(value: ts.Expression): boolean {
  if (typescript.isArrowFunction(value)) return true;
  return (
    (typescript.isFunctionExpression(value) || typescript.isClassExpression(value)) && !value.name
  );
}
