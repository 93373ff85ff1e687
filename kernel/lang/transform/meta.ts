/**
 * `import.meta` of project files. tslab turns the TypeScript files that a cell imports into
 * CommonJS scripts, in which it would be a syntax error: it becomes `__tslab__.meta(__filename)`.
 */
import type ts from "typescript";
import { typescript } from "../compiler.ts";
import { kernelCall } from "./factory.ts";

/** Rewrites `import.meta` in a project file. */
export function importMeta(): ts.TransformerFactory<ts.SourceFile> {
  return (context) => {
    const visit = (node: ts.Node): ts.Node => {
      const isMeta =
        typescript.isMetaProperty(node) &&
        node.keywordToken === typescript.SyntaxKind.ImportKeyword;
      if (!isMeta) return typescript.visitEachChild(node, visit, context);
      const call = kernelCall("meta", typescript.factory.createIdentifier("__filename"));
      return typescript.setTextRange(call, node);
    };
    return (file) => typescript.visitEachChild(file, visit, context);
  };
}
