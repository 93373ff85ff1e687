/**
 * Loops that an interrupt can end: each turn begins with `__tslab__.tick()`, which throws when the
 * cell has been interrupted. Loops alone: Arquero reads the source of a table expression, and an
 * expression has no loops.
 */
import type ts from "typescript";
import { typescript } from "../compiler.ts";
import { kernelCall } from "./factory.ts";

/** Puts a tick into every loop of a cell. */
export function loopTicks(): ts.TransformerFactory<ts.SourceFile> {
  return (context) => {
    const visit = (node: ts.Node): ts.Node => {
      const visited = typescript.visitEachChild(node, visit, context);
      return typescript.isIterationStatement(visited, false) ? withTick(visited) : visited;
    };
    return (file) => typescript.visitEachChild(file, visit, context);
  };
}

function withTick(loop: ts.IterationStatement): ts.Statement {
  const { factory } = typescript;
  const call = typescript.setTextRange(kernelCall("tick"), loop);
  const tick = typescript.setTextRange(factory.createExpressionStatement(call), loop);
  const { statement } = loop;
  const body = typescript.isBlock(statement)
    ? factory.updateBlock(statement, [tick, ...statement.statements])
    : factory.createBlock([tick, statement]);
  if (typescript.isForStatement(loop)) {
    const { initializer, condition, incrementor } = loop;
    return factory.updateForStatement(loop, initializer, condition, incrementor, body);
  }
  if (typescript.isForOfStatement(loop)) {
    const { awaitModifier, initializer, expression } = loop;
    return factory.updateForOfStatement(loop, awaitModifier, initializer, expression, body);
  }
  if (typescript.isForInStatement(loop)) {
    return factory.updateForInStatement(loop, loop.initializer, loop.expression, body);
  }
  if (typescript.isDoStatement(loop)) return factory.updateDoStatement(loop, body, loop.expression);
  const loopWhile = loop as ts.WhileStatement;
  return factory.updateWhileStatement(loopWhile, loopWhile.expression, body);
}
