import type { z } from 'zod';
import { shapeOf } from './shape.js';

/** What zod gathers of the checks of a schema. */
interface Bounds {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly format?: string;
  readonly patterns?: ReadonlySet<RegExp>;
}

/** What a schema expects, in words that fit behind "expected". */
export function expectation(schema: z.ZodType): string {
  const { schema: inner, definition, kind } = shapeOf(schema);
  if (kind.expected !== undefined) return kind.expected;
  const bounds = inner._zod.bag as Bounds;
  const { type, values, entries, options } = definition;
  if (options !== undefined) return [...new Set(options.map(expectation))].join(' or ');
  if (values !== undefined) return oneOf(values);
  if (entries !== undefined) return oneOf(Object.values(entries));
  switch (type) {
    case 'number':
      return numberExpectation(bounds);
    case 'string':
      return stringExpectation(bounds);
    case 'boolean':
      return 'true or false';
    case 'object':
    case 'record':
    case 'intersection':
      return 'a map';
    case 'array':
    case 'tuple':
      return 'a list';
    case 'null':
      return 'null';
    default:
      return 'another value';
  }
}

function oneOf(values: readonly unknown[]): string {
  const shown = values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  return shown.length === 1 ? String(shown[0]) : `one of ${shown.join(', ')}`;
}

function numberExpectation(bounds: Bounds): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, format } = bounds;
  const noun = format === undefined ? 'a number' : 'a whole number';
  const least = minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? undefined : minimum;
  const most = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (least !== undefined && most !== undefined) return `${noun} from ${least} to ${most}`;
  const limits = [
    least !== undefined && `at least ${least}`,
    exclusiveMinimum !== undefined && `above ${exclusiveMinimum}`,
    most !== undefined && `at most ${most}`,
    exclusiveMaximum !== undefined && `below ${exclusiveMaximum}`,
  ].filter((limit) => limit !== false);
  return limits.length === 0 ? noun : `${noun} ${limits.join(' and ')}`;
}

function stringExpectation({ minimum, maximum, format, patterns }: Bounds): string {
  if (format !== undefined && format !== 'regex') return `a text in the format ${format}`;
  const [pattern] = patterns ?? [];
  if (format === 'regex' && pattern !== undefined) return `a text that matches ${pattern}`;
  if (minimum !== undefined && maximum !== undefined) return `a text of ${minimum} to ${maximum} characters`;
  if (minimum !== undefined && minimum > 1) return `a text of at least ${minimum} characters`;
  if (maximum !== undefined) return `a text of at most ${maximum} characters`;
  return minimum === 1 ? 'a text that is not empty' : 'a text';
}
