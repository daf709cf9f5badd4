import { ArgumentError } from '../../../interfaces/errors.js';
import { type Expression, expressionOf, type Roots } from './expression.js';
import { RunMoment } from './run-moment.js';

/** A part of a text: as it is written, or an expression. */
type Part = string | Expression;

/** Value of a text in which `${…}` may stand. */
export type Template = (roots: Roots) => unknown;

/**
 * Checks a text in which `${…}` may stand; `$${` is a literal `${`. An expression that is the whole text keeps its type.
 *
 * @throws {ArgumentError}
 */
export async function templateOf(text: string, names: ReadonlySet<string>): Promise<Template> {
  const parts: Part[] = [];
  for (const part of partsOf(text)) {
    parts.push(part.isExpression ? await expressionOf(part.text, names) : part.text);
  }
  const [first] = parts;
  if (parts.length === 1 && typeof first === 'function') return first;
  return (roots) => parts.map((part) => (typeof part === 'string' ? part : storedText(part(roots)))).join('');
}

/** Checks a condition: an expression, in which `${…}` is one in parentheses. @throws {ArgumentError} */
export async function conditionOf(text: string, names: ReadonlySet<string>): Promise<Template> {
  const parts = partsOf(text).map((part) => (part.isExpression ? `(${part.text})` : part.text));
  return expressionOf(parts.join(''), names);
}

/** Text of a value in a longer text, or in Redis. @throws {ArgumentError} when there is none. */
export function storedText(value: unknown): string {
  if (value === undefined) {
    throw new ArgumentError('expected a value, got none: it is not there, or its step was skipped');
  }
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (value instanceof RunMoment) return value.text;
  const json = JSON.stringify(value);
  if (json === undefined) throw new ArgumentError(`expected text, a number or data, got a ${typeof value}`);
  return json;
}

function partsOf(text: string): { readonly text: string; readonly isExpression: boolean }[] {
  const parts: { text: string; isExpression: boolean }[] = [];
  let literal = '';
  for (let at = 0; at < text.length; ) {
    const isEscaped = text.startsWith('$${', at);
    if (isEscaped || !text.startsWith('${', at)) {
      literal += isEscaped ? '${' : text[at];
      at += isEscaped ? 3 : 1;
      continue;
    }
    if (literal !== '') parts.push({ text: literal, isExpression: false });
    literal = '';
    const end = endOf(text, at + 2);
    parts.push({ text: text.slice(at + 2, end), isExpression: true });
    at = end + 1;
  }
  if (literal !== '' || parts.length === 0) parts.push({ text: literal, isExpression: false });
  return parts;
}

/** Position of the brace that ends an expression. */
function endOf(text: string, from: number): number {
  let quote: string | undefined;
  for (let at = from; at < text.length; at++) {
    const letter = text[at] as string;
    if (quote !== undefined) {
      if (letter === '\\') at += 1;
      else if (letter === quote) quote = undefined;
    } else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === '}') return at;
  }
  throw new ArgumentError('expected a } that ends ${, got none; write $${ for a literal ${');
}
