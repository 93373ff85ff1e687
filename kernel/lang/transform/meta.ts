/**
 * `import.meta` of project files. tslab turns the TypeScript files that a cell imports into
 * CommonJS scripts, in which it would be a syntax error: it becomes `__tslab__.meta(__filename)`.
 */
import ts from "typescript";
import { kernelCall } from "./factory.ts";

/** Rewrites `import.meta` in a project file. */
export function importMeta(): ts.TransformerFactory<ts.SourceFile> {
  return (context) => {
    const visit = (node: ts.Node): ts.Node => {
      const isMeta = ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword;
      if (!isMeta) return ts.visitEachChild(node, visit, context);
      const call = kernelCall("meta", ts.factory.createIdentifier("__filename"));
      return ts.setTextRange(call, node);
    };
    return (file) => ts.visitEachChild(file, visit, context);
  };
}
