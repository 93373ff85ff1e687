/**
 * Live bindings: every value a cell declares at its top level becomes a property of `exports`.
 *
 * tslab runs each cell as a function and copies its names out at the end, so that a closure of an
 * earlier cell would go on seeing the old value after `cpus = 128` in a later one, silently. Here a
 * declaration becomes an assignment, a reference a property access, and functions are assigned
 * before the first statement, as hoisting demands.
 */
import type ts from "typescript";
import { typescript } from "../compiler.ts";
import { type CellBindings, cellBindings, isVar } from "./bindings.ts";
import {
  assignmentTarget,
  detached,
  exported,
  isAnonymousFunction,
  named,
  share,
  shareLocal,
} from "./factory.ts";
import { exportsLeft, importedValues } from "./moduleNames.ts";

/** The transformer of one cell; works on the checked source, before TypeScript's own transforms. */
export function liveBindings(
  checker: ts.TypeChecker,
  cell: ts.SourceFile,
): ts.TransformerFactory<ts.SourceFile> {
  return (context) => {
    const rewriter = new CellRewriter(context, checker, cellBindings(checker, cell));
    return (file) => rewriter.rewrite(file);
  };
}

class CellRewriter {
  private readonly context: ts.TransformationContext;
  private readonly checker: ts.TypeChecker;
  private readonly bindings: CellBindings;
  /** Classes being visited: inside its own body a class means itself, whatever happens later. */
  private readonly enclosing = new Set<ts.Symbol>();

  constructor(context: ts.TransformationContext, checker: ts.TypeChecker, bindings: CellBindings) {
    this.context = context;
    this.checker = checker;
    this.bindings = bindings;
  }

  rewrite(file: ts.SourceFile): ts.SourceFile {
    const hoisted = this.bindings.vars.map((name) =>
      share(name, typescript.factory.createVoidZero()),
    );
    const statements: ts.Statement[] = [];
    for (const statement of file.statements) {
      if (typescript.isFunctionDeclaration(statement) && this.isShared(statement)) {
        hoisted.push(shareLocal(statement.name.text));
      }
      statements.push(...this.topLevel(statement));
    }
    return typescript.factory.updateSourceFile(file, [...hoisted, ...statements]);
  }

  private topLevel(statement: ts.Statement): ts.Statement[] {
    if (typescript.isImportDeclaration(statement)) {
      const names = importedValues(statement, this.checker);
      return [statement, ...names.map((name) => shareLocal(name))];
    }
    if (typescript.isExportDeclaration(statement)) {
      return [exportsLeft(statement, this.checker, this.bindings)];
    }
    if (typescript.isVariableStatement(statement) && this.isSharedList(statement.declarationList)) {
      return [this.assignments(statement)];
    }
    if (typescript.isClassDeclaration(statement) && this.isShared(statement)) {
      return [this.visitClass(statement), shareLocal(statement.name.text)];
    }
    const visited = typescript.visitNode(statement, this.visit, typescript.isStatement);
    return [typescript.isExpressionStatement(visited) ? nameless(visited) : visited];
  }

  private readonly visit = (node: ts.Node): ts.Node => {
    if (typescript.isTypeNode(node) && !typescript.isExpressionWithTypeArguments(node)) return node;
    if (typescript.isInterfaceDeclaration(node) || typescript.isTypeAliasDeclaration(node))
      return node;
    if (typescript.isIdentifier(node)) return this.reference(node);
    if (typescript.isShorthandPropertyAssignment(node)) return this.shorthand(node);
    if (typescript.isClassLike(node)) return this.visitClass(node);
    if (typescript.isVariableStatement(node) && this.isSharedList(node.declarationList)) {
      return this.assignments(node);
    }
    if (typescript.isVariableDeclarationList(node) && this.isSharedList(node))
      return this.loopHead(node);
    return typescript.visitEachChild(node, this.visit, this.context);
  };

  private visitClass<T extends ts.ClassLikeDeclaration>(node: T): T {
    const symbol = node.name === undefined ? undefined : this.symbolOf(node.name);
    const added = symbol !== undefined && !this.enclosing.has(symbol);
    if (added) this.enclosing.add(symbol);
    const visited = typescript.visitEachChild(node, this.visit, this.context);
    if (added) this.enclosing.delete(symbol);
    return visited;
  }

  private reference(node: ts.Identifier): ts.Node {
    if (isBoundProperty(node)) return typescript.factory.createIdentifier(node.text);
    const symbol = isReference(node) ? this.symbolOf(node) : undefined;
    if (!this.isLive(symbol)) return node;
    const access = exported(node.text, node);
    return isCallee(node) ? detached(access) : access;
  }

  private shorthand(node: ts.ShorthandPropertyAssignment): ts.Node {
    const symbol = this.checker.getShorthandAssignmentValueSymbol(node);
    const byDefault = typescript.visitNode(
      node.objectAssignmentInitializer,
      this.visit,
      typescript.isExpression,
    );
    if (!this.isLive(symbol)) {
      return typescript.factory.updateShorthandPropertyAssignment(node, node.name, byDefault);
    }
    const value = exported(node.name.text, node.name);
    return typescript.factory.createPropertyAssignment(
      node.name.text,
      byDefault === undefined ? value : typescript.factory.createAssignment(value, byDefault),
    );
  }

  private isLive(symbol: ts.Symbol | undefined): boolean {
    return symbol !== undefined && this.bindings.shares(symbol) && !this.enclosing.has(symbol);
  }

  /** `const a = 1, { b } = o;` as a block of assignments. */
  private assignments(statement: ts.VariableStatement): ts.Statement {
    const list = statement.declarationList;
    const block = list.declarations.flatMap((declaration) => {
      const expression = this.assignment(declaration, isVar(list));
      return expression === undefined
        ? []
        : [
            typescript.setTextRange(
              typescript.factory.createExpressionStatement(expression),
              declaration,
            ),
          ];
    });
    return typescript.setTextRange(typescript.factory.createBlock(block, true), statement);
  }

  /** `for (var i = 0; …)` and `for (var x of …)`: assignments, or the target alone. */
  private loopHead(list: ts.VariableDeclarationList): ts.Node {
    if (typescript.isForInStatement(list.parent) || typescript.isForOfStatement(list.parent)) {
      return assignmentTarget(list.declarations[0]!.name, this.visit);
    }
    const parts = list.declarations.flatMap((declaration) => {
      const expression = this.assignment(declaration, true);
      return expression === undefined ? [] : [expression];
    });
    return parts.length === 0
      ? typescript.factory.createVoidZero()
      : parts.reduce((left, right) => typescript.factory.createComma(left, right));
  }

  /** A `var` without a value keeps what it has; `let x;` sets undefined on every execution. */
  private assignment(
    { name, initializer }: ts.VariableDeclaration,
    keeps: boolean,
  ): ts.Expression | undefined {
    if (initializer === undefined && keeps) return undefined;
    const value = typescript.visitNode(initializer, this.visit, typescript.isExpression);
    const target = assignmentTarget(name, this.visit);
    const assigned = typescript.factory.createAssignment(
      target,
      value === undefined ? typescript.factory.createVoidZero() : named(name, value),
    );
    return typescript.isObjectBindingPattern(name)
      ? typescript.factory.createParenthesizedExpression(assigned)
      : assigned;
  }

  private isSharedList(list: ts.VariableDeclarationList): boolean {
    const first = list.declarations[0]?.name;
    return first !== undefined && this.declaresNamesOf(first);
  }

  /** The names of one list are shared or local together, so that the first one decides. */
  private declaresNamesOf(name: ts.BindingName): boolean {
    if (typescript.isIdentifier(name)) return this.bindings.declares(this.symbolOf(name));
    return name.elements.some(
      (element) => typescript.isBindingElement(element) && this.declaresNamesOf(element.name),
    );
  }

  private isShared<T extends ts.FunctionDeclaration | ts.ClassDeclaration>(
    declaration: T,
  ): declaration is T & { readonly name: ts.Identifier } {
    return (
      declaration.name !== undefined && this.bindings.declares(this.symbolOf(declaration.name))
    );
  }

  private symbolOf(name: ts.Node): ts.Symbol | undefined {
    return this.checker.getSymbolAtLocation(name);
  }
}

/** Whatever variable tslab keeps the last value in must not become the name of a function. */
function nameless(statement: ts.ExpressionStatement): ts.ExpressionStatement {
  let value = statement.expression;
  while (typescript.isParenthesizedExpression(value)) value = value.expression;
  if (!isAnonymousFunction(value)) return statement;
  return typescript.factory.updateExpressionStatement(statement, detached(statement.expression));
}

function isCallee(node: ts.Identifier): boolean {
  const parent = node.parent;
  return (
    (typescript.isCallExpression(parent) && parent.expression === node) ||
    (typescript.isTaggedTemplateExpression(parent) && parent.tag === node)
  );
}

/**
 * `count` in `const { count: x } = f()`. tslab takes the property of a value of an earlier cell for
 * a variable of that cell; a name without a symbol is safe from it.
 */
function isBoundProperty(node: ts.Identifier): boolean {
  return typescript.isBindingElement(node.parent) && node.parent.propertyName === node;
}

/** False for the name of a declaration and for a name that is looked up in something else. */
function isReference(node: ts.Identifier): boolean {
  const parent = node.parent as ts.Node & { name?: ts.Node; propertyName?: ts.Node };
  if (parent.propertyName === node || typescript.isQualifiedName(parent)) return false;
  return parent.name !== node || typescript.isShorthandPropertyAssignment(parent);
}
