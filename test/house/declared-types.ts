import ts from 'typescript';
import { readTree, syntaxOf } from './source-tree.js';

type Declared = ts.InterfaceDeclaration | ts.TypeAliasDeclaration | ts.ClassDeclaration;

let declared: ReadonlyMap<string, Declared> | undefined;

/** Exported interface, type or class of `src` by its name, wherever it is declared. */
function declarationOf(name: string): Declared {
  declared ??= new Map(
    [...readTree('src')]
      .flatMap(([path, text]) => [...syntaxOf(path, text).statements])
      .filter(isDeclared)
      .map((statement) => [statement.name?.text ?? '', statement]),
  );
  const found = declared.get(name);
  if (found === undefined) throw new Error(`src declares no ${name}`);
  return found;
}

function isDeclared(node: ts.Statement): node is Declared {
  const isNamed =
    ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isClassDeclaration(node);
  return isNamed && node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
}

/** Members of an interface: name, type and doc comment. */
export function memberRows(name: string): string[][] {
  const declaration = declarationOf(name);
  if (!ts.isInterfaceDeclaration(declaration)) throw new Error(`${name} is no interface`);
  return declaration.members.filter(ts.isPropertySignature).map((member) => {
    const type = member.type
      ?.getText()
      .replaceAll('readonly ', '')
      .replaceAll(/\s+/g, ' ')
      .replace('; }', ' }');
    return [`\`${member.name.getText()}\``, `\`${type}\``, commentOf(member)];
  });
}

/** Alternatives of a type, as code. */
export function textOfType(name: string): string {
  return literalsOf(name)
    .map((literal) => `\`${literal}\``)
    .join(', ');
}

/** Errors of the package: class, codes, and the doc comment with the party that must act. */
export function errorRows(): string[][] {
  const file = declarationOf('ComponentError').getSourceFile();
  const classes = file.statements.filter(ts.isClassDeclaration);
  return classes
    .filter((error) => !error.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AbstractKeyword))
    .map((error) => [
      `\`${error.name?.text}\``,
      codesOf(error)
        .map((code) => `\`${code}\``)
        .join(' '),
      commentOf(error),
    ]);
}

function codesOf(error: ts.ClassDeclaration): string[] {
  for (const member of error.members) {
    if (ts.isPropertyDeclaration(member) && member.name.getText() === 'code') {
      return [member.initializer?.getText().replaceAll("'", '') ?? ''];
    }
    if (!ts.isConstructorDeclaration(member)) continue;
    const code = member.parameters.find(({ name }) => name.getText() === 'code');
    if (code?.type !== undefined) return literalsOf(code.type.getText());
  }
  return [];
}

function literalsOf(name: string): string[] {
  const declaration = declarationOf(name);
  if (!ts.isTypeAliasDeclaration(declaration)) throw new Error(`${name} is no type`);
  return [...declaration.type.getText().matchAll(/'([^']+)'/g)].map(([, literal = '']) => literal);
}

/** First paragraph of a doc comment, on one line. */
function commentOf(node: ts.Node): string {
  const text = ts
    .getJSDocCommentsAndTags(node)
    .map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '')
    .join(' ');
  const [first = ''] = text.split('\n\n');
  return first
    .replaceAll(/\{@link (\w+)\}/g, '`$1`')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
