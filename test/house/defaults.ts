import ts from 'typescript';
import type { z } from 'zod';
import { optionsOf, shapeOf } from '../../src/implements/foundation/options/shape.js';
import { lineOf, type SourceTree, syntaxOf, walk } from './source-tree.js';

/** Options that have a default, those of maps inside included: `name: type of its value`. */
export function optionsWithDefault(schema: z.ZodType): string[] {
  return [...optionsOf(schema)].flatMap(([name, option]) => {
    const fallback = shapeOf(option).default;
    const own = fallback === undefined ? [] : [`${name}: ${typeof option.parse(fallback)}`];
    return [...own, ...optionsWithDefault(option)];
  });
}

/**
 * Lists fallback values in the source for options that have a default in their schema: one line each,
 * `path:line name = value`.
 *
 * @param options  As `optionsWithDefault` lists them; a variable or a property may have the unit at its end, as in
 *   `expireMs`.
 */
export function secondDefaults(tree: SourceTree, options: ReadonlySet<string>): string[] {
  const found: string[] = [];
  for (const [path, text] of tree) {
    walk(syntaxOf(path, text), (node) => {
      const fallback = fallbackOf(node);
      if (fallback === undefined) return;
      const option = fallback.name.replace(/(?:Ms|Bytes)$/, '');
      if (!options.has(`${option}: ${typeWritten(fallback.value)}`)) return;
      found.push(`${path}:${lineOf(node)} ${fallback.name} = ${fallback.value.getText()}`);
    });
  }
  return found;
}

interface Fallback {
  readonly name: string;
  readonly value: ts.Expression;
}

/** Returns the value that a node assigns to a name by default. */
function fallbackOf(node: ts.Node): Fallback | undefined {
  if ((ts.isBindingElement(node) || ts.isParameter(node)) && node.initializer !== undefined) {
    const name = ts.isBindingElement(node) ? (node.propertyName ?? node.name) : node.name;
    return { name: name.getText(), value: node.initializer };
  }
  if (ts.isBinaryExpression(node) && isAlternative(node.operatorToken)) {
    const name = ts.isPropertyAccessExpression(node.left) ? node.left.name : node.left;
    return { name: name.getText(), value: node.right };
  }
  if (!ts.isPropertyAssignment(node) || !isOfModule(node)) return undefined;
  // Texts of a table are names of something more often than values.
  if (typeWritten(node.initializer) !== 'number') return undefined;
  return { name: node.name.getText(), value: node.initializer };
}

function isAlternative({ kind }: ts.Node): boolean {
  return kind === ts.SyntaxKind.QuestionQuestionToken || kind === ts.SyntaxKind.BarBarToken;
}

/** True if a property belongs to a table: an object that a constant of the module is set to. */
function isOfModule({ parent }: ts.PropertyAssignment): boolean {
  const holder = ts.isAsExpression(parent.parent) ? parent.parent.parent : parent.parent;
  return ts.isVariableDeclaration(holder) && ts.isSourceFile(holder.parent.parent.parent);
}

/** Type of an expression that is a value by itself; `undefined` for a name of a value, or a call. */
function typeWritten(node: ts.Expression): string | undefined {
  if (ts.isStringLiteralLike(node)) return 'string';
  if (node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword) return 'boolean';
  if (!ts.isBinaryExpression(node)) return ts.isNumericLiteral(node) ? 'number' : undefined;
  return typeWritten(node.left) === 'number' ? typeWritten(node.right) : undefined;
}
