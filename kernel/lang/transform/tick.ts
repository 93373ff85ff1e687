/**
 * Loops that an interrupt can end: each turn begins with `__tslab__.tick()`, which throws when the
 * cell has been interrupted. Loops alone: Arquero reads the source of a table expression, and an
 * expression has no loops.
 */
import ts from "typescript";
import { kernelCall } from "./factory.ts";

/** Puts a tick into every loop of a cell. */
export function loopTicks(): ts.TransformerFactory<ts.SourceFile> {
  return (context) => {
    const visit = (node: ts.Node): ts.Node => {
      const visited = ts.visitEachChild(node, visit, context);
      return ts.isIterationStatement(visited, false) ? withTick(visited) : visited;
    };
    return (file) => ts.visitEachChild(file, visit, context);
  };
}

function withTick(loop: ts.IterationStatement): ts.Statement {
  const { factory } = ts;
  const call = ts.setTextRange(kernelCall("tick"), loop);
  const tick = ts.setTextRange(factory.createExpressionStatement(call), loop);
  const { statement } = loop;
  const body = ts.isBlock(statement)
    ? factory.updateBlock(statement, [tick, ...statement.statements])
    : factory.createBlock([tick, statement]);
  if (ts.isForStatement(loop)) {
    const { initializer, condition, incrementor } = loop;
    return factory.updateForStatement(loop, initializer, condition, incrementor, body);
  }
  if (ts.isForOfStatement(loop)) {
    const { awaitModifier, initializer, expression } = loop;
    return factory.updateForOfStatement(loop, awaitModifier, initializer, expression, body);
  }
  if (ts.isForInStatement(loop)) {
    return factory.updateForInStatement(loop, loop.initializer, loop.expression, body);
  }
  if (ts.isDoStatement(loop)) return factory.updateDoStatement(loop, body, loop.expression);
  const loopWhile = loop as ts.WhileStatement;
  return factory.updateWhileStatement(loopWhile, loopWhile.expression, body);
}
