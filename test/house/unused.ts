import ts from 'typescript';
import { importsOf, type SourceTree, syntaxOf, walk } from './source-tree.js';

/** Files of a tree that no chain of imports from a door leads to. */
export function unreachableFiles(tree: SourceTree, ...doors: readonly string[]): string[] {
  const reached = new Set<string>();
  const next = [...doors];
  for (let path = next.pop(); path !== undefined; path = next.pop()) {
    const text = tree.get(path);
    if (text === undefined || reached.has(path)) continue;
    reached.add(path);
    next.push(...importsOf(syntaxOf(path, text)).map(({ target }) => target));
  }
  return [...tree.keys()].filter((path) => !reached.has(path));
}

/**
 * Exports below `src/`, except those of the doors, that no other file of the tree imports: `path: name`.
 * A type that another export of its file mentions is used: who calls that one may want to name it.
 */
export function unusedExports(tree: SourceTree, ...doors: readonly string[]): string[] {
  const sources = [...tree].map(([path, text]) => syntaxOf(path, text));
  const taken = new Set(
    sources.flatMap((source) =>
      importsOf(source).flatMap(({ target, names }) => names.map((name) => `${target}: ${name}`)),
    ),
  );
  return sources
    .filter(({ fileName }) => fileName.startsWith('src/') && !doors.includes(fileName))
    .filter(({ fileName }) => !taken.has(`${fileName}: *`))
    .flatMap((source) =>
      [...exportsOf(source)]
        .filter(([name]) => !taken.has(`${source.fileName}: ${name}`) && !isMentioned(name, source))
        .map(([name]) => `${source.fileName}: ${name}`),
    );
}

/** The exported names of a file, each with the statements that declare it. */
function exportsOf(source: ts.SourceFile): Map<string, ts.Statement[]> {
  const found = new Map<string, ts.Statement[]>();
  for (const statement of source.statements) {
    for (const name of namesExportedBy(statement)) found.set(name, [...(found.get(name) ?? []), statement]);
  }
  return found;
}

function namesExportedBy(statement: ts.Statement): string[] {
  if (ts.isExportDeclaration(statement) && statement.exportClause && !statement.moduleSpecifier) {
    const { exportClause: clause } = statement;
    return ts.isNamedExports(clause) ? clause.elements.map(({ name }) => name.text) : [];
  }
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  if (!modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  }
  const { name } = statement as ts.Statement & { readonly name?: ts.Node };
  return [name?.getText() ?? 'default'];
}

function isMentioned(name: string, source: ts.SourceFile): boolean {
  const own = exportsOf(source);
  const isType = own
    .get(name)
    ?.every((node) => ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node));
  if (isType !== true) return false;
  let mentioned = false;
  for (const [other, statements] of own) {
    if (other === name) continue;
    for (const statement of statements) {
      walk(statement, (node) => {
        mentioned ||= ts.isTypeReferenceNode(node) && node.typeName.getText() === name;
      });
    }
  }
  return mentioned;
}
