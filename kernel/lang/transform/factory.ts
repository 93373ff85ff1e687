/** Small pieces of syntax that the transforms build. */
import ts from "typescript";

/** `exports.name`, at the place of `original` so that errors point there. */
export function exported(name: string, original?: ts.Node): ts.PropertyAccessExpression {
  const access = ts.factory.createPropertyAccessExpression(
    ts.factory.createIdentifier("exports"),
    name,
  );
  return original === undefined ? access : standingAt(access, original);
}

/**
 * `{ exports.name = value; }`. A block, because tslab takes a bare assignment at the end of a cell
 * for its last expression.
 */
export function share(name: string, value: ts.Expression): ts.Statement {
  const assignment = ts.factory.createAssignment(exported(name), value);
  return ts.factory.createBlock([ts.factory.createExpressionStatement(assignment)]);
}

/** `{ exports.name = name; }` */
export function shareLocal(name: string): ts.Statement {
  return share(name, ts.factory.createIdentifier(name));
}

/** `(0, exports.f)`, as TypeScript emits calls of imports: as callee it leaves `this` undefined. */
export function detached(access: ts.Expression): ts.Expression {
  const zero = ts.factory.createNumericLiteral(0);
  const pair = ts.factory.createParenthesizedExpression(ts.factory.createComma(zero, access));
  return standingAt(pair, access);
}

/** `__tslab__.name(argument)`: a service of the kernel, called at the place of its argument. */
export function kernelCall(name: string, argument?: ts.Expression): ts.CallExpression {
  const service = ts.factory.createPropertyAccessExpression(
    ts.factory.createIdentifier("__tslab__"),
    name,
  );
  if (argument === undefined) return ts.factory.createCallExpression(service, undefined, []);
  const call = ts.factory.createCallExpression(service, undefined, [argument]);
  return ts.setTextRange(call, argument);
}

/** The place of the node in source maps; its start alone, because that is where calls are seen. */
function standingAt<T extends ts.Node>(node: T, place: ts.Node): T {
  return ts.setEmitFlags(ts.setTextRange(node, place), ts.EmitFlags.NoTrailingSourceMap);
}

/** A binding pattern as the left side of an assignment: `{ a, b: [c = 1] }` onto `exports`. */
export function assignmentTarget(name: ts.BindingName, visit: ts.Visitor): ts.Expression {
  if (ts.isIdentifier(name)) return exported(name.text, name);
  if (ts.isObjectBindingPattern(name)) {
    const properties = name.elements.map((element) => propertyTarget(element, visit));
    return ts.factory.createObjectLiteralExpression(properties);
  }
  const elements = name.elements.map((element) => {
    if (ts.isOmittedExpression(element)) return element;
    const target = elementTarget(element, visit);
    return element.dotDotDotToken ? ts.factory.createSpreadElement(target) : target;
  });
  return ts.factory.createArrayLiteralExpression(elements);
}

function propertyTarget(
  element: ts.BindingElement,
  visit: ts.Visitor,
): ts.ObjectLiteralElementLike {
  const target = elementTarget(element, visit);
  if (element.dotDotDotToken) return ts.factory.createSpreadAssignment(target);
  // Without a property name the element is a plain name: `{ a }`.
  const key = element.propertyName ?? (element.name as ts.Identifier);
  if (ts.isIdentifier(key)) return ts.factory.createPropertyAssignment(key.text, target);
  return ts.factory.createPropertyAssignment(ts.visitNode(key, visit) as ts.PropertyName, target);
}

function elementTarget(element: ts.BindingElement, visit: ts.Visitor): ts.Expression {
  const target = assignmentTarget(element.name, visit);
  const byDefault = ts.visitNode(element.initializer, visit, ts.isExpression);
  return byDefault === undefined ? target : ts.factory.createAssignment(target, byDefault);
}

/**
 * Gives a function without a name the name it would have had from its declaration:
 * `exports.f = () => 1` leaves it anonymous, `({ f: () => 1 })["f"]` does not.
 */
export function named(name: ts.BindingName, value: ts.Expression): ts.Expression {
  if (!ts.isIdentifier(name) || !isAnonymousFunction(value)) return value;
  const holder = ts.factory.createObjectLiteralExpression([
    ts.factory.createPropertyAssignment(name.text, value),
  ]);
  return ts.factory.createElementAccessExpression(
    ts.factory.createParenthesizedExpression(holder),
    ts.factory.createStringLiteral(name.text),
  );
}

/** True for a function or class expression that would take the name of what it is assigned to. */
export function isAnonymousFunction(value: ts.Expression): boolean {
  if (ts.isArrowFunction(value)) return true;
  return (ts.isFunctionExpression(value) || ts.isClassExpression(value)) && !value.name;
}
