/** Dynamic imports of a cell stay imports: tslab would turn them into `require`. */
import ts from "typescript";

/** `import(x)` becomes `__tslab__.import(x)`: a real import, from the folder of the notebook. */
export function dynamicImports(): ts.TransformerFactory<ts.SourceFile> {
  return (context) => {
    const visit = (node: ts.Node): ts.Node => {
      const visited = ts.visitEachChild(node, visit, context);
      if (!ts.isCallExpression(visited)) return visited;
      if (visited.expression.kind !== ts.SyntaxKind.ImportKeyword) return visited;
      const load = ts.setTextRange(
        ts.factory.createPropertyAccessExpression(
          ts.factory.createIdentifier("__tslab__"),
          "import",
        ),
        visited.expression,
      );
      return ts.factory.updateCallExpression(visited, load, undefined, visited.arguments);
    };
    return (file) => ts.visitEachChild(file, visit, context);
  };
}
