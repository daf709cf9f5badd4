import ts from 'typescript';
import { lineOf, type SourceTree, syntaxOf, walk } from './source-tree.js';

const MAX_COLLABORATORS = 5;
/** Flat records of numbers, written in place for speed. */
const FREE_FIELDS = 'src/implements/foundation/eviction/';

/** Breaches in the shape of declarations: nouns exported twice, bags of collaborators, public mutable fields. */
export function shapeBreaches(tree: SourceTree): string[] {
  const sources = [...tree].map(([path, text]) => syntaxOf(path, text));
  return [...repeatedNouns(sources), ...bags(sources), ...mutableFields(sources)];
}

const QUESTION =
  /(?:\/\*\*?[\s*]*|(?<=^|\s)\/\/ )(?:What|Whether|How|Why|Which|Where|Who|Whose|Whom)\b[^\n]*/gm;

/** Comments that begin with a question word instead of a noun or a verb: `path:line text`. */
export function questionComments(tree: SourceTree): string[] {
  return [...tree].flatMap(([path, text]) =>
    [...text.matchAll(QUESTION)].map(
      ({ 0: comment, index }) => `${path}:${text.slice(0, index).split('\n').length} ${comment}`,
    ),
  );
}

/** Names that two files export: a noun means one thing in the house. */
function repeatedNouns(sources: readonly ts.SourceFile[]): string[] {
  const homes = new Map<string, string>();
  const found: string[] = [];
  for (const source of sources) {
    for (const name of exportedNames(source)) {
      const home = homes.get(name) ?? source.fileName;
      homes.set(name, home);
      if (home !== source.fileName) found.push(`${source.fileName} exports ${name}: ${home} does too`);
    }
  }
  return found;
}

/** Names that a file declares and exports; a token and its interface are one. */
function exportedNames(source: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  for (const statement of source.statements) {
    if (!ts.canHaveModifiers(statement) || !isExported(statement)) continue;
    if (ts.isVariableStatement(statement)) {
      for (const { name } of statement.declarationList.declarations) names.add(name.getText());
    } else if ('name' in statement && statement.name !== undefined) {
      names.add((statement.name as ts.Node).getText());
    }
  }
  return names;
}

function isExported(node: ts.HasModifiers): boolean {
  return ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

/** Constructors of too many collaborators: as parameters, or as members of one object. */
function bags(sources: readonly ts.SourceFile[]): string[] {
  const classes = new Set<string>();
  const shapes = new Map<string, readonly ts.TypeElement[]>();
  for (const source of sources) {
    walk(source, (node) => {
      if (ts.isClassDeclaration(node) && node.name !== undefined) classes.add(node.name.text);
      const members = membersOf(node);
      if (members !== undefined) shapes.set(members.name, members.members);
    });
  }
  const isCollaborator = (member: ts.TypeElement): boolean =>
    ts.isPropertySignature(member) && namesIn(member.type).some((name) => classes.has(name) || isPort(name));
  const found: string[] = [];
  for (const source of sources) {
    walk(source, (node) => {
      if (!ts.isConstructorDeclaration(node)) return;
      const refuse = (count: number, what: string) =>
        found.push(
          `${source.fileName}:${lineOf(node)} a constructor of ${count} ${what}; ${MAX_COLLABORATORS} is the most`,
        );
      if (node.parameters.length > MAX_COLLABORATORS) refuse(node.parameters.length, 'parameters');
      for (const { type } of node.parameters) {
        const members = type && (ts.isTypeLiteralNode(type) ? type.members : shapes.get(type.getText()));
        const count = (members ?? []).filter(isCollaborator).length;
        if (count > MAX_COLLABORATORS) refuse(count, `collaborators in ${type?.getText()}`);
      }
    });
  }
  return found;
}

function membersOf(
  node: ts.Node,
): { readonly name: string; readonly members: readonly ts.TypeElement[] } | undefined {
  if (ts.isInterfaceDeclaration(node)) return { name: node.name.text, members: node.members };
  if (!ts.isTypeAliasDeclaration(node) || !ts.isTypeLiteralNode(node.type)) return undefined;
  return { name: node.name.text, members: node.type.members };
}

/** Names of the types in a type, except those inside the signature of a function. */
function namesIn(type: ts.TypeNode | undefined): string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionTypeNode(node)) return;
    if (ts.isTypeReferenceNode(node)) names.push(node.typeName.getText());
    ts.forEachChild(node, visit);
  };
  if (type !== undefined) visit(type);
  return names;
}

/** Tells whether a name is that of a port, such as `IClock`. */
function isPort(name: string): boolean {
  return /^I[A-Z][a-z]/.test(name);
}

/** Public mutable fields of a class. */
function mutableFields(sources: readonly ts.SourceFile[]): string[] {
  const found: string[] = [];
  for (const source of sources) {
    if (source.fileName.startsWith(FREE_FIELDS)) continue;
    walk(source, (node) => {
      const isField =
        ts.isPropertyDeclaration(node) ||
        (ts.isParameter(node) && ts.isParameterPropertyDeclaration(node, node.parent));
      if (!isField || ts.isPrivateIdentifier(node.name)) return;
      const CLOSED = new Set([
        ts.SyntaxKind.PrivateKeyword,
        ts.SyntaxKind.ProtectedKeyword,
        ts.SyntaxKind.ReadonlyKeyword,
      ]);
      if (ts.getModifiers(node)?.some(({ kind }) => CLOSED.has(kind))) return;
      found.push(`${source.fileName}:${lineOf(node)} ${node.name.getText()} is a public mutable field`);
    });
  }
  return found;
}
