import type jsep from 'jsep';
import { ArgumentError } from '../../../interfaces/errors.js';

/** Longest text of an expression, and of a text that one makes. */
const MAX_EXPRESSION = 1000;
const MAX_TEXT = 1024 * 1024;
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);
/** Words in place of signs. Text in quotes stays as it is. */
const WORDS = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|(?<![\w$.])(?:not|and|or|True|False|None)(?![\w$])/g;
const SIGNS: Readonly<Record<string, string>> = {
  not: '!',
  and: '&&',
  or: '||',
  True: 'true',
  False: 'false',
  None: 'null',
};

/** Values by the name that an expression begins with. */
export type Roots = ReadonlyMap<string, unknown>;

/** A checked expression. It can read values, compare and calculate; it calls `now()` only, and has no loops. */
export type Expression = (roots: Roots) => unknown;

type Operation = (left: () => unknown, right: () => unknown) => unknown;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  '||': (left, right) => left() || right(),
  '&&': (left, right) => left() && right(),
  '==': (left, right) => left() === right(),
  '!=': (left, right) => left() !== right(),
  '===': (left, right) => left() === right(),
  '!==': (left, right) => left() !== right(),
  '<': (left, right) => compared(left(), right(), (a, b) => a < b),
  '<=': (left, right) => compared(left(), right(), (a, b) => a <= b),
  '>': (left, right) => compared(left(), right(), (a, b) => a > b),
  '>=': (left, right) => compared(left(), right(), (a, b) => a >= b),
  '+': (left, right) => sum(left(), right()),
  '-': (left, right) => numberOf(left()) - numberOf(right()),
  '*': (left, right) => numberOf(left()) * numberOf(right()),
  '/': (left, right) => numberOf(left()) / numberOf(right()),
  '%': (left, right) => numberOf(left()) % numberOf(right()),
};

/**
 * Checks an expression.
 *
 * @param names  Names that it may begin with.
 * @throws {ArgumentError} for a mistake, and for everything that it may not do.
 */
export async function expressionOf(text: string, names: ReadonlySet<string>): Promise<Expression> {
  if (text.length > MAX_EXPRESSION) {
    throw new ArgumentError(
      `expected an expression of at most ${MAX_EXPRESSION} characters, got ${text.length}`,
    );
  }
  const { default: parse } = await import('jsep');
  let tree: jsep.Expression;
  try {
    tree = parse(
      text.replace(WORDS, (word) => (Object.hasOwn(SIGNS, word) ? (SIGNS[word] as string) : word)),
    );
  } catch (error) {
    const { index } = error as { index?: number };
    throw new ArgumentError(`expected an expression, got a mistake at character ${(index ?? 0) + 1} of it`);
  }
  return built(tree, names);
}

function built(node: jsep.Expression, names: ReadonlySet<string>): Expression {
  const part = (name: string): Expression => built(node[name] as jsep.Expression, names);
  switch (node.type) {
    case 'Literal':
      return () => node.value;
    case 'Identifier':
      return identifier(String(node.name), names);
    case 'MemberExpression': {
      const object = part('object');
      const name = (node.property as jsep.Expression).name as string;
      const property = node.computed === true ? part('property') : () => name;
      if (node.computed !== true) refuseForbidden(name);
      return (roots) => member(object(roots), property(roots));
    }
    case 'CallExpression': {
      const { name } = node.callee as jsep.Expression;
      if (name !== 'now' || (node.arguments as unknown[]).length > 0)
        throw refused('a call of another function than now()');
      return (roots) => roots.get('now');
    }
    case 'UnaryExpression': {
      const argument = part('argument');
      if (node.operator === '!') return (roots) => !argument(roots);
      if (node.operator === '-') return (roots) => -numberOf(argument(roots));
      throw refused('another operator');
    }
    case 'LogicalExpression':
    case 'BinaryExpression': {
      const operator = String(node.operator);
      if (!Object.hasOwn(OPERATIONS, operator)) throw refused('another operator');
      const [left, right] = [part('left'), part('right')];
      const operation = OPERATIONS[operator] as Operation;
      return (roots) =>
        operation(
          () => left(roots),
          () => right(roots),
        );
    }
    case 'ConditionalExpression': {
      const [test, then, otherwise] = [part('test'), part('consequent'), part('alternate')];
      return (roots) => (test(roots) ? then(roots) : otherwise(roots));
    }
    default:
      throw refused('something else');
  }
}

function identifier(name: string, names: ReadonlySet<string>): Expression {
  if (name === 'undefined') return () => undefined;
  if (name === 'now') throw refused('now without ()');
  if (!names.has(name)) {
    throw new ArgumentError(
      `expected an expression that begins with ${[...names].join(', ')} or now(), got another name`,
    );
  }
  return (roots) => roots.get(name);
}

/** Reads a member of an object or a list: what is its own, and no method. */
function member(object: unknown, property: unknown): unknown {
  if (typeof property !== 'string' && typeof property !== 'number') return undefined;
  refuseForbidden(property);
  if (typeof object !== 'object' || object === null || !Object.hasOwn(object, property)) return undefined;
  const { value } = Object.getOwnPropertyDescriptor(object, property) as PropertyDescriptor;
  return typeof value === 'function' ? undefined : value;
}

function refuseForbidden(name: string | number): void {
  if (FORBIDDEN.has(String(name))) throw refused('a reserved name');
}

function refused(got: string): ArgumentError {
  return new ArgumentError(
    `expected members, comparisons, sums, not, and, or, and now() in an expression, got ${got}`,
  );
}

function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  throw new ArgumentError('expected a number in an expression, got another value');
}

function compared(
  left: unknown,
  right: unknown,
  compare: (left: number | string | bigint, right: number | string | bigint) => boolean,
): boolean {
  const isNumber = (value: unknown): value is number | bigint =>
    typeof value === 'number' || typeof value === 'bigint';
  if (isNumber(left) && isNumber(right)) return compare(left, right);
  if (typeof left === 'string' && typeof right === 'string') return compare(left, right);
  throw new ArgumentError('expected two numbers or two texts to compare, got others');
}

function sum(left: unknown, right: unknown): number | string {
  if (typeof left !== 'string' && typeof right !== 'string') return numberOf(left) + numberOf(right);
  if (typeof left === 'object' || typeof right === 'object')
    throw refused('a sum of a text and something else');
  const text = `${String(left)}${String(right)}`;
  if (text.length > MAX_TEXT)
    throw new ArgumentError(`expected a text of at most ${MAX_TEXT} characters, got more`);
  return text;
}
