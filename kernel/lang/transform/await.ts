/**
 * Awaits that an interrupt can end: `await e` becomes `await __tslab__.await(e)`, in functions too,
 * and `for await (… of e)` iterates over `__tslab__.iterate(e)`.
 */
import type ts from "typescript";
import { typescript } from "../compiler.ts";
import { kernelCall } from "./factory.ts";

/** Rewrites every await of a cell. */
export function cancellableAwaits(): ts.TransformerFactory<ts.SourceFile> {
  return (context) => {
    const visit = (node: ts.Node): ts.Node => {
      const visited = typescript.visitEachChild(node, visit, context);
      if (typescript.isAwaitExpression(visited)) {
        const cancellable = kernelCall("await", visited.expression);
        return typescript.factory.updateAwaitExpression(visited, cancellable);
      }
      if (!typescript.isForOfStatement(visited) || visited.awaitModifier === undefined)
        return visited;
      return typescript.factory.updateForOfStatement(
        visited,
        visited.awaitModifier,
        visited.initializer,
        kernelCall("iterate", visited.expression),
        visited.statement,
      );
    };
    return (file) => typescript.visitEachChild(file, visit, context);
  };
}
