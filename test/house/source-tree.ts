import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** Root of the repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Texts of source files by their paths, such as `src/index.ts`: from the disk, or made up by a test. */
export type SourceTree = ReadonlyMap<string, string>;

/** One name that a file imports from another module. */
export interface ImportedModule {
  /** As it is written. */
  readonly specifier: string;
  /** Path in the tree for a relative specifier (`.js` read as `.ts`), the name of the package for any other. */
  readonly target: string;
  readonly line: number;
  /** Erased by the compiler. */
  readonly typeOnly: boolean;
  /** `import()`, evaluated when it is reached. */
  readonly dynamic: boolean;
  /** `export … from`. */
  readonly reexport: boolean;
  /** Names that are taken; `*` for all of them. */
  readonly names: readonly string[];
}

/** Every TypeScript file below some folders of the repository. */
export function readTree(...folders: readonly string[]): SourceTree {
  const tree = new Map<string, string>();
  for (const folder of folders) {
    for (const entry of readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
      const file = join(entry.parentPath, entry.name);
      const path = file.slice(ROOT.length).split(/[\\/]/).join('/');
      if (!path.includes('node_modules/')) tree.set(path, readFileSync(file, 'utf8'));
    }
  }
  return tree;
}

const parsed = new Map<string, ts.SourceFile>();

/** Syntax of a file, without resolution or type checks. A file is parsed once for all rules. */
export function syntaxOf(path: string, text: string): ts.SourceFile {
  const key = `${path}\0${text}`;
  const source = parsed.get(key) ?? ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  parsed.set(key, source);
  return source;
}

/** Line of a node, from 1. */
export function lineOf(node: ts.Node): number {
  const source = node.getSourceFile();
  return source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
}

/** Visits every node of a file. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/** Imports of a file. */
export function importsOf(source: ts.SourceFile): ImportedModule[] {
  const found: ImportedModule[] = [];
  walk(source, (node) => {
    const parts = importParts(node);
    if (parts === undefined) return;
    const { specifier, ...rest } = parts;
    const target = specifier.startsWith('.')
      ? posix.join(posix.dirname(source.fileName), specifier).replace(/\.js$/, '.ts')
      : packageName(specifier);
    found.push({ specifier, target, line: lineOf(node), ...rest });
  });
  return found;
}

type ImportParts = Omit<ImportedModule, 'target' | 'line'>;

function importParts(node: ts.Node): ImportParts | undefined {
  if (ts.isImportDeclaration(node)) {
    const { importClause: clause } = node;
    const bindings = clause?.namedBindings;
    const elements = bindings && ts.isNamedImports(bindings) ? bindings.elements : [];
    const typeOnly =
      clause?.isTypeOnly === true ||
      (elements.length > 0 && clause?.name === undefined && elements.every(({ isTypeOnly }) => isTypeOnly));
    const names = elements.map(({ name, propertyName }) => (propertyName ?? name).text);
    if (clause?.name !== undefined) names.push('default');
    if (bindings && ts.isNamespaceImport(bindings)) names.push('*');
    return { specifier: textOf(node.moduleSpecifier), typeOnly, dynamic: false, reexport: false, names };
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
    const { exportClause: clause, isTypeOnly: typeOnly } = node;
    const named = clause && ts.isNamedExports(clause) ? clause.elements : undefined;
    const names = named?.map(({ name, propertyName }) => (propertyName ?? name).text) ?? ['*'];
    return { specifier: textOf(node.moduleSpecifier), typeOnly, dynamic: false, reexport: true, names };
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [argument] = node.arguments;
    if (argument === undefined || !ts.isStringLiteral(argument)) return undefined;
    return { specifier: argument.text, typeOnly: false, dynamic: true, reexport: false, names: taken(node) };
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    const { qualifier } = node;
    const names = [qualifier === undefined ? '*' : qualifier.getText(node.getSourceFile())];
    return {
      specifier: textOf(node.argument.literal),
      typeOnly: true,
      dynamic: false,
      reexport: false,
      names,
    };
  }
  return undefined;
}

/** `(await import(…)).name` uses one name; any other use of `import()` may use all of them. */
function taken(call: ts.CallExpression): string[] {
  const awaited = call.parent;
  const parentheses = awaited?.parent;
  const access = parentheses?.parent;
  const isOne =
    ts.isAwaitExpression(awaited) &&
    ts.isParenthesizedExpression(parentheses) &&
    ts.isPropertyAccessExpression(access);
  return [isOne ? access.name.text : '*'];
}

function textOf(node: ts.Node): string {
  return ts.isStringLiteral(node) ? node.text : '';
}

function packageName(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  const [scope = '', name = ''] = specifier.split('/');
  return scope.startsWith('@') ? `${scope}/${name}` : scope;
}
