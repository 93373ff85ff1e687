/**
 * Awaits that an interrupt can end: `await e` becomes `await __tslab__.await(e)`, in functions too,
 * and `for await (… of e)` iterates over `__tslab__.iterate(e)`.
 */
import ts from "typescript";
import { kernelCall } from "./factory.ts";

/** Rewrites every await of a cell. */
export function cancellableAwaits(): ts.TransformerFactory<ts.SourceFile> {
  return (context) => {
    const visit = (node: ts.Node): ts.Node => {
      const visited = ts.visitEachChild(node, visit, context);
      if (ts.isAwaitExpression(visited)) {
        const cancellable = kernelCall("await", visited.expression);
        return ts.factory.updateAwaitExpression(visited, cancellable);
      }
      if (!ts.isForOfStatement(visited) || visited.awaitModifier === undefined) return visited;
      return ts.factory.updateForOfStatement(
        visited,
        visited.awaitModifier,
        visited.initializer,
        kernelCall("iterate", visited.expression),
        visited.statement,
      );
    };
    return (file) => ts.visitEachChild(file, visit, context);
  };
}
