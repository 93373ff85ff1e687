/** Dynamic imports of a cell stay imports: tslab would turn them into `require`. */
import type ts from "typescript";
import { typescript } from "../compiler.ts";

/** `import(x)` becomes `__tslab__.import(x)`: a real import, from the folder of the notebook. */
export function dynamicImports(): ts.TransformerFactory<ts.SourceFile> {
  return (context) => {
    const visit = (node: ts.Node): ts.Node => {
      const visited = typescript.visitEachChild(node, visit, context);
      if (!typescript.isCallExpression(visited)) return visited;
      if (visited.expression.kind !== typescript.SyntaxKind.ImportKeyword) return visited;
      const load = typescript.setTextRange(
        typescript.factory.createPropertyAccessExpression(
          typescript.factory.createIdentifier("__tslab__"),
          "import",
        ),
        visited.expression,
      );
      return typescript.factory.updateCallExpression(visited, load, undefined, visited.arguments);
    };
    return (file) => typescript.visitEachChild(file, visit, context);
  };
}
